"""One request and its answer on a connection, to the byte: the seam itself, with no app that answers, on no socket."""

from __future__ import annotations

import asyncio
import io

import pytest

from growler import App, Limits
from growler.aio.exchange import HTTPExchange
from growler.aio.head import response_head
from growler.exchange import ClientDisconnected
from growler.http.prepared import PreparedFields
from support.raw import get
from support.turned_clock import by_hand
from support.wire import Wired

CHUNKS = b"Transfer-Encoding: chunked\r\n"
CLOSE = b"Connection: close\r\n"
KEEP = b"Connection: keep-alive\r\n"
FIELDS = [(b"A", b"1")]
OLD_AND_KEPT = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"


class Handed(App):
    """Answers nothing: `exchanges` has what it was asked."""

    def __init__(self, **limits: int) -> None:
        super().__init__(limits=Limits(**limits))
        self.exchanges: list[HTTPExchange] = []

    def handle(self, exchange):
        self.exchanges.append(exchange)


def asked(request=None, **limits):
    """A client, and the exchange of what it has asked for."""
    app = Handed(**limits)
    client = Wired(app)
    client.send(request or get())
    return client, app.exchanges[0]


def request(method=b"GET", version=b"HTTP/1.1"):
    return b"%b / %b\r\nHost: x\r\n\r\n" % (method, version)


def upload(size, *lines):
    return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%b\r\n" % (size, b"".join(lines))


# The answer


@pytest.mark.parametrize(("fields", "sent", "closes"), [
    (FIELDS, b"", False),
    ([(b"Connection", b"close")], b"", True),
    ([(b"Connection", b"x, CLOSE")], b"", True),
    ([(b"Connection", b"x")], b"", False),
])  # fmt: skip
@by_hand
async def test_an_answer_is_its_head_and_its_body(fields, sent, closes):
    client, exchange = asked()
    exchange.respond(200, fields, b"body")
    assert client.wire.sent == response_head(200, fields, sent) + b"body"
    assert client.wire.closed is closes


@pytest.mark.parametrize(("version", "framing", "pieces", "closes"), [
    (b"HTTP/1.1", CHUNKS, [b"3\r\nabc\r\n", b"14\r\n" + b"x" * 20 + b"\r\n", b"0\r\n\r\n"], False),
    (b"HTTP/1.0", CLOSE, [b"abc", b"x" * 20], True),
])  # fmt: skip
@by_hand
async def test_a_stream_without_a_length_comes_in_chunks_where_there_are_any(
    version, framing, pieces, closes
):
    client, exchange = asked(request(version=version))
    await exchange.start(200, FIELDS)
    for piece in (b"abc", b"", b"x" * 20):
        await exchange.send(piece)
    await exchange.finish()
    assert client.wire.writes == [response_head(200, FIELDS, framing), *pieces]
    assert client.wire.closed is closes


@pytest.mark.parametrize("name", [b"Content-Length", b"content-length"])
@by_hand
async def test_a_stream_with_a_length_is_as_long_and_no_byte_more_or_less(name):
    fields = [(name, b"5")]
    client, exchange = asked()
    await exchange.start(200, fields)
    await exchange.send(b"abc")
    with pytest.raises(EOFError, match="2 bytes more"):
        await exchange.finish()
    with pytest.raises(RuntimeError, match="1 bytes longer"):
        await exchange.send(b"def")
    await exchange.send(b"de")
    await exchange.finish()
    assert client.wire.sent == response_head(200, fields, b"") + b"abcde"
    client.send(get())
    assert len(client.responder.app.exchanges) == 2


@pytest.mark.parametrize(("method", "status"), [(b"HEAD", 200), (b"GET", 204), (b"GET", 304)])
@by_hand
async def test_an_answer_that_has_no_body_is_not_framed(method, status):
    for fields in (FIELDS, [(b"Content-Length", b"5")]):
        client, exchange = asked(request(method))
        await exchange.start(status, fields)
        await exchange.finish()
        assert client.wire.sent == response_head(status, fields, b"")
        assert not client.wire.closed


@pytest.mark.parametrize("status", [200, 404])
@by_hand
async def test_a_prepared_answer_is_the_same_bytes(status):
    fields = PreparedFields([(b"Content-Length", b"4")])
    for asks, line in [(request(), b""), (request(version=b"HTTP/1.0"), CLOSE), (OLD_AND_KEPT, KEEP)]:
        client, exchange = asked(asks)
        exchange.respond(status, fields, b"body")
        assert client.wire.sent == response_head(status, fields, line) + b"body"
        assert client.wire.closed is (line == CLOSE)


@pytest.mark.parametrize("prepared", [False, True])
@by_hand
async def test_a_large_body_is_not_copied(prepared):
    fields = PreparedFields(FIELDS) if prepared else FIELDS
    for size, writes in [(64 * 1024, 1), (64 * 1024 + 1, 2)]:
        client, exchange = asked()
        exchange.respond(200, fields, b"x" * size)
        assert client.wire.sent == response_head(200, fields, b"") + b"x" * size
        assert len(client.wire.writes) == writes


@by_hand
async def test_a_part_of_a_file_is_sent():
    fields = [(b"Content-Length", b"5")]
    client, exchange = asked()
    await exchange.start(200, fields)
    await exchange.send_file(io.BytesIO(b"0123456789"), 2, 4)
    with pytest.raises(RuntimeError, match="1 bytes longer"):
        await exchange.send_file(io.BytesIO(b"0123456789"), 0, 2)
    await exchange.send_file(io.BytesIO(b"0123456789"), 0, 1)
    await exchange.finish()
    assert client.wire.sent == response_head(200, fields, b"") + b"23450"


@by_hand
async def test_a_file_needs_a_length():
    _, exchange = asked()
    await exchange.start(200, FIELDS)
    with pytest.raises(RuntimeError, match="needs a Content-Length"):
        await exchange.send_file(None, 0, 5)


# The body


@pytest.mark.parametrize(("size", "closes"), [(1000, False), (1001, True)])
@by_hand
async def test_of_a_body_that_nobody_read_so_much_is_read_over_and_no_byte_more(size, closes):
    client, exchange = asked(upload(size), max_discard=1000)
    exchange.respond(200, FIELDS, b"")
    assert client.wire.sent == response_head(200, FIELDS, CLOSE if closes else b"")
    # In chunks nobody knows how much there is to come.
    chunks = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    client, exchange = asked(chunks, max_discard=1000)
    exchange.respond(200, FIELDS, b"")
    half = size // 2
    client.send(b"%x\r\n%b\r\n" % (half, b"x" * half), b"%x\r\n%b\r\n" % (size - half, b"x" * (size - half)))
    client.send(b"0\r\n\r\n" + get())
    assert (len(client.responder.app.exchanges) == 1) is closes


@by_hand
async def test_what_has_come_of_a_body_need_not_be_read_over():
    client, exchange = asked(upload(1500) + b"x" * 500, max_discard=1000)
    exchange.respond(200, FIELDS, b"")
    assert client.wire.sent == response_head(200, FIELDS, b"")


@by_hand
async def test_reading_pauses_while_more_is_kept_than_may_be_and_no_byte_before():
    client, exchange = asked(upload(500) + b"y", body_buffer=100)
    client.send(b"x" * 99)
    assert client.wire.did == []
    client.send(b"zz")
    assert client.wire.did == ["pause"]
    assert await exchange.receive() == b"y"
    assert client.wire.did == ["pause"]  # 101 are left
    assert await exchange.receive() == b"x" * 99
    assert client.wire.did == ["pause", "resume"]
    client.send(b"x" * 98)
    assert client.wire.did == ["pause", "resume"]
    client.send(b"z")
    assert client.wire.did == ["pause", "resume", "pause"]
    assert (await exchange.receive(), exchange.received) == (b"zz", 201)
    assert client.wire.did == ["pause", "resume", "pause", "resume"]


@by_hand
async def test_reading_goes_on_when_100_bytes_are_left_of_100_that_may_be():
    client, exchange = asked(upload(500) + b"y", body_buffer=100)
    client.send(b"x" * 100)
    assert client.wire.did == ["pause"]
    assert await exchange.receive() == b"y"
    assert client.wire.did == ["pause", "resume"]


@by_hand
async def test_reading_goes_on_behind_an_answer_that_did_not_want_the_body():
    client, exchange = asked(upload(500) + b"x" * 101, body_buffer=100)
    assert client.wire.did == ["pause"]
    exchange.respond(200, FIELDS, b"")
    assert client.wire.did[0] == "pause"
    assert "resume" in client.wire.did
    client.send(b"x" * 399 + get())
    assert len(client.responder.app.exchanges) == 2


@by_hand
async def test_a_client_is_told_to_go_on_once_and_only_if_it_waits():
    expects = b"Expect: 100-continue\r\n"
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    client, exchange = asked(upload(2, expects))
    assert exchange.awaits_continue is True
    task = asyncio.ensure_future(exchange.receive())
    await client.after()
    assert (client.wire.sent, exchange.awaits_continue) == (go_on, False)
    client.send(b"a")
    await client.after()
    assert task.result() == b"a"
    task = asyncio.ensure_future(exchange.receive())
    await client.after()
    client.send(b"b")
    assert (await task, await exchange.receive(), client.wire.sent) == (b"b", b"", go_on)
    for later in (upload(2), upload(2, expects) + b"a", upload(0, expects), upload(1, expects) + b"a"):
        assert not asked(later)[1].awaits_continue
    client, exchange = asked(upload(2, expects))
    await exchange.start(200, [(b"Content-Length", b"1"), (b"Connection", b"close")])
    assert not exchange.awaits_continue  # it would stand in the middle of the answer
    client, exchange = asked(upload(2, expects))
    exchange.respond(200, FIELDS, b"")
    assert (client.wire.sent, exchange.awaits_continue) == (response_head(200, FIELDS, CLOSE), False)


# A client that leaves


@by_hand
async def test_a_client_that_has_gone_is_told_nothing():
    client, exchange = asked()
    told = []
    exchange.when_gone(lambda: told.append(1))
    assert told == []
    client.wire.abort()
    await client.after()
    assert told == [1]
    exchange.when_gone(lambda: told.append(2))
    assert told == [1, 2]
    exchange.when_gone(None)
    exchange.respond(200, FIELDS, b"")
    await exchange.finish()
    for call in (exchange.start(200, FIELDS), exchange.send(b"x"), exchange.send_file(None, 0, 1)):
        with pytest.raises(ClientDisconnected):
            await call
    assert client.wire.writes == []


@by_hand
async def test_who_leaves_during_an_upload_has_gone_once():
    client, exchange = asked(upload(5))
    told = []
    exchange.when_gone(lambda: told.append(1))
    client.wire.abort()
    await client.after()
    assert told == [1]


@by_hand
async def test_a_connection_that_is_being_given_up_is_as_good_as_gone():
    client, exchange = asked()
    client.wire.abort()
    assert exchange.gone is False
    with pytest.raises(ClientDisconnected):
        await exchange.start(200, FIELDS)


@by_hand
async def test_the_rest_of_a_body_does_not_come_from_a_client_that_has_gone():
    client, exchange = asked(upload(2) + b"a")
    client.wire.abort()
    await client.after()
    assert await exchange.receive() == b"a"
    with pytest.raises(ClientDisconnected):
        await exchange.receive()
