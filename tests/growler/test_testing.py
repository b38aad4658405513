"""The in-memory exchange refuses what no server could send."""

from __future__ import annotations

import asyncio

import pytest

from growler import App, RequestHead
from growler.exchange import Connection
from growler.testing import MemoryExchange, ProtocolViolation, TestClient


def exchange(method="GET"):
    return MemoryExchange(RequestHead(method, b"/", b"", [], Connection()))


WRONG = {
    "started twice": lambda e: (e.respond(200, [], b""), e.respond(200, [], b"")),
    "in answer to HEAD": lambda e: e.respond(200, [], b"x"),
    "with status 304": lambda e: e.respond(304, [], b"x"),
    "would split": lambda e: e.respond(200, [(b"X", b"a\r\nb")], b""),
    "no header name": lambda e: e.respond(200, [(b"X Y", b"a")], b""),
    "not bytes": lambda e: e.respond(200, [("X", "a")], b""),
    "two Content-Length": lambda e: e.respond(
        200, [(b"Content-Length", b"0"), (b"content-length", b"0")], b""
    ),
    "framing is the server's": lambda e: e.respond(200, [(b"Transfer-Encoding", b"chunked")], b""),
    "the body has 1 bytes": lambda e: e.respond(200, [(b"Content-Length", b"2")], b"x"),
    "no whole answer": lambda e: (asyncio.run(e.start(200, [])), e.reply()),
    "before the start": lambda e: asyncio.run(e.send(b"x")),
    "is no status": lambda e: e.respond(99, [], b""),
}


@pytest.mark.parametrize("words", WRONG)
def test_violations_are_told(words):
    with pytest.raises(ProtocolViolation, match=words):
        WRONG[words](exchange("HEAD" if "HEAD" in words else "GET"))


def test_the_client_keeps_and_forgets_cookies():
    app = App()

    @app.get("/set")
    def set_cookies(req, res):
        res.headers["Set-Cookie"] = ["a=1; Path=/; HttpOnly", "b=2"]
        res.send(204)

    @app.get("/drop")
    def drop(req, res):
        res.headers["Set-Cookie"] = "a=; Max-Age=0"
        res.send(204)

    app.get("/show", lambda req, res: res.send_text(req.get("cookie", "")))
    with TestClient(app) as client:
        client.get("/set")
        assert client.get("/show").text == "a=1; b=2"
        client.get("/drop")
        assert client.get("/show").text == "b=2"


@pytest.mark.parametrize("name", ["get", "post", "put", "patch", "delete", "options"])
def test_the_client_has_a_method_for_each_verb(name):
    app = App()
    app.all("/", lambda req, res: res.send_text(req.method.name))
    with TestClient(app) as client:
        assert getattr(client, name)("/").text == name.upper()


def test_files_are_sent_as_a_browser_sends_them(serve):
    app = App()

    @app.post("/")
    async def receive(req, res):
        form = await req.form()
        files = {
            name: [(file.filename, file.content_type, (await file.read()).decode()) for file in sent]
            for name, sent in form.files.items()
        }
        res.send_json({"fields": dict(form.items()), "files": files})

    client = serve(app)
    reply = client.post(
        "/",
        form={"title": "Übersicht", "tag": ["a", "b"]},
        files={
            "photo": ('a "cat".png', b"png"),
            "pages": [("a.txt", b"a"), ("b", b"b"), ("c.bin", b"c", "image/x-own")],
        },
    )
    assert reply.json() == {
        "fields": {"title": ["Übersicht"], "tag": ["a", "b"]},
        "files": {
            "photo": [["a %22cat%22.png", "image/png", "png"]],
            "pages": [
                ["a.txt", "text/plain", "a"],
                ["b", "application/octet-stream", "b"],
                ["c.bin", "image/x-own", "c"],
            ],
        },
    }


def test_a_field_of_a_form_may_have_several_values(serve):
    app = App()

    @app.post("/")
    async def receive(req, res):
        res.send_json(dict((await req.form()).items()))

    client = serve(app)
    assert client.post("/", form={"tag": ["a", "b"], "q": "x"}).json() == {"tag": ["a", "b"], "q": ["x"]}
