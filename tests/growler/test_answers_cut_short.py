"""An answer that cannot be finished as it was begun is never ended as if it were whole; the log says why."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest

from growler import App
from growler.http.body import FileBody
from growler.middleware import Compression
from support.clients import LiveClient
from support.raw import get
from support.servers import Running

CLOSED = (http.client.HTTPException, ConnectionError)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "data.txt"
    path.write_bytes(b"ten bytes.")
    return path


def asked(serve, app):
    """Ask for the page; its answer must be cut short."""
    with pytest.raises(CLOSED):
        serve(app).get("/", headers={"Accept-Encoding": "gzip"})


def test_a_handler_that_fails_after_its_first_write_closes_the_connection(serve, caplog):
    app, after = App(), []

    @app.get("/")
    async def fails(req, res):
        res.on("after_send", lambda: after.append("hook"))
        await res.write("half of ")
        raise RuntimeError("the rest is lost")

    asked(serve, app)
    assert "failed after its answer had begun" in caplog.text
    assert "the rest is lost" in caplog.text
    assert after == ["hook"]


def test_no_error_handler_is_asked_once_the_answer_has_begun(serve, caplog):
    app, seen = App(), []

    @app.get("/")
    async def fails(req, res):
        await res.write("half of ")
        raise RuntimeError("the rest is lost")

    @app.use
    def on_error(req, res, error):
        seen.append(error)

    asked(serve, app)
    assert seen == []
    assert "the rest is lost" in caplog.text


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_that_became_shorter_closes_the_connection(serve, file, compressed, caplog):
    app = App()
    if compressed:
        app.use(Compression(minimum=1))
    app.get("/", lambda req, res: res.decide(FileBody(file.open("rb", buffering=0), 0, 20), "text/plain"))
    asked(serve, app)
    assert "shorter" in caplog.text


@pytest.mark.parametrize("compressed", [False, True])
def test_a_stream_that_fails_closes_the_connection(serve, compressed, caplog):
    app = App()
    if compressed:
        app.use(Compression(minimum=1))

    async def pieces():
        yield b"begin"
        raise RuntimeError("the rest is lost")

    @app.get("/")
    def page(req, res):
        res.set_type("text/plain")
        res.stream(pieces())

    asked(serve, app)
    assert "the rest is lost" in caplog.text


@pytest.mark.parametrize("pieces", [[b"abcde"], [b"abc", b"de"]])
def test_a_stream_longer_than_its_content_length_closes_the_connection(pieces, caplog):
    app = App()

    async def stream():
        for piece in pieces:
            yield piece

    @app.get("/")
    def page(req, res):
        res.headers["Content-Length"] = "4"
        res.stream(stream())

    with Running("native", app) as port, closing(LiveClient(port)) as client, pytest.raises(CLOSED):
        client.get("/")
    assert "1 bytes longer than its Content-Length" in caplog.text


def test_a_body_shorter_than_promised_closes_the_connection(raw):
    raw.send(get(b"/short"))
    assert raw.read_until_closed().endswith(b"\r\n\r\n12345")


def test_an_empty_piece_does_not_end_a_stream(serve):
    async def pieces():
        for piece in (b"one ", b"", b"two"):
            yield piece

    app = App()
    app.get("/", lambda req, res: res.stream(pieces()))
    assert serve(app).get("/").body == b"one two"
