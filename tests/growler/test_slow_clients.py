"""Clients that trickle, on the native server: bounded by rate and total time, not only by silence - and patience where
it is due."""

from __future__ import annotations

import asyncio
import select
import socket
import sys

import pytest

from growler import App, Limits
from support.raw import Raw, get
from support.servers import Running

LIMITS = Limits(head_timeout=1, body_timeout=1, write_timeout=1, linger_timeout=1, idle_timeout=60)
MEGABYTES = 20_000_000


def make_app():
    app = App(limits=LIMITS)
    app.gate = asyncio.Event()

    @app.post("/echo")
    async def echo(req, res):
        res.send(await req.body(), 200)

    @app.post("/ignore")
    def ignore(req, res):
        res.send_text("ignored")

    @app.post("/later")
    async def later(req, res):
        await app.gate.wait()
        res.send(await req.body(), 200)

    @app.get("/open")
    def open_gate(req, res):
        app.gate.set()
        res.send_text("opened")

    app.get("/", lambda req, res: res.send_text("root"))
    app.get("/large", lambda req, res: res.send(b"x" * MEGABYTES))
    return app


@pytest.fixture(scope="module")
def running(native):
    return Running(native, make_app())


@pytest.fixture(scope="module")
def port(running):
    with running as port:
        yield port


def trickle(raw, piece, pause=0.1):
    """Send a piece again and again until the server answers; the answer."""
    while not select.select([raw.socket], [], [], pause)[0]:
        raw.send(piece)
    return raw.read_until_closed()


def connections(running):
    return len(running._server.server._connections)


def test_a_head_that_trickles_is_ended_by_its_total_time(port):
    with Raw(port) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
        assert trickle(raw, b"a").startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("framing", "piece"), [(b"Content-Length: 10000", b"a"), (b"Transfer-Encoding: chunked", b"1\r\na\r\n")]
)
@pytest.mark.parametrize(("target", "status"), [(b"/echo", 408), (b"/ignore", 200)])
def test_a_body_that_trickles_is_ended(port, framing, piece, target, status):
    with Raw(port) as raw:
        raw.send(b"POST %b HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n" % (target, framing))
        if status == 200:  # answered at once, and then the rest of the body is not waited for without end
            assert raw.read_reply()[0] == 200
            assert trickle(raw, piece) == b""
        else:
            assert trickle(raw, piece).startswith(b"HTTP/1.1 408")


def test_bodies_that_come_slowly_but_fast_enough_are_read_to_their_ends(port):
    with Raw(port) as raw:
        for _ in range(2):  # the second is not measured by the first
            raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1500\r\n\r\n")
            for _ in range(15):
                assert not select.select([raw.socket], [], [], 0.1)[0], "the server lost its patience"
                raw.send(b"a" * 100)
            assert raw.read_reply()[0] == 200


def test_a_client_that_waits_for_100_continue_is_not_late(port):
    with Raw(port) as raw, Raw(port) as other:
        raw.send(b"POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert not select.select([raw.socket], [], [], 3.5)[0], "the handler has not asked for the body yet"
        other.send(get(b"/open"))
        assert raw.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.send(b"abc")
        assert raw.read_reply()[2] == b"abc"


def slow_reader(port):
    raw = Raw.__new__(Raw)
    raw.socket = socket.socket()
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before it connects: later is too late
    raw.socket.settimeout(10)
    raw.socket.connect(("127.0.0.1", port))
    return raw


def test_a_client_that_takes_a_few_bytes_now_and_then_is_dropped(running, port):
    with slow_reader(port) as raw:
        raw.send(get(b"/large"))
        taken = len(raw.socket.recv(1))
        while connections(running):
            taken += len(raw.socket.recv(1))
            select.select([], [], [], 0.1)
        assert taken < 100


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the kernel does not tell what was acknowledged"
)
def test_a_client_that_takes_its_time_gets_all_of_a_large_answer(port):
    with slow_reader(port) as raw:
        raw.send(get(b"/large", b"Connection: close"))
        taken = 0
        for _ in range(35):
            taken += len(raw.socket.recv(2048))
            select.select([], [], [], 0.1)
        assert taken + len(raw.read_until_closed()) > MEGABYTES


def test_a_body_over_the_limit_is_told_so_at_once_and_may_be_sent_to_its_end(port):
    size = 5_000_000
    with Raw(port) as raw:
        raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
        head = raw.read_until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 413")
        assert b"Connection: close" in head
        raw.send(b"a" * size)  # a reset would be an OSError here


def test_what_follows_a_refused_request_does_not_cost_its_answer(port):
    with Raw(port) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 3_000_000)
        assert raw.read_until_closed().startswith(b"HTTP/1.1 431")


def test_a_client_that_goes_on_after_it_was_refused_is_dropped_in_the_end(running, port):
    with Raw(port) as raw:
        raw.send(b"{no HTTP}\r\n\r\n")
        assert raw.read_until_closed().startswith(b"HTTP/1.1 400")
        while connections(running):
            select.select([], [], [], 0.05)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            raw.send(*[b"more"] * 100)
