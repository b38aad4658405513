"""When the native server keeps a connection and when it does not, and what it says of that (RFC 9112 9)."""

from __future__ import annotations

import asyncio
import os

import pytest

from growler import App, Limits
from growler.http.body import FileBody
from support.raw import Raw, get
from support.servers import Running

LARGE = 24 * 1024 * 1024  # more than the buffers of two sockets hold


@pytest.fixture(scope="module", params=["native", "native-uvloop"])
def port(request, tmp_path_factory):
    app = App(limits=Limits(max_discard=50_000, max_pipeline=2))
    path = tmp_path_factory.mktemp("files") / "large"
    path.write_bytes(os.urandom(1024) * (LARGE // 1024))

    @app.get("/")
    def index(req, res):
        res.send_text("hello")

    @app.get("/close")
    def close(req, res):
        res.headers["Connection"] = req.get("x-connection", "close")
        res.send_text("bye")

    @app.post("/ignore")
    def ignore(req, res):
        res.send_text("not read")

    @app.get("/file")
    def file(req, res):
        res.decide(FileBody(path.open("rb", buffering=0), 0, LARGE), "application/octet-stream")

    with Running(request.param, app) as port:
        yield port


@pytest.mark.parametrize("line", ["close", "Close", "x-hop, close"])
def test_a_connection_that_the_app_closes_is_closed_and_said_so_once(port, line):
    with Raw(port) as raw:
        raw.send(get(b"/close", b"X-Connection: " + line.encode()))
        _, head, body = raw.read_reply()
        assert head.lower().count(b"connection:") == 1
        assert body == b"bye"
        assert raw.is_closed()


def test_a_connection_field_that_says_something_else_changes_nothing(port):
    with Raw(port) as raw:
        raw.send(get(b"/close", b"X-Connection: x-hop"), get())
        assert raw.read_reply()[2] == b"bye"
        assert raw.read_reply()[2] == b"hello"


def test_the_app_and_the_client_both_close_and_it_is_said_once(port):
    with Raw(port) as raw:
        raw.send(get(b"/close", b"Connection: close"))
        assert raw.read_reply()[1].lower().count(b"connection:") == 1
        assert raw.is_closed()


def test_http_1_0_is_told_that_its_connection_is_kept(port):
    with Raw(port) as raw:
        for _ in range(2):
            raw.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"\r\nConnection: keep-alive\r\n" in raw.read_reply()[1]


def test_a_body_nobody_reads_costs_the_connection_once_it_is_longer_than_what_is_read_over(port):
    with Raw(port) as raw:
        raw.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
        assert raw.read_reply()[2] == b"not read"
        piece = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
        try:
            raw.send(*[piece] * 20)
        except ConnectionError:
            return  # closed while it was sending
        assert raw.is_closed()


def test_a_large_file_arrives_whole_and_the_next_answer_behind_it(port):
    with Raw(port) as raw:
        raw.send(get(b"/file"), get())
        raw.read_until(b"\r\n\r\n")
        left = LARGE
        while left:
            left -= len(raw.socket.recv(min(left, 1 << 20)))
        assert raw.read_reply()[2] == b"hello"


@pytest.mark.parametrize("kind", ["native", "native-uvloop"])
def test_a_client_that_leaves_in_the_middle_of_a_file_lets_it_go(kind, tmp_path, caplog):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGE)
    app, over, files = App(), asyncio.Event(), []

    @app.get("/")
    def page(req, res):
        files.append(path.open("rb", buffering=0))
        res.on("after_send", over.set)
        res.decide(FileBody(files[0], 0, LARGE), "application/octet-stream")

    running = Running(kind, app)
    with running as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"\r\n\r\n")
        running.call(asyncio.wait_for(over.wait(), 10))
    assert files[0].closed
    assert caplog.text == ""
