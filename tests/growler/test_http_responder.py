"""Requests of one connection in their order: what is answered, waits, is refused, and what an upgrade does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from growler.aio.connections import Connections
from support.gated_site import LIMITS, UPLOAD, Site
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired

NO_REQUEST = b"{no request}\r\n\r\n"


# In their order


@by_hand
async def test_a_request_waits_until_the_one_before_it_is_answered():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait") + get(b"/1"))
    assert app.seen == ["/wait"]
    assert client.wire.did == []
    client.send(get(b"/2"))
    await client.after()
    assert client.wire.did == ["pause"]  # two wait, as many as may
    app.gate.set()
    await client.after()
    assert app.seen == ["/wait", "/1", "/2"]
    assert client.statuses == [200, 404, 404]
    assert client.wire.did.count("resume") == 1
    client.send(get())
    assert client.statuses == [200, 404, 404, 200]


@by_hand
async def test_a_request_waits_for_the_hooks_of_the_one_before_it():
    app = Site()
    client = Wired(app)
    client.send(get(b"/after"))
    await client.after()
    assert client.statuses == [200]
    client.send(get(b"/1"), get(b"/2"))
    await client.after()
    assert app.seen == ["/after"]
    app.gate.set()
    await client.after()
    assert app.seen == ["/after", "/1", "/2"]


@by_hand
async def test_nothing_is_answered_faster_than_the_client_reads():
    app = Site()
    client = Wired(app)
    client.protocol.pause_writing()
    client.send(get(b"/1"))
    await client.after()
    assert app.seen == []
    client.protocol.resume_writing()
    assert app.seen == ["/1"]


@by_hand
async def test_a_request_that_has_waited_may_take_its_time_itself():
    app = Site()
    app.get("/shut", lambda req, res: app.gate.clear() or res.send_text("shut"))
    client = Wired(app)
    client.send(get(b"/wait") + get(b"/shut") + get(b"/wait"))
    app.gate.set()
    await client.after()
    assert client.statuses == [200, 200]
    await client.after(1000)  # nobody takes it for idle
    assert "close" not in client.wire.did
    assert client.protocol.eof_received() is True
    app.gate.set()
    await client.after()
    assert client.statuses == [200, 200, 200]


@by_hand
async def test_a_request_waits_for_hooks_and_for_the_client():
    app = Site()
    client = Wired(app)
    client.send(get(b"/after"), get(b"/1"), get(b"/2"))
    await client.after()
    client.protocol.pause_writing()
    client.protocol.resume_writing()
    assert app.seen == ["/after"]  # its hook runs still
    client.protocol.pause_writing()
    app.gate.set()
    await client.after()
    assert app.seen == ["/after"]  # and now nobody reads
    assert client.protocol.eof_received() is True
    client.protocol.resume_writing()
    assert app.seen == ["/after", "/1", "/2"]


@pytest.mark.parametrize(("target", "pauses"), [(b"/", 0), (b"/after", 1)])
@by_hand
async def test_a_body_that_nobody_wants_holds_up_reading_until_its_request_is_over(target, pauses):
    app = Site()
    client = Wired(app)
    app.post("/after", app.answer_and_wait)
    client.send(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" % target + b"x" * 100_000)
    await client.after()
    assert client.statuses == [200]
    assert client.wire.did.count("pause") - client.wire.did.count("resume") == pauses
    app.gate.set()
    await client.after()
    assert client.wire.did.count("pause") == client.wire.did.count("resume") == 1


@by_hand
async def test_any_number_of_requests_that_wait_are_answered_one_after_the_other_and_not_one_inside_the_other():
    app = Site()
    app.limits = replace(LIMITS, max_pipeline=5000)
    client = Wired(app)
    client.send(get(b"/wait") + get() * 2000)
    app.gate.set()
    await client.after()
    assert client.statuses == [200] * 2001


@by_hand
async def test_reading_pauses_when_as_many_requests_wait_as_may_and_not_before():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), get(b"/1"))
    assert client.wire.did == []
    client.send(get(b"/2"))
    assert client.wire.did == ["pause"]
    client.protocol.pause_writing()
    client.protocol.resume_writing()  # nothing of it is answered by that
    assert client.wire.did == ["pause"]
    app.gate.set()
    await client.after()
    assert "resume" in client.wire.did


@by_hand
async def test_what_follows_a_last_request_is_not_begun():
    app = Site()
    client = Wired(app)
    client.send(get(b"/", b"Connection: close") + get(b"/more"))
    client.send(get(b"/more"))
    assert app.seen == ["/"]
    assert client.wire.did == ["write", "close"]


@by_hand
async def test_what_waits_behind_a_last_request_is_forgotten():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait", b"Connection: close"), get(b"/more"))
    app.gate.set()
    await client.after()
    assert app.seen == ["/wait"]
    assert client.statuses == [200]


@by_hand
async def test_a_body_in_pieces_is_one_request():
    app = Site()
    client = Wired(app)
    client.send(UPLOAD, *[b"x" * 10_000] * 4)
    await client.after()
    assert client.statuses == []
    client.send(b"x" * 10_000)
    await client.after()
    assert client.statuses == [200]
    assert client.wire.sent.endswith(b"50000")
    assert app.seen == ["/upload"]
    assert client.wire.did == ["write"]


@by_hand
async def test_an_awaitable_that_is_no_coroutine_is_waited_for_as_well():
    class Older(Site):
        def handle(self, exchange):
            pending = super().handle(exchange)
            return None if pending is None else asyncio.ensure_future(pending)

    app = Older()
    client = Wired(app)
    app.gate.set()
    client.send(get(b"/wait"), get())
    await client.after()
    assert client.statuses == [200, 200]


# What goes wrong while answering


@by_hand
async def test_a_failure_that_no_answer_can_tell_is_logged_and_ends_the_connection(caplog):
    class Broken(Site):
        async def handle(self, exchange):
            raise RuntimeError("this is it")

    client = Wired(Broken())
    client.send(get())
    await client.after()
    assert client.wire.did == ["abort"]
    assert "answering a request failed" in caplog.text
    assert "this is it" in caplog.text


@by_hand
async def test_a_shutdown_past_its_deadline_cancels_the_handler_and_logs_nothing(caplog):
    app = Site()
    client, idle = Wired(app), Wired(app)
    client.send(get(b"/wait"))
    await client.after()
    client.responder.abandon()
    idle.responder.abandon()
    await client.after()
    assert app.seen == ["/wait", "cancelled"]
    assert client.wire.did[0] == idle.wire.did[0] == "abort"
    assert caplog.text == ""
    assert len(client.connections) == 0


# Refusals


@by_hand
async def test_a_bad_request_is_told_so_and_the_connection_is_closed():
    client = Wired(Site())
    client.send(NO_REQUEST)
    head, _, body = client.wire.sent.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 400 Bad Request"
    assert {b"Content-Type: text/plain; charset=utf-8", b"Content-Length: 16", b"Connection: close"} < set(
        lines
    )
    assert body == b"400 Bad Request\n"
    assert client.wire.did == ["write", "eof"]


@pytest.mark.parametrize("waiting", [0, 1])
@by_hand
async def test_requests_before_a_bad_one_are_answered_and_the_last_of_them_closes(waiting):
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), *[get()] * waiting, NO_REQUEST, get(b"/never"))
    app.gate.set()
    await client.after()
    answers = client.wire.sent.split(b"HTTP/1.1 ")[1:]
    assert client.statuses == [200] * (1 + waiting)
    assert [b"Connection: close" in answer for answer in answers] == [False] * waiting + [True]
    assert "eof" in client.wire.did
    assert "/never" not in app.seen


@by_hand
async def test_of_two_that_wait_the_later_is_the_last():
    app = Site()
    client = Wired(app)
    client.send(get(b"/wait"), get(), get(), NO_REQUEST)
    app.gate.set()
    await client.after()
    assert client.statuses == [200] * 3
    assert client.wire.sent.count(b"Connection: close") == 1


@by_hand
async def test_a_body_that_goes_wrong_while_it_is_read_is_the_handlers_400():
    client = Wired(Site())
    client.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"no number\r\n")
    await client.after()
    assert client.statuses == [400]
    assert b"the body is malformed" in client.wire.sent
    assert client.wire.did[-1] == "eof"


@by_hand
async def test_what_is_wrong_behind_a_last_request_is_not_told():
    client = Wired(Site())
    client.send(get(b"/", b"Connection: close") + NO_REQUEST)
    assert client.statuses == [200]
    assert client.wire.did == ["write", "close"]


@by_hand
async def test_one_connection_more_than_may_be_is_told_503_and_closed_at_once():
    app = Site()
    first = Wired(app)
    more = [Wired(app, first.connections) for _ in range(LIMITS.max_connections)]
    for client in (first, *more[:-1]):
        client.send(get())
        assert client.statuses == [200]
    assert more[-1].wire.sent.endswith(b"\r\n\r\n503 Service Unavailable\n")
    assert more[-1].wire.did == ["write", "close"]
    await first.after()
    assert len(first.connections) == LIMITS.max_connections


# Who it is


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({}, b"http 192.0.2.1"),
        ({"sslcontext": "any"}, b"https 192.0.2.1"),
        ({"peername": ("2001:db8::1", 4711, 0, 0)}, b"http 2001:db8::1"),
    ],
)
@by_hand
async def test_the_app_knows_who_is_there(extra, text):
    client = Wired(Site(), **extra)
    client.send(get(b"/me"))
    assert client.wire.sent.endswith(text)


@by_hand
async def test_the_connection_has_the_addresses_of_both_ends():
    client = Wired(Site(), peername=("2001:db8::1", 4711, 0, 0), sockname="/run/site.sock")
    connection = client.responder.connection
    assert connection.client == ("2001:db8::1", 4711)
    assert connection.server is None
    assert connection.transport is client.wire
    assert connection.protocol is client.protocol
    assert Wired(Site()).responder.connection.server == ("192.0.2.9", 80)


@by_hand
async def test_it_is_one_of_the_connections_it_was_given():
    connections = Connections(asyncio.get_running_loop())
    client = Wired(Site(), connections)
    assert client.responder.connections is connections
    assert len(connections) == 1
