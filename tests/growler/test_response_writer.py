"""What the native server does to a transport when it writes, waits for the client, and closes: on no socket."""

from __future__ import annotations

import asyncio

import pytest

from growler import App, Limits
from growler.aio.exchange import MOST_PIECES
from growler.aio.response_writer import FAREWELL
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired

LIMITS = Limits(write_timeout=60, linger_timeout=5, write_buffer=1234)
TOO_MUCH = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"  # to be read over
UPLOAD = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n"
NO_REQUEST = b"{no request}\r\n\r\n"


def hello():
    app = App(limits=LIMITS)
    app.all("/", lambda req, res: res.send_text("hello"))

    @app.post("/upload")
    async def upload(req, res):
        res.send_text(str(len(await req.body())))

    return app


# Writing


@by_hand
async def test_answers_to_what_came_together_leave_in_one_write():
    client = Wired(hello())
    client.send(get() + get() + get(b"/", b"Connection: close"))
    assert client.wire.did == ["write", "close"]
    assert client.statuses == [200, 200, 200]
    assert client.wire.sent.endswith(b"hello")
    assert client.wire.limit == 1234


@by_hand
async def test_a_single_answer_is_written_as_it_is_and_nothing_before_the_request_is_whole():
    client = Wired(hello())
    request = get()
    client.send(request[:10], request[10:-1])
    assert client.wire.writes == []
    client.send(request[-1:])
    assert client.wire.did == ["write"]
    assert client.statuses == [200]


@pytest.mark.parametrize(
    ("sizes", "writes"), [((65535, 1), 1), ((65536, 1), 2), ((1, 2, 3), 1), ((40_000, 30_000), 2)]
)
@by_hand
async def test_pieces_up_to_64_kilobytes_are_joined_and_more_is_not_copied(sizes, writes):
    client = Wired(hello())
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]
    client.responder.write_all(pieces)
    assert len(client.wire.writes) == writes
    assert client.wire.sent == b"".join(pieces)


@by_hand
async def test_what_was_collected_leaves_when_it_is_flushed_once():
    client = Wired(hello())
    client.responder.output = []
    client.responder.write(b"a")
    client.responder.write(b"b")
    assert client.wire.writes == []
    for _ in range(2):
        client.responder.flush()
        assert client.wire.writes == [b"ab"]


@by_hand
async def test_what_is_written_when_nothing_is_collected_leaves_at_once():
    client = Wired(hello())
    client.responder.write(b"a")
    client.responder.write(b"b")
    assert client.wire.writes == [b"a", b"b"]


@pytest.mark.parametrize(("size", "collected"), [(65536, True), (65537, False)])
@by_hand
async def test_no_more_is_collected_than_is_joined(size, collected):
    client = Wired(hello())
    client.responder.output = []
    client.responder.write(b"x" * size)
    assert (client.wire.writes == []) is collected


@by_hand
async def test_no_more_than_so_many_pieces_are_collected():
    client = Wired(hello())
    client.responder.output = []
    for _ in range(MOST_PIECES - 1):
        client.responder.write(b"x")
    assert client.wire.writes == []
    client.responder.write(b"x")
    assert client.wire.sent == b"x" * MOST_PIECES


@by_hand
async def test_after_the_close_nothing_is_written():
    client = Wired(hello())
    assert not client.responder.lost
    client.responder.close()
    client.responder.write(b"late")
    assert client.wire.did == ["close"]


# The pace of the client


@by_hand
async def test_who_writes_lets_others_run_and_waits_for_a_slow_client():
    client = Wired(hello())
    quick = asyncio.ensure_future(client.responder.drain())
    assert not quick.done()
    await client.after()
    assert quick.done()
    assert quick.exception() is None
    client.protocol.pause_writing()
    given_up, patient = (asyncio.ensure_future(client.responder.drain()) for _ in range(2))
    await client.after()
    given_up.cancel()  # a time-out of one who waits is nothing to another
    await client.after()
    assert not patient.done()
    client.protocol.resume_writing()
    await client.after()
    assert patient.done()
    assert patient.exception() is None


@by_hand
async def test_a_client_that_goes_is_not_waited_for():
    client = Wired(hello())
    client.protocol.pause_writing()
    waiting = asyncio.ensure_future(client.responder.drain())
    await client.after()
    client.wire.close()
    await client.after()
    assert waiting.done()
    client.protocol.resume_writing()  # uvloop may say so still


@by_hand
async def test_a_client_that_was_never_slow_may_read_on():
    client = Wired(hello())
    client.protocol.resume_writing()
    client.send(get())
    assert client.statuses == [200]


@by_hand
async def test_the_pace_of_an_upload_is_not_that_of_an_answer():
    client = Wired(hello())
    client.send(UPLOAD)
    await client.after(10)
    assert client.responder._pace is not None
    client.protocol.pause_writing()
    assert client.responder._pace is None
    await client.after(10)
    assert client.responder._pace is not None
    client.protocol.resume_writing()
    assert client.responder._pace is None


@by_hand
async def test_reading_pauses_once_and_goes_on_once():
    client = Wired(hello())
    client.responder.resume_reading()
    assert client.wire.did == []
    for _ in range(2):
        client.responder.pause_reading()
        client.responder.pause_reading()
        client.responder.resume_reading()
        client.responder.resume_reading()
    assert client.wire.did == ["pause", "resume"] * 2


@pytest.mark.parametrize("paused", [True, False])
@by_hand
async def test_a_transport_that_closes_is_neither_paused_nor_let_go_on(paused):
    client = Wired(hello())
    if paused:
        client.responder.pause_reading()
    client.wire.close()
    client.wire.did.clear()
    client.responder.pause_reading()
    client.responder.resume_reading()
    assert client.wire.did == []
    assert client.responder.lost


# Closing


@by_hand
async def test_an_idle_connection_is_closed_at_once():
    client = Wired(hello())
    client.responder.close()
    assert client.wire.did == ["close"]


@pytest.mark.parametrize("sent", [NO_REQUEST, TOO_MUCH])
@by_hand
async def test_a_client_that_is_still_sending_is_read_over_for_a_while(sent):
    client = Wired(hello())
    client.send(get())
    await client.after(50)  # the while begins with the close
    client.responder.pause_reading()
    client.send(sent)
    assert sorted(client.wire.did) == ["eof", "pause", "resume", "write", "write"]
    assert client.responder.lost
    answered = client.statuses
    client.send(get(), b"more of it")
    assert client.statuses == answered
    await client.after(6)
    assert len(client.wire.did) == 5
    await client.after(1)
    assert client.wire.did[-1] == "abort"


@by_hand
async def test_a_client_that_is_read_over_is_closed_when_it_is_closed_again():
    client = Wired(hello())
    client.send(NO_REQUEST)
    client.responder.close()
    assert client.wire.did == ["write", "eof", "close"]


@by_hand
async def test_a_client_that_sends_no_more_is_not_waited_for():
    client = Wired(hello())
    client.send(UPLOAD)
    client.protocol.eof_received()
    client.responder.close()
    assert client.wire.did[-1] == "close"
    assert "eof" not in client.wire.did


@by_hand
async def test_nobody_is_read_over_at_a_shutdown():
    client = Wired(hello())
    client.connections.draining = True
    client.send(NO_REQUEST)
    assert client.wire.did == ["write", "close"]
    await client.after(2 * FAREWELL)
    assert "abort" not in client.wire.did


@by_hand
async def test_a_transport_that_closes_already_is_closed_and_no_more():
    client = Wired(hello())
    client.send(UPLOAD)
    client.wire.close()
    client.responder.close()
    assert "eof" not in client.wire.did


@pytest.mark.parametrize("draining", [True, False])
@by_hand
async def test_tls_has_no_half_close_and_its_farewell_ends_at_a_shutdown(draining):
    client = Wired(hello(), sslcontext="any")
    client.connections.draining = draining
    client.send(NO_REQUEST)
    assert client.wire.did == ["write", "close"]
    await client.after(0.5)
    assert client.wire.did[-1] == "close"
    await client.after(0.5)
    assert client.wire.did[-1] == ("abort" if draining else "close")


@by_hand
async def test_a_connection_that_comes_while_the_server_stops_is_not_kept():
    first = Wired(hello())
    first.connections.draining = True
    late = Wired(hello(), first.connections)
    late.send(get())
    assert b"\r\nConnection: close\r\n" in late.wire.sent
    assert late.wire.did == ["write", "close"]


@by_hand
async def test_a_client_that_does_not_take_its_last_answer_is_dropped():
    client = Wired(hello())
    client.send(get())
    await client.after(1)
    client.wire.held = 1_000_000
    client.responder.close()
    for seconds in (1, 59):
        await client.after(seconds)
        assert "abort" not in client.wire.did
    await client.after(1)
    assert client.wire.did[-1] == "abort"
