"""When a connection of the native server is ended, to the second, and what becomes of those who are there then."""

from __future__ import annotations

import pytest

from support.gated_site import UPLOAD, Site
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired


@pytest.mark.parametrize(
    ("sent", "seconds", "ends"),
    [
        (b"", 75, ["close"]),
        (b"GET / HT", 15, ["write", "eof"]),
        (UPLOAD, 30, ["write", "eof"]),
    ],
    ids=["idle", "head", "body"],
)
@by_hand
async def test_what_takes_too_long_is_ended_then_and_no_second_before(sent, seconds, ends):
    client = Wired(Site())
    client.send(sent)
    await client.after(seconds + 1)  # the sweep knows only of the second before
    assert client.wire.did == []
    await client.after(1)
    assert client.wire.did[: len(ends)] == ends
    assert client.statuses == ([408] if "write" in ends else [])


@by_hand
async def test_a_body_that_comes_too_slowly_is_told_so():
    client = Wired(Site())
    client.send(UPLOAD)
    await client.after(40)
    assert b"the body came too slowly" in client.wire.sent


@by_hand
async def test_time_begins_anew_with_each_answer():
    app = Site()
    client = Wired(app)
    client.send(get())
    await client.after(60)
    client.send(get())
    await client.after(60)
    client.send(get())
    assert client.statuses == [200] * 3
    await client.after(76)
    assert "close" not in client.wire.did
    await client.after(1)
    assert client.wire.did[-1] == "close"


@by_hand
async def test_a_handler_may_take_its_time():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), get()[:10])
    await client.after(1000)
    assert client.wire.did == []
    app.gate.set()
    await client.after()
    assert client.statuses == [200]


@by_hand
async def test_requests_that_wait_for_a_client_to_read_are_not_late():
    client = Wired(Site())
    client.protocol.pause_writing()
    client.send(get())
    await client.after(59)
    await client.after(1)
    assert client.wire.did == []


@pytest.mark.parametrize(("taken", "ends"), [(599, ["abort"]), (600, [])])
@by_hand
async def test_a_client_that_takes_less_than_the_least_rate_is_dropped(taken, ends):
    client = Wired(Site())
    client.wire.held = 100_000
    client.protocol.pause_writing()
    await client.after(1)  # the first look, from which on it is measured
    client.wire.held -= taken
    await client.after(59)
    assert client.wire.did == []
    await client.after(1)
    assert client.wire.did == ends


@pytest.mark.parametrize(("sent", "ends"), [(299, True), (300, False)])
@by_hand
async def test_a_body_that_comes_slower_than_the_least_rate_is_given_up(sent, ends):
    client = Wired(Site())
    client.send(UPLOAD)
    await client.after(1)
    client.responder.since = client.connections.now + 100  # not silent, but slow
    client.send(b"x" * sent)
    await client.after(29)
    assert client.statuses == []
    await client.after(1)
    assert client.statuses == ([408] if ends else [])


@by_hand
async def test_a_body_that_nobody_reads_on_is_not_late():
    client = Wired(Site())
    client.send(UPLOAD)
    await client.after(1)
    client.responder.pause_reading()
    await client.after(100)
    assert client.statuses == []
    client.responder.resume_reading()
    await client.after(31)
    assert client.statuses == []
    await client.after(1)
    assert client.statuses == [408]


@by_hand
async def test_a_body_that_waits_for_100_continue_is_not_late():
    app = Site()

    @app.post("/later")
    async def later(req, res):
        await app.gate.wait()
        await app.upload(req, res)

    client = Wired(app)
    client.send(b"POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    await client.after(100)
    assert client.wire.did == []
    app.gate.set()
    await client.after()
    assert client.statuses == [100]
    client.send(b"abc")
    await client.after()
    assert client.statuses == [100, 200]


# The end


@by_hand
async def test_a_client_that_sends_no_more_gets_what_it_asked_for():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), get(b"/1"))
    assert client.protocol.eof_received() is True
    app.gate.set()
    await client.after()
    assert client.statuses == [200, 404]
    assert client.wire.did[-1] == "close"


@by_hand
async def test_a_client_that_has_asked_for_nothing_and_sends_no_more_is_closed():
    client = Wired(Site())
    assert client.protocol.eof_received() is False
    client.send(get())
    assert client.protocol.eof_received() is False


@by_hand
async def test_a_body_that_ends_with_the_connection_is_no_body():
    client = Wired(Site())
    client.send(UPLOAD)
    await client.after()
    assert client.protocol.eof_received() is False


@by_hand
async def test_tls_has_no_half_of_a_connection():
    client = Wired(Site(), sslcontext="any")
    client.send(get(b"/wait"))
    assert client.protocol.eof_received() is False


@by_hand
async def test_a_shutdown_closes_who_is_idle_and_lets_the_others_finish():
    app = Site()
    idle = Wired(app)
    busy = Wired(app, idle.connections)
    slow = Wired(app, idle.connections)
    busy.send(get(b"/wait"))
    slow.protocol.pause_writing()
    slow.send(get())
    for client in (idle, busy, slow):
        client.connections.draining = True
        client.responder.close_when_idle()
    assert idle.wire.did == ["close"]
    assert busy.wire.did == slow.wire.did == []
    app.gate.set()
    slow.protocol.resume_writing()
    await idle.after()
    for client in (busy, slow):
        assert client.statuses == [200]
        assert client.wire.did == ["write", "close"]
        assert b"Connection: close" in client.wire.sent
    assert len(idle.connections) == 0


@by_hand
async def test_a_client_that_leaves_is_forgotten_and_whoever_works_for_it_is_told():
    app = Site()
    client = Wired(app)
    client.send(UPLOAD)
    await client.after()
    current = client.responder._current
    client.send(b"")
    assert len(client.connections) == 1
    client.wire.abort()
    await client.after()
    assert current.gone
    assert len(client.connections) == 0
    client.send(get(b"/late"))
    assert "/late" not in app.seen


@by_hand
async def test_a_shutdown_waits_for_a_handler_whose_client_has_left():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), get(b"/1"))
    await client.after()
    waiting = client.responder._waiting[0]
    client.wire.abort()
    await client.after()
    assert waiting.gone
    assert len(client.connections) == 1
    app.gate.set()
    await client.after()
    assert len(client.connections) == 0
    assert app.seen == ["/wait"]


@by_hand
async def test_a_connection_stays_counted_after_its_answers():
    app = Site()
    app.gate.set()
    client = Wired(app)
    client.send(get(b"/wait"))
    await client.after()
    assert client.statuses == [200]
    assert len(client.connections) == 1
