"""The same request again and again on one connection: it is not split anew, and nobody may notice."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from growler import App, GrowlerStopIteration
from growler.aio.received import LASTING
from growler.responder import GrowlerResponder
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired


def echo() -> App:
    """Answers by what it sees of a request; rewrites its path, as middleware may."""
    app = App()

    def say(req, res):
        said = f"[{req.head.method} {req.path}?{req.query_string} {req.get('x')} {req.head.version}]"
        req.head.path = req.head.query = b"/rewritten"
        req.head.method = "PUT"
        res.send_text(said)

    async def say_body(req, res):
        res.send_text(f"[{(await req.body()).decode()}]")

    async def say_later(req, res):
        await asyncio.sleep(0)
        res.send_text("[later]")

    app.all("/body", say_body)
    app.all("/later", say_later)
    app.use(say)
    return app


def bodies(client: Wired) -> list[bytes]:
    """What was answered, between brackets."""
    return [part.partition(b"]")[0] for part in client.wire.sent.split(b"[")[1:]]


async def arrive(client: Wired, *pieces: bytes) -> None:
    """Have bytes arrive as they do from a transport, in no task."""
    asyncio.get_running_loop().call_soon(client.send, *pieces)
    await client.after()


def a_request(
    target: bytes = b"/a?b=c", x: bytes = b"1", version: bytes = b"HTTP/1.1", *fields: bytes
) -> bytes:
    return b"GET %b %b\r\nHost: x\r\nX: %b\r\n%b\r\n" % (
        target,
        version,
        x,
        b"".join(b"%b\r\n" % line for line in fields),
    )


@by_hand
async def test_each_is_seen_as_it_was_sent_whatever_became_of_those_before():
    client = Wired(echo())
    client.send(*[a_request()] * 5)
    assert bodies(client) == [b"GET /a?b=c 1 1.1"] * 5


@by_hand
async def test_another_one_is_looked_at():
    client = Wired(echo())
    one, other, third = a_request(), a_request(b"/b"), a_request(x=b"2")
    client.send(one, one, one, other, one, one, one, third, third, third, one)
    seen = [bodies(client)[0], b"GET /b? 1 1.1", b"GET /a?b=c 2 1.1"]
    assert bodies(client) == [seen[number] for number in (0, 0, 0, 1, 0, 0, 0, 2, 2, 2, 0)]


@by_hand
async def test_several_at_once_are_as_many():
    client = Wired(echo())
    client.send(*[a_request()] * 3, a_request() * 4, a_request(), *[a_request() * 2] * 3)
    assert bodies(client) == [b"GET /a?b=c 1 1.1"] * 14


@by_hand
async def test_bytes_before_it_belong_to_it():
    client = Wired(echo())
    client.send(*[a_request()] * 3, b"G", a_request(), a_request())
    assert client.statuses == [200, 200, 200, 501]
    client = Wired(echo())
    client.send(*[a_request()] * 3, b"\r", b"\n", a_request(), b"\r\n", a_request(), a_request())
    assert bodies(client) == [b"GET /a?b=c 1 1.1"] * 6


@by_hand
async def test_the_second_one_may_be_the_end_of_another():
    client = Wired(echo())
    client.send(a_request(), b"GET /other HTTP/1.1\r\nHost: x\r\nA: ", a_request(), a_request(), a_request())
    assert client.statuses == [200, 400]  # X and Host stand in it twice


@by_hand
async def test_what_looks_the_same_may_be_a_body():
    client = Wired(echo())
    length = len(a_request())
    head = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length
    client.send(*[a_request()] * 3, head, a_request(), a_request())
    await client.after()
    assert bodies(client) == [*[b"GET /a?b=c 1 1.1"] * 3, a_request(), b"GET /a?b=c 1 1.1"]


@by_hand
async def test_it_has_no_body_each_time():
    client = Wired(echo())
    for _ in range(4):
        await arrive(client, get(b"/body"))
    assert bodies(client) == [b""] * 4


@by_hand
async def test_what_follows_one_that_asks_for_another_protocol_waits_each_time():
    class Other(GrowlerResponder):
        def on_data(self, data):
            client.wire.write(b"[" + data + b"]")

    app = App()
    numbers = itertools.count(1)

    @app.get("/")
    async def change(req, res):
        await asyncio.sleep(0)
        if next(numbers) < 4:
            res.send_text("[not yet]")
            return
        req.head.connection.protocol.responders.append(Other())
        raise GrowlerStopIteration

    client = Wired(app)
    request = get(b"/", b"Connection: Upgrade", b"Upgrade: other")
    for _ in range(3):
        await arrive(client, request)
    await arrive(client, request, b"not HTTP\r\n\r\n")
    assert bodies(client) == [b"not yet"] * 3 + [b"not HTTP\r\n\r\n"]


@pytest.mark.parametrize(("version", "fields", "answered", "said"), [
    (b"HTTP/1.1", (b"Connection: close",), 1, b"\r\nConnection: close\r\n"),
    (b"HTTP/1.1", (b"Proxy-Connection: close",), 1, b"\r\nConnection: close\r\n"),
    (b"HTTP/1.0", (), 1, b"\r\nConnection: close\r\n"),
    (b"HTTP/1.0", (b"Connection: keep-alive",), 4, b"\r\nConnection: keep-alive\r\n"),
    (b"HTTP/1.1", (b"Connection: Upgrade", b"Upgrade: other"), 4, b"\r\nContent-Length: "),
    (b"HTTP/1.1", (b"Expect: 100-continue",), 4, b"\r\nContent-Length: "),
])  # fmt: skip
@by_hand
async def test_what_it_says_of_the_connection_is_heeded_each_time(version, fields, answered, said):
    client = Wired(echo())
    client.send(*[a_request(b"/a", b"1", version, *fields)] * 4)
    assert bodies(client) == [b"GET /a? 1 %b" % version[5:]] * answered
    assert client.statuses == [200] * answered
    assert client.wire.sent.count(said) == answered


@by_hand
async def test_they_wait_for_each_other_like_any():
    app = App()
    numbers = itertools.count()

    @app.get("/")
    async def answer(req, res):
        number = next(numbers)
        await asyncio.sleep(0)
        res.send_text(f"[{number}]")

    client = Wired(app)
    client.send(*[get()] * 4)
    assert bodies(client) == []
    await client.after()
    assert bodies(client) == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("last", [
    b"\r\n" + get(b"/later", b"Connection: close"),
    b"\r\nGET /later HTTP/1.0\r\n\r\n",
    b"POST /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1",
])  # fmt: skip
@by_hand
async def test_behind_a_last_one_it_is_one_too_many(last):
    """RFC 9112 9.6: such a client is read over for a while, or the reset could cost it the last answer."""
    client = Wired(echo())
    client.send(*[a_request()] * 3)
    await arrive(client, last, a_request())
    assert bodies(client)[3:] == [b"later"]
    assert client.wire.did[-1] == "eof"


@pytest.mark.parametrize(("longer", "kept"), [(0, True), (1, False)], ids=["longest", "too long"])
@by_hand
async def test_a_connection_that_lies_idle_keeps_none_that_are_long(longer, kept):
    client = Wired(echo())
    request = a_request(x=b"1" * (LASTING - len(a_request(x=b"")) + longer))
    client.send(*[request] * 3)
    assert client.statuses == [200] * 3
    assert client.responder._before == (request if kept else b"")


@by_hand
async def test_a_connection_keeps_its_attributes_beside_each_other():
    """With more than thirty Python makes a dict of its own for each, and every look takes longer."""
    client = Wired(echo())
    chunks = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    client.send(*[a_request()] * 3, chunks)
    await client.after()
    client.send(b"3\r\nabc\r\n0\r\n\r\n")
    await client.after(3)
    client.protocol.pause_writing()
    client.protocol.resume_writing()
    client.send(get())
    assert len(client.statuses) == 5
    assert len(vars(client.responder)) <= 30
