"""Clients that fall silent, on the native server: no wait for them is without end."""

from __future__ import annotations

import asyncio

import pytest

from growler import App, Limits
from support.http11_site import LIMITS
from support.raw import Raw, get
from support.servers import Running


def test_a_slow_head_is_timed_out(raw):
    raw.send(b"GET / HTTP/1.1\r\nHost")
    assert raw.read_until_closed().startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("target", [b"/echo", b"/ignore"])
def test_a_body_that_does_not_come_is_timed_out(raw, target):
    raw.send(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc" % target)
    status, _, _ = raw.read_reply()
    assert status == (408 if target == b"/echo" else 200)
    assert raw.is_closed()


@pytest.mark.parametrize("target", [b"/endless", b"/large"])
def test_a_client_that_takes_nothing_is_dropped(native, target):
    app = App(limits=LIMITS)
    left = asyncio.Event()

    async def endless():
        while True:
            yield b"x" * 65536

    @app.get("/endless")
    def stream(req, res):
        res.on("after_send", left.set)
        res.stream(endless())

    @app.get("/large")
    def large(req, res):
        res.on("after_send", left.set)
        res.send(b"x" * 50_000_000)

    running = Running(native, app)
    with running as port, Raw(port) as raw:
        raw.send(get(target))
        running.call(asyncio.wait_for(left.wait(), 10))
        assert raw.read_until_closed(), "what was on its way still arrives"


def test_an_idle_connection_is_closed_without_a_word(raw):
    raw.send(get())
    raw.read_reply()
    assert raw.is_closed()


def test_the_first_connection_after_a_pause_is_not_taken_for_an_idle_one(native):
    app = App(limits=Limits(idle_timeout=0.001))
    app.get("/", lambda req, res: res.send_text("root"))
    running = Running(native, app)
    with running as port:
        with Raw(port) as first:
            assert first.is_closed(), "by the sweep"
        connections = running._server.server._connections

        async def pause():
            while connections._timer is not None:
                await asyncio.sleep(0)

        running.call(pause())
        with Raw(port) as second:
            second.send(get())
            assert second.read_reply()[0] == 200
