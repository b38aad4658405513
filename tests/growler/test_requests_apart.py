"""Requests of one connection know nothing of each other, and however many come at once, they are answered in turn."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from growler import App
from support.raw import Raw, get
from support.servers import Running

WHO = ContextVar("WHO", default="nobody")
MANY = 3000  # fit into one read of the server


@pytest.fixture(scope="module")
def made():
    """How many of the large answers were made, by connection."""
    return []


@pytest.fixture(scope="module")
def port(native, made):
    app = App()

    @app.use
    def remember(req, res):
        if req.get("x-user"):
            WHO.set(req.get("x-user"))

    @app.get("/sync")
    def who(req, res):
        res.send_text(WHO.get())

    @app.get("/async")
    async def who_at_once(req, res):
        res.send_text(WHO.get())

    @app.get("/later")
    async def who_later(req, res):
        await asyncio.sleep(0)
        res.send_text(WHO.get())

    @app.get("/streamed")
    async def streamed(req, res):
        await res.write(WHO.get())

    @app.get("/large")
    def large(req, res):
        made.append(req.query_string)
        res.send_text("x" * int(req.query_string))

    with Running(native, app) as port:
        yield port


@pytest.mark.parametrize("path", [b"/sync", b"/async", b"/later"])
def test_a_context_variable_is_of_one_request_and_not_of_its_connection(port, path):
    with Raw(port) as raw:
        for _ in range(2):  # the first wakes the connection's task, the second finds it waiting
            raw.send(get(path, b"X-User: alice"))
            assert raw.read_reply()[2] == b"alice"
            raw.send(get(path))
            assert raw.read_reply()[2] == b"nobody"


@pytest.mark.parametrize("path", [b"/sync", b"/async", b"/later"])
@pytest.mark.parametrize("first", [b"/sync", b"/later", b"/streamed"])
def test_nor_of_those_that_wait_behind_it(port, first, path):
    with Raw(port) as raw:
        raw.send(get(first, b"X-User: alice") + get(path) * 3)
        if first == b"/streamed":
            assert b"alice" in raw.read_until(b"0\r\n\r\n")
        else:
            assert raw.read_reply()[2] == b"alice"
        assert [raw.read_reply()[2] for _ in range(3)] == [b"nobody"] * 3


def test_thousands_of_requests_that_waited_are_answered_one_behind_the_other(port):
    with Raw(port) as raw:
        raw.send(get(b"/later") + get(b"/sync") * MANY)
        assert [raw.read_reply()[0] for _ in range(MANY + 1)] == [200] * (MANY + 1)


@pytest.mark.parametrize("size", [60_000, 600_000])  # below and above what is put together with its head
def test_answers_that_the_client_does_not_take_are_not_made(port, made, size):
    made.clear()
    with Raw(port) as raw:
        raw.send(get(b"/large?%d" % size) * 1000)
        assert raw.read_reply()[0] == 200
        # What one connection's buffers hold, of the kernel and of ours, is far from all of it.
        assert 1 <= len(made) < 600
        raw.send(get(b"/sync"))
        assert [raw.read_reply()[0] for _ in range(10)] == [200] * 10
