"""One application with a password, tokens and a provider, as a program of its own, used as people would use it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from support.clients import LiveClient
from support.idp import Provider, at_the_provider
from support.on_port import free_port
from support.openid_login import PAGE, begin
from support.program import Program
from support.servers import Running

LOGIN = {"username": "alice", "password": "correct horse battery"}

PROGRAM = """
from growler import App
from growler.ext import Auth, Session
from growler_ext.auth import Password, OIDC, Bearer, MemoryUsers

users = MemoryUsers()
users.add("alice", password="correct horse battery", permissions={"admin"})
auth = Auth(Password(), Bearer(key="k" * 32, audience="demo"),
            OIDC("op", issuer="http://127.0.0.1:9400", client_id="app", client_secret="app-secret"),
            users=users, secret="s" * 32, base_url="http://127.0.0.1:9500")
app = App("demo")
app.use(Session())
app.use(auth)
app.use(auth.require("admin"), path="/admin")

@app.get("/")
def home(req, res): res.send_text(f"hello {req.user.id if req.user else 'stranger'}")
@app.get("/login")
def login(req, res): res.send_html(auth.login_form(req))
@app.get("/me")
@auth.require()
def me(req, res): res.send_json({"id": req.user.id, "by": req.auth.method})
@app.post("/token")
@auth.require(fresh=True, methods=["password", "op"])
def token(req, res): res.send_json({"access_token": auth["bearer"].issue(req.user, ttl=600)})
app.create_server_and_run_forever(host="127.0.0.1", port=9500)
"""


@pytest.fixture(scope="module")
def port():
    provider = Provider()
    provider.secret = "app-secret"
    with Running("native", provider.app) as provider_port:
        provider.issuer = f"http://127.0.0.1:{provider_port}"
        own = free_port()
        text = PROGRAM.replace("9400", str(provider_port)).replace("9500", str(own))
        with Program("-c", text) as program:
            program.url()
            yield own


@pytest.fixture
def client(port):
    client = LiveClient(port)
    yield client
    client.close()


def test_by_password(client):
    assert client.get("/").text == "hello stranger"
    assert client.get("/admin/x").status == 401
    assert client.post("/auth/login", form=LOGIN).status == 200
    assert client.get("/").text == "hello alice"
    assert client.get("/me").json() == {"id": "alice", "by": "password"}
    assert client.get("/admin/x").status == 404, "through the guard, where there is nothing"
    client.post("/auth/logout")
    assert client.get("/").text == "hello stranger"


def test_by_token(client):
    client.post("/auth/login", form=LOGIN)
    token = {"Authorization": f"Bearer {client.post('/token').json()['access_token']}"}
    client.cookies.clear()
    assert client.get("/me", headers=token).json() == {"id": "alice", "by": "bearer"}
    assert client.post("/token", headers=token).status == 401, "a token makes no tokens"
    assert client.get("/me", headers={"Authorization": "Bearer x.y.z"}).status == 401


def test_by_the_provider(client, port):
    page = client.get("/login?next=/me", headers=PAGE).text
    assert 'name="password"' in page
    assert "/auth/op?next=/me" in page or "/auth/op?next=%2Fme" in page
    parts = urlsplit(at_the_provider(begin(client, next_url="/me")))
    reply = client.get(f"{parts.path}?{parts.query}", headers=PAGE | {"Sec-Fetch-Site": "cross-site"})
    assert (reply.status, reply.headers["location"]) == (303, "/me")
    assert client.get("/me").json()["by"] == "op"


def test_a_browser_is_sent_to_the_page(client):
    reply = client.get("/me", headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/login?next=/me")
    reply = client.get("/me")
    assert reply.status == 401
    assert [value.partition(" ")[0] for value in reply.getall("www-authenticate")] == ["Bearer", "Cookie"]
