"""What servers say and hear in ASGI messages that are rare: another version, a client that is no more, odd scopes."""

from __future__ import annotations

import asyncio

import pytest

from growler import App
from growler.http.body import FileBody


def converse(app, *incoming, gone_at=None, **scope):
    """Ask an ASGI app for "/"; what it sent. `gone_at`: the kind of message at which `send` raises (ASGI 2.4)."""
    messages, sent = list(incoming), []

    async def receive():
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    async def send(message):
        if message["type"] == gone_at and (gone_at != "http.response.body" or message.get("more_body")):
            raise OSError("the client has gone")
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], **scope}
    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize(("scope", "version"), [({}, "1.1"), ({"http_version": "2"}, "2")])
def test_the_version_is_the_scopes(scope, version):
    app = App()
    app.get("/", lambda req, res: res.send_text(req.head.version))
    assert converse(app, **scope)[1]["body"] == version.encode()


def test_a_scope_that_nobody_knows_is_an_error():
    with pytest.raises(ValueError, match="does not speak ASGI 'smtp'"):
        converse(App(), type="smtp")


@pytest.mark.parametrize("at", ["http.response.start", "http.response.body"])
def test_a_client_that_is_gone_before_a_whole_answer_costs_it_nothing_but_its_bytes(at, caplog):
    app, after = App(), []

    @app.get("/")
    def page(req, res):
        res.on("after_send", lambda: after.append("hook"))
        res.send_text("hello")

    converse(app, gone_at=at)
    assert after == ["hook"]
    assert caplog.text == ""


def test_a_stream_ends_when_a_send_says_that_the_client_has_gone(caplog):
    app, events = App(), []

    async def pieces():
        try:
            for number in range(10):
                events.append(number)
                yield b"piece"
        finally:
            events.append("closed")

    @app.get("/")
    def page(req, res):
        res.on("after_send", lambda: events.append("hook"))
        res.stream(pieces())

    sent = converse(app, gone_at="http.response.body")
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert events == [0, "closed", "hook"]
    assert caplog.text == ""


def test_a_file_is_closed_when_a_send_says_that_the_client_has_gone(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"content")
    app, file = App(), path.open("rb", buffering=0)
    app.get("/", lambda req, res: res.decide(FileBody(file, 0, 7), "text/plain"))
    converse(app, gone_at="http.response.body")
    assert file.closed


def test_an_empty_piece_is_no_message():
    async def pieces():
        for piece in (b"one", b"", b"two"):
            yield piece

    app = App()
    app.get("/", lambda req, res: res.stream(pieces()))
    sent = converse(app)
    assert [message["body"] for message in sent[1:]] == [b"one", b"two", b""]


def test_a_disconnect_in_the_middle_of_the_body_ends_the_request_without_an_answer(caplog):
    app = App()

    @app.post("/")
    async def take(req, res):
        res.send_text(await req.text())

    sent = converse(
        app,
        {"type": "http.request", "body": b"half ", "more_body": True},
        {"type": "http.disconnect"},
        method="POST",
        headers=[(b"content-length", b"10")],
    )
    assert sent == []
    assert caplog.text == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("version", ["1.1", "2", "3"])
def test_a_body_that_nobody_announced_arrives_whole_though_its_answer_has_begun(method, version):
    app = App()

    @app.all("/")
    async def echo(req, res):
        async for piece in req.stream():
            await res.write(piece)
            await asyncio.sleep(0)  # time to look for a client that leaves

    pieces = [b"one ", b"two ", b"three"]
    incoming = [{"type": "http.request", "body": piece, "more_body": piece != b"three"} for piece in pieces]
    # RFC 9113 8.1: in HTTP/2 a body needs no field; RFC 9112 6.3: in HTTP/1.1 it does.
    headers = [(b"transfer-encoding", b"chunked")] if version == "1.1" else []
    sent = converse(app, *incoming, method=method, http_version=version, headers=headers)
    assert b"".join(message.get("body", b"") for message in sent) == b"one two three"


@pytest.mark.parametrize("begins", ["write", "stream"])
def test_a_client_that_is_gone_before_a_streamed_answer_is_not_logged(caplog, begins):
    app, after = App(), []

    @app.get("/")
    async def page(req, res):
        async def pieces():
            yield b"hello"

        res.on("after_send", lambda: after.append("hook"))
        if begins == "write":
            await res.write("hello")
        else:
            res.stream(pieces())

    assert converse(app, gone_at="http.response.start") == []
    assert (after, caplog.text) == (["hook"], "")


def test_a_client_that_is_gone_at_the_end_of_a_stream_is_not_logged(caplog):
    app = App()

    @app.get("/")
    async def page(req, res):
        await res.write("hello")

    async def run():
        async def receive():
            await asyncio.Event().wait()

        async def send(message):
            if message["type"] == "http.response.body" and not message.get("more_body"):
                raise OSError("the client has gone")

        await app({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send)

    asyncio.run(run())
    assert caplog.text == ""


def test_a_stream_for_a_client_known_to_be_gone_cancels_nothing_behind_it(caplog):
    app, done = App(), []

    @app.post("/")
    async def page(req, res):
        async def pieces():
            yield b"never sent"

        async def cleans_up():
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            done.append("hook")

        res.on("after_send", cleans_up)
        with pytest.raises(ConnectionError):
            await req.body()
        res.stream(pieces())

    headers = [(b"content-length", b"5")]
    converse(app, {"type": "http.disconnect"}, method="POST", headers=headers)
    assert (done, caplog.text) == (["hook"], "")


def test_what_is_a_target_for_one_method_only_is_not_remembered_for_others():
    app = App()
    app.get("/", lambda req, res: res.send_text("the index"))

    def status(method):
        return converse(app, method=method, path="*", raw_path=b"*")[0]["status"]

    assert [status(method) for method in ("GET", "OPTIONS", "GET")] == [400, 204, 400]
