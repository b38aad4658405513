"""The programs that announced Growler in 2015, run as they were printed.

Mended are only imports of extensions, obvious typing errors (`import growler` for `from growler import App`),
bodies that were left out, and ports; `app()` is `app`, see docs/migrating.md.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from support.on_port import free_port
from support.program import wait_for_port

HELLO_FUNCTION = """
from growler import App

app = App('HelloServer')

def say_hello(req, res):
    res.send_text("Hello, Friend")

app.get("/", say_hello)

app.create_server_and_run_forever(host='127.0.0.1',
                                  port=PORT)
"""

HELLO_DECORATOR = """
from growler import App

app = App('HelloServer')

@app.get('/')
def say_hello(req, res):
    res.send_text("Hello, Friend")

app.create_server_and_run_forever('127.0.0.1', PORT)
"""

HELLO_HTTP_SERVER = """
import asyncio

from growler import (App, create_http_server)
from growler.middleware import (Logger, Static, Renderer)

app = App('GrowlerServer')

@app.get('/')
def index(req, res):
    res.send_text("Hello, Friend")

http = create_http_server(app, host='127.0.0.1', port=PORT)
asyncio.run(http.listen())
"""

EXAMPLE = """
import asyncio

from growler import App
from growler.middleware import (Logger, Static, Renderer)

loop = asyncio.new_event_loop()

# Construct our application with name GrowlerServer
app = App('GrowlerServer', loop=loop)

# Add some growler middleware to the application
app.use(Logger())
app.use(Renderer("views/", "mako"))

# Add some routes to the application
@app.get('/')
def index(req, res):
    res.render("home")

@app.get('/hello')
def hello_world(req, res):
    res.send_text("Hello World!!")

# Create the server - this automatically adds it to the asyncio event loop
Server = app.create_server(host='127.0.0.1', port=PORT)

# Tell the event loop to run forever
loop.run_forever()
"""

SCRIPTS = """
from growler import App

class User:
    name = "Bob"

app = App("AppName")

@app.use
def get_user(req, res):
    req.user = User

@app.use
def page_defaults(req, res):
    if req.user:
        req.username = req.user.name
    else:
        req.username = "@%s" % req.ip

    res.scripts = [
        '/vendor/jquery/dist/jquery.js',
    ]

@app.get('/')
def get_index(req, res):
    res.send_text("Hello %s" % (req.username))

@app.post('/username')
async def set_username(req, res):
    setattr(req.user, 'name', await req.text())
    res.send(200)

app.create_server_and_run_forever('127.0.0.1', PORT)
"""

BLOG = """
from growler import App
from growler.router import routerify, routerclass

class Blog:

    def __init__(self, db):
        self.db = db

    def get_index(self, req, res):
        '''/
        Get the root blog page
        '''
        res.send_text("index of " + self.db)

    def get_post_by_id(self, req, res):
        '''/:id'''
        res.send_text("post " + req.params["id"])

    def get_posts_by_date(self, req, res):
        '''/:year/:mo/:day'''
        res.send_text("posts of {year}-{mo}-{day}".format(**req.params))

    def post_new_entry(self, req, res):
        '''/new_post'''
        res.send_text("posted")

app = App('GrowlerServer')
WIRING
app.create_server_and_run_forever('127.0.0.1', PORT)
"""

WIRINGS = {
    "routes": """
blog = Blog(db="db")
app.get('/blog', blog.get_index)
app.get('/blog/:id', blog.get_post_by_id)
app.get('/blog/:year/:mo/:day', blog.get_posts_by_date)
app.post('/blog/new_post', blog.post_new_entry)
""",
    "routerify": "app.use('/blog', routerify(Blog(db='db')))",
    "routerclass": "app.use('/blog', routerclass(Blog)(db='db'))",
}


@contextlib.contextmanager
def running(program: str, folder: object) -> Iterator[str]:
    port = free_port()
    text = program.replace("PORT", str(port))
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", text], cwd=str(folder), stderr=subprocess.PIPE
    )
    try:
        wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def fetch(url: str, data: bytes | None = None) -> str:
    with urllib.request.urlopen(url, data, timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("program", [HELLO_FUNCTION, HELLO_DECORATOR, HELLO_HTTP_SERVER])
def test_hello(program, tmp_path):
    with running(program, tmp_path) as url:
        assert fetch(url + "/") == "Hello, Friend"


def test_the_example_application(tmp_path):
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "home.mako").write_text("<h1>${'Home & garden'}</h1>\n")
    with running(EXAMPLE, tmp_path) as url:
        assert fetch(url + "/") == "<h1>Home &amp; garden</h1>\n"
        assert fetch(url + "/hello") == "Hello World!!"


def test_the_example_with_scripts_and_a_user(tmp_path):
    with running(SCRIPTS, tmp_path) as url:
        assert fetch(url + "/") == "Hello Bob"
        assert fetch(url + "/username", b"Alice") == "OK"
        assert fetch(url + "/") == "Hello Alice"


@pytest.mark.parametrize("wiring", WIRINGS)
def test_blog(wiring, tmp_path):
    with running(BLOG.replace("WIRING", WIRINGS[wiring]), tmp_path) as url:
        assert fetch(url + "/blog") == "index of db"
        assert fetch(url + "/blog/7") == "post 7"
        assert fetch(url + "/blog/2015/08/02") == "posts of 2015-08-02"
        assert fetch(url + "/blog/new_post", b"") == "posted"
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            fetch(url + "/blog/1/2")
        refused.value.close()
