"""A client that goes away: who works for it hears of it, nothing is sent any more, the hooks run all the same."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct

import pytest

from growler import App
from growler.exchange import ClientDisconnected
from support.raw import Raw, get
from support.servers import Running

each_server = pytest.mark.parametrize("kind", ["native", "native-uvloop", "uvicorn", "hypercorn"])


def drop(raw):
    """Reset the connection: who only closes it may still wait for an answer, as far as the server can see."""
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.socket.close()


def ask_and_leave(running, port, begun):
    """A request that is under way when its client goes."""
    with Raw(port) as raw:
        raw.send(get())
        running.call(asyncio.wait_for(begun.wait(), 10))
        drop(raw)


@each_server
def test_who_reads_the_body_is_told(kind):
    app, told = App(), asyncio.Event()

    @app.post("/")
    async def take(req, res):
        try:
            await req.body()
        except ClientDisconnected:
            told.set()
            raise

    running = Running(kind, app)
    with running as port:
        with Raw(port) as raw:
            raw.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ")
        running.call(asyncio.wait_for(told.wait(), 10))
    assert told.is_set()


@each_server
def test_an_answer_that_comes_too_late_is_nobodys_and_its_hooks_run(kind, caplog):
    app, begun, gone, over = App(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def slow(req, res):
        res.on("after_send", over.set)
        res.exchange.when_gone(gone.set)
        begun.set()
        await gone.wait()
        res.send_text("late")

    running = Running(kind, app)
    with running as port:
        ask_and_leave(running, port, begun)
        running.call(asyncio.wait_for(over.wait(), 10))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@each_server
def test_who_asks_too_late_is_told_at_once(kind):
    app, begun, gone, again = App(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def slow(req, res):
        res.exchange.when_gone(gone.set)
        begun.set()
        await gone.wait()
        res.exchange.when_gone(again.set)

    running = Running(kind, app)
    with running as port:
        ask_and_leave(running, port, begun)
        running.call(asyncio.wait_for(again.wait(), 10))
    assert again.is_set()


@each_server
def test_a_write_to_a_client_that_has_gone_raises_and_is_not_logged(kind, caplog):
    app, begun, gone, over = App(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    raised = []

    @app.get("/")
    async def slow(req, res):
        res.on("after_send", over.set)
        await res.write("begin")
        res.exchange.when_gone(gone.set)
        begun.set()
        await gone.wait()
        try:
            await res.write("the rest")
        except ClientDisconnected as error:
            raised.append(error)
            raise

    running = Running(kind, app)
    with running as port:
        ask_and_leave(running, port, begun)
        running.call(asyncio.wait_for(over.wait(), 10))
    assert len(raised) == 1
    assert [record for record in caplog.records if record.name.startswith("growler")] == []


@each_server
def test_a_client_that_leaves_frees_the_handler_that_streams_to_it_without_a_pause(kind):
    app = App()
    left = asyncio.Event()

    async def endless():
        try:
            while True:
                yield b"x" * 65536
        finally:
            left.set()

    app.get("/", lambda req, res: res.stream(endless()))
    running = Running(kind, app)
    with running as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"\r\n\r\n")
            drop(raw)
        running.call(asyncio.wait_for(left.wait(), 10))
    assert left.is_set()
