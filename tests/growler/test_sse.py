"""Server-sent events: what is on the wire, and when the stream ends."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler import App
from growler.http.sse import HEARTBEAT, Event, event_stream
from support.raw import Raw, get
from support.servers import Running


@pytest.mark.parametrize(
    ("event", "wire"),
    [
        (Event("hello"), "data: hello\n\n"),
        (Event(""), "data: \n\n"),
        (Event("a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (Event("a\n\nevent: evil"), "data: a\ndata: \ndata: event: evil\n\n"),
        (Event("\u2028\x0b\x85é"), "data: \u2028\x0b\x85é\n\n"),  # ends of lines elsewhere, not here
        (Event({"a": "é\n"}), 'data: {"a":"é\\n"}\n\n'),
        (Event(0), "data: 0\n\n"),
        (Event("x", event="tick", id="7", retry=1500), "event: tick\nid: 7\nretry: 1500\ndata: x\n\n"),
        (Event(id=""), "id: \n\n"),
    ],
)
def test_an_event_on_the_wire(event, wire):
    assert event.encode() == wire.encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "a\nb"},
        {"event": "a\r"},
        {"id": "1\n\ndata: x"},
        {"id": "\0"},
        {"retry": -1},
        {"retry": 1.5},
    ],
)
def test_what_would_break_a_line_is_refused(wrong):
    with pytest.raises(ValueError, match=r"one line|whole number"):
        Event("x", **wrong)


def parse(wire: str) -> list[str]:
    """The data of each event, as a browser reads it (9.2.6)."""
    events: list[list[str]] = [[]]
    for line in wire.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            events.append([])
        elif line.startswith("data:"):
            events[-1].append(line[5:].removeprefix(" "))
        else:
            raise AssertionError(f"an unexpected line: {line!r}")
    return ["\n".join(lines) for lines in events if lines]


@given(st.text())
def test_any_text_arrives_with_its_line_ends_made_equal(text):
    wire = Event(text).encode().decode()
    assert parse(wire) == [text.replace("\r\n", "\n").replace("\r", "\n")]


def test_events_travel_with_the_fields_that_keep_them_moving(serve):
    async def events():
        yield "one"
        yield Event({"n": 2}, event="more", id="2")

    app = App()
    app.get("/", lambda req, res: res.sse(events()))
    client = serve(app)
    reply = client.get("/")
    assert reply.text == 'data: one\n\nevent: more\nid: 2\ndata: {"n":2}\n\n'
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-accel-buffering"] == "no"
    assert client.head("/").body == b""


async def silent(seen):
    try:
        async with asyncio.timeout(60):  # over the yield: begun and left in one task
            yield "first"
            await asyncio.Event().wait()
    finally:
        seen.append("closed")


def test_silence_is_filled_with_comments_and_closing_closes_the_events():
    async def run():
        seen = []
        stream = event_stream(silent(seen), heartbeat=0.01)
        pieces = [await anext(stream) for _ in range(3)]
        await stream.aclose()
        return pieces, seen

    assert asyncio.run(run()) == ([b"data: first\n\n", HEARTBEAT, HEARTBEAT], ["closed"])


def test_events_that_fail_end_the_stream_with_their_error():
    async def failing():
        yield "one"
        raise RuntimeError("no more")

    async def run():
        stream = event_stream(failing(), heartbeat=None)
        piece = await anext(stream)
        with pytest.raises(RuntimeError, match="no more"):
            await anext(stream)
        return piece

    assert asyncio.run(run()) == b"data: one\n\n"


def test_events_nobody_takes_are_not_made():
    made = []

    async def counting():
        for number in range(1000):
            made.append(number)
            yield str(number)

    async def run():
        stream = event_stream(counting(), heartbeat=None)
        await anext(stream)
        await asyncio.sleep(0)
        await stream.aclose()

    asyncio.run(run())
    assert len(made) <= 3


@pytest.mark.parametrize("kind", ["native", "native-uvloop", "uvicorn", "hypercorn"])
def test_the_events_are_closed_when_the_client_goes(kind):
    gone = threading.Event()

    async def events():
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            gone.set()

    app = App()
    app.get("/", lambda req, res: res.sse(events(), heartbeat=0.05))
    with Running(kind, app) as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"data: first\n\n")
        assert gone.wait(10)


@pytest.mark.parametrize("kind", ["native", "native-uvloop", "uvicorn", "hypercorn"])
@pytest.mark.parametrize("begins", [True, False])
def test_a_stream_that_is_silent_is_closed_when_the_client_goes(kind, begins):
    seen, gone = [], threading.Event()

    async def silent_stream():
        try:
            if begins:
                yield b"first"
            async with asyncio.timeout(60):
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # what closes it may wait
            seen.append("closed")
        yield b"never"

    async def last():
        await asyncio.sleep(0)
        assert asyncio.current_task().cancelling() == 0
        seen.append("after")
        gone.set()

    app = App()

    @app.get("/")
    def stream(req, res):
        res.on("after_send", last)
        res.stream(silent_stream())

    app.get("/next", lambda req, res: res.send_text("next"))
    with Running(kind, app) as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"\r\n\r\n")
            # Closing is a reset now. An end alone may mean a client that sends no more and reads on (RFC 9112 9.6).
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert gone.wait(10)
        with Raw(port) as raw:
            raw.send(get(b"/next"))
            assert raw.read_reply()[2] == b"next"
    assert seen == ["closed", "after"]


@pytest.mark.parametrize("heartbeat", [0, -1])
def test_a_heartbeat_takes_time(serve, heartbeat):
    app = App()
    app.get("/", lambda req, res: res.sse(silent([]), heartbeat=heartbeat))
    assert serve(app).get("/").status == 500
