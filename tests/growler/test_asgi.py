"""What only ASGI has: lifespan, scopes without raw_path, websockets refused, an answer cut short."""

from __future__ import annotations

import asyncio

import pytest

from growler import App


def call(app, scope, *messages):
    """Call an ASGI app; returns what it sent."""
    incoming, sent = list(messages), []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def http(path="/", **more):
    return {"type": "http", "method": "GET", "path": path, "headers": [], **more}


def test_lifespan_runs_the_apps_events():
    app = App()
    seen = []
    app.events.on("startup", lambda: seen.append("startup"))
    app.events.on("shutdown", lambda: seen.append("shutdown"))
    sent = call(app, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [m["type"] for m in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert seen == ["startup", "shutdown"]


def test_a_failing_startup_is_told_to_the_server():
    app = App()
    app.events.on("startup", lambda: 1 / 0)
    (sent,) = call(app, {"type": "lifespan"}, {"type": "lifespan.startup"})
    assert sent == {"type": "lifespan.startup.failed", "message": "division by zero"}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (http("/a b/é"), "/a b/é /a%20b/%C3%A9"),
        (http("/decoded", raw_path=b"/r%61w"), "/raw /r%61w"),
        (http("/x", raw_path=b"/x?query=left-on"), "/x /x"),
        (http("/x", raw_path=b""), "/ /"),
        (http("/a/b", raw_path=b"http://h:80/a/b?c=d"), "/a/b /a/b"),
        (http("/", raw_path=b"http://h"), "/ /"),
    ],
)
def test_the_raw_path_is_taken_or_made(scope, seen):
    app = App()
    app.use(lambda req, res: res.send_text(f"{req.path} {req.raw_path.decode()}"))
    assert call(app, scope)[1]["body"].decode() == seen


@pytest.mark.parametrize(
    ("root", "scope", "seen"),
    [
        ("/shop", http("/shop/x/y"), "/y /shop/x /shop/x/y"),
        ("/shop", http("/shop/x/y", raw_path=b"/shop/x/%79"), "/y /shop/x /shop/x/%79"),
        ("/shop", http("/x/y"), "/y /shop/x /shop/x/y"),  # the server has cut it off
        ("/shop", http("/shop/x"), "/ /shop/x /shop/x"),
        ("/shop/", http("/shop/x/y"), "/y /shop/x /shop/x/y"),
        ("/a b/é", http("/a b/é/x/y"), "/y /a%20b/%C3%A9/x /a%20b/%C3%A9/x/y"),
        ("", http("/x/y"), "/y /x /x/y"),
        ("/", http("/x/y"), "/y /x /x/y"),
    ],
)
def test_below_another_application_the_app_sees_what_is_below_it(root, scope, seen):
    app = App()
    app.use("/x", lambda req, res: res.send_text(f"{req.path} {req.base_url} {req.original_url}"))
    assert call(app, {**scope, "root_path": root})[1]["body"].decode() == seen


@pytest.mark.parametrize(("path", "status"), [("/shop", 200), ("/shop/", 200), ("/shopping", 404)])
def test_a_mount_point_is_the_top_of_the_app_and_other_names_are_not(path, status):
    app = App()
    app.get("/", lambda req, res: res.send_text(req.original_url))
    assert call(app, {**http(path), "root_path": "/shop"})[0]["status"] == status


def test_a_websocket_is_refused():
    assert call(App(), {"type": "websocket"}, {"type": "websocket.connect"}) == [
        {"type": "websocket.close", "code": 1000}
    ]


def test_an_answer_that_fails_midway_is_not_ended_as_if_it_were_whole():
    async def broken():
        yield b"begin"
        raise RuntimeError("the rest is lost")

    app = App()
    app.get("/", lambda req, res: res.stream(broken()))
    with pytest.raises(ConnectionAbortedError):
        call(app, http())


def test_names_of_header_fields_are_lower_case():
    app = App()
    app.get("/", lambda req, res: res.send_text("x"))
    assert all(name == name.lower() for name, _ in call(app, http())[0]["headers"])
