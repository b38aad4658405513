"""Header fields that come again and again: what is remembered of them, and that it is never too much."""

from __future__ import annotations

import asyncio

import pytest

from growler import Limits
from growler.aio.blocks import REMEMBERED, SHORT, Blocks
from growler.aio.connections import Connections
from growler.aio.received import Framing, Refused
from growler.aio.request_reader import RequestReader
from growler.exchange import Connection

MOST = 100


def fields(*lines: bytes, host: bytes = b"x") -> bytes:
    return b"".join(b"%b\r\n" % line for line in (b"Host: " + host, *lines, b""))


def test_what_comes_a_second_time_is_remembered():
    blocks = Blocks()
    first, second, third = (blocks.block_of(fields(b"A: 1"), MOST) for _ in range(3))
    assert third is second
    assert first is not second
    assert first.fields == second.fields == ((b"Host", b"x"), (b"A", b"1"))
    assert list(blocks.known) == [fields(b"A: 1")]
    other = [blocks.block_of(fields(b"A: 2"), MOST) for _ in range(2)][-1]
    assert list(blocks.known.values()) == [third, other]


def test_what_comes_again_is_known_again_unless_too_many_came_between():
    for between in (4 * REMEMBERED - 1, 4 * REMEMBERED):
        blocks = Blocks()
        first = blocks.block_of(fields(b"A: 1"), MOST)
        for number in range(between):
            blocks.block_of(fields(b"X-Request-Id: %d" % number), MOST)
        second = blocks.block_of(first.raw, MOST)
        assert (blocks.known == {first.raw: second}) is (between < 4 * REMEMBERED)


def test_what_never_comes_again_pushes_nothing_out():
    blocks = Blocks()
    often = [blocks.block_of(fields(b"A: 1"), MOST) for _ in range(2)][-1]
    for number in range(20 * REMEMBERED):
        blocks.block_of(fields(b"X-Request-Id: %d" % number), MOST)
        assert len(blocks._seen) <= 4 * REMEMBERED
    assert blocks.block_of(fields(b"A: 1"), MOST) is often
    assert list(blocks.known.values()) == [often]


def test_no_more_is_remembered_than_there_is_room_for():
    blocks = Blocks()
    for number in range(5 * REMEMBERED):
        for _ in range(2):
            last = blocks.block_of(fields(b"A: 1", host=b"h%d" % number), MOST)
        assert len(blocks.known) <= REMEMBERED
        assert len(blocks._framings) <= REMEMBERED
        assert blocks.block_of(last.raw, MOST) is last


def test_what_is_long_is_not_remembered():
    blocks = Blocks()
    short = fields(b"A: " + b"a" * (SHORT - len(fields(b"A: "))))
    long = short.replace(b"A: ", b"AA: ")
    assert blocks.block_of(long, MOST) is not blocks.block_of(long, MOST)
    assert not blocks.known
    assert not blocks._framings
    for _ in range(2):
        blocks.block_of(short, MOST)
    assert list(blocks.known) == [short]
    assert len(blocks._framings) == 1


def test_a_framing_is_found_out_by_the_fields_that_say_it():
    blocks = Blocks()
    upload = Framing(True, False, 5, False, True)
    found = blocks.block_of(fields(b"A: 1", b"Content-Length: 5"), MOST).framing
    assert found == upload
    assert blocks.block_of(fields(b"A: 2", b"Content-Length: 5"), MOST).framing is found
    assert len(blocks._framings) == 1
    assert blocks.block_of(fields(b"A: 1", b"Content-Length: 6"), MOST).framing == upload._replace(length=6)
    assert blocks.block_of(fields(b"A: 1"), MOST).framing == Framing(False, False, 0, False, True)
    assert blocks.block_of(fields(b"A: 1", b"connection: close"), MOST).framing.keep_alive is False
    assert blocks.block_of(fields(b"Expect: 100-continue", b"A: 1"), MOST).framing.expects_continue is True
    assert blocks.block_of(fields(b"A: 3", b"Content-Length: 5"), MOST).framing is found


@pytest.mark.parametrize(("raw", "status"), [
    (b"A: 1\r\n\r\n", 400),
    (fields(b"Host: y"), 400),
    (fields(b"Expect: more"), 417),
    (fields(b"Transfer-Encoding: gzip"), 501),
    (fields(*[b"A: 1"] * MOST), 431),
])  # fmt: skip
def test_what_is_refused_is_refused_each_time(raw, status):
    blocks = Blocks()
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            blocks.block_of(raw, MOST)
        assert refused.value.status == status
    assert blocks.block_of(fields(*[b"A: 1"] * (MOST - 1)), MOST).framing.has_body is False


def test_the_connections_of_a_server_share_them():
    class Reader(RequestReader):
        def begin(self, exchange):
            seen.append(exchange.head.block)

        def on_data(self, data):
            self.read(data)

    async def read():
        connections = Connections(asyncio.get_running_loop())
        for _ in range(3):
            Reader(Limits(), Connection(), connections).read(b"GET / HTTP/1.1\r\n" + fields(b"A: 1"))

    seen: list[object] = []
    asyncio.run(read())
    assert seen[1] is seen[2]
