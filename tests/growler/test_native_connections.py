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
BYTES = "application/octet-stream"


def test_a_connection_is_kept(raw):
    for _ in range(3):
        raw.send(get())
        status, head, body = raw.read_reply()
        assert (status, body) == (200, b"root")
        assert b"connection" not in head.lower()


def test_connection_close_is_honoured(raw):
    raw.send(get(b"/", b"Connection: close"))
    assert b"Connection: close" in raw.read_reply()[1]
    assert raw.is_closed()


def test_http_1_0_closes_unless_asked_to_keep(raw):
    for _ in range(2):
        raw.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert b"\r\nConnection: keep-alive\r\n" in raw.read_reply()[1]
    raw.send(b"GET / HTTP/1.0\r\n\r\n")
    assert b"Connection: close" in raw.read_reply()[1]
    assert raw.is_closed()


@pytest.mark.parametrize("line", ["close", "Close", "x-hop, close"])
def test_a_connection_that_the_app_closes_is_closed_and_said_so_once(raw, line):
    raw.send(get(b"/close", b"X-Connection: " + line.encode()))
    _, head, body = raw.read_reply()
    assert head.lower().count(b"connection:") == 1
    assert body == b"bye"
    assert raw.is_closed()


def test_a_connection_field_that_says_something_else_changes_nothing(raw):
    raw.send(get(b"/close", b"X-Connection: x-hop"), get())
    assert raw.read_reply()[2] == b"bye"
    assert raw.read_reply()[2] == b"root"


def test_the_app_and_the_client_both_close_and_it_is_said_once(raw):
    raw.send(get(b"/close", b"Connection: close"))
    assert raw.read_reply()[1].lower().count(b"connection:") == 1
    assert raw.is_closed()


def test_what_is_remembered_of_fields_is_true_on_any_connection(http11_port):
    fields = b"Host: x\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n"
    for _ in range(2):
        with Raw(http11_port) as one, Raw(http11_port) as other:
            for version, pieces in ((b"1.1", (b"hello",)), (b"1.0", (b"hel", b"lo"))):
                for raw in (one, other):
                    raw.send(b"POST /echo HTTP/" + version + b"\r\n" + fields, *pieces)
                    status, head, body = raw.read_reply()
                    assert (status, body) == (200, b"hello")
                    assert (b"\r\nConnection: keep-alive\r\n" in head) is (version == b"1.0")
    without_host = fields.replace(b"Host: x\r\n", b"")
    for version, status in ((b"1.0", 200), (b"1.1", 400), (b"1.0", 200), (b"1.1", 400)):
        with Raw(http11_port) as raw:
            raw.send(b"POST /echo HTTP/" + version + b"\r\n" + without_host + b"hello")
            assert raw.read_reply()[0] == status


def test_connections_over_the_limit_are_refused_and_others_served(native):
    app = App(limits=Limits(max_connections=2))
    app.get("/", lambda req, res: res.send_text("root"))
    with Running(native, app) as port, Raw(port) as first, Raw(port) as second:
        first.send(get())
        second.send(get())
        assert [first.read_reply()[0], second.read_reply()[0]] == [200, 200]
        with Raw(port) as third:
            assert third.read_until_closed().startswith(b"HTTP/1.1 503")
        first.send(get())
        assert first.read_reply()[0] == 200


def test_a_large_file_arrives_whole_and_the_next_answer_behind_it(native, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(os.urandom(1024) * (LARGE // 1024))
    app = App()
    app.get("/", lambda req, res: res.send_text("hello"))
    app.get("/file", lambda req, res: res.decide(FileBody(path.open("rb", buffering=0), 0, LARGE), BYTES))
    with Running(native, app) as port, Raw(port) as raw:
        raw.send(get(b"/file"), get())
        raw.read_until(b"\r\n\r\n")
        left = LARGE
        while left:
            left -= len(raw.socket.recv(min(left, 1 << 20)))
        assert raw.read_reply()[2] == b"hello"


def test_a_client_that_leaves_in_the_middle_of_a_file_lets_it_go(native, tmp_path, caplog):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGE)
    app, over, files = App(), asyncio.Event(), []

    @app.get("/")
    def page(req, res):
        files.append(path.open("rb", buffering=0))
        res.on("after_send", over.set)
        res.decide(FileBody(files[0], 0, LARGE), BYTES)

    running = Running(native, app)
    with running as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"\r\n\r\n")
        running.call(asyncio.wait_for(over.wait(), 10))
    assert files[0].closed
    assert caplog.text == ""
