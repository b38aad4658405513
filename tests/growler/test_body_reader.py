"""Where the body of a request ends, and how much of it may be none: bytes in, requests out, no socket and no app."""

from __future__ import annotations

import pytest

from support.raw import bytewise, get
from support.reader import Reader
from support.turned_clock import by_hand

CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
LENGTH = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
EXPECTING = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"


@pytest.mark.parametrize("body", [
    b"x\r\n\r\n", b"3\nabc\r\n0\r\n\r\n", b"3\r\nabc\n0\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n",
    b"3\r\nabc\r\n0\r\nA\r\n\r\n",
])  # fmt: skip
@by_hand
async def test_nothing_behind_a_body_that_is_none_is_a_request(body):
    data = CHUNKED + body + get(b"/smuggled")
    for pieces in ([data], bytewise(data), *([data[:cut], data[cut:]] for cut in range(1, len(data)))):
        *requests, status = Reader().all_of(*pieces)
        assert status == 400
        assert [line[:6] for line in requests] in ([], [b"POST /"])


@pytest.mark.parametrize("content", [b"", b"a", b"abc"])
@by_hand
async def test_chunks_bring_with_them_as_much_as_they_may_and_no_byte_more(content):
    """Twice as much as a head may be, and sixteen bytes for each of the content, itself included."""
    chunks = b"%x\r\n%b\r\n" % (len(content), content) if content else b""
    rest = 2 * 100 + 16 * len(content) - len(chunks)
    for spare, end in [(0, b"POST /  1.1 " + content), (-1, 400)]:
        last = b"0;%b\r\n\r\n" % (b"x" * (rest - spare - 6))
        reader = Reader(max_head=100)
        reader.all_of(CHUNKED, chunks)
        assert reader.all_of(last)[-1] == end


@by_hand
async def test_what_chunks_bring_with_them_counts_from_the_first():
    reader = Reader(max_head=100)
    reader.read(CHUNKED)
    reader.read(b"1;" + b"x" * 100 + b"\r\na\r\n")
    assert reader.all_of(b"0;" + b"x" * 110)[-1] == 400


@by_hand
async def test_each_body_is_counted_by_itself():
    reader = Reader(max_head=100)
    body = b"0;" + b"x" * 150 + b"\r\n\r\n"
    assert reader.all_of(*[CHUNKED + body] * 3) == [b"POST /  1.1 "] * 3


@by_hand
async def test_the_time_of_a_body_counts_from_its_head_and_then_from_its_last_piece():
    reader = Reader()
    assert reader.since == reader.connections.now
    for now, piece, since in [(1, LENGTH, 1), (2, b"a", 2), (3, b"bc", 3), (4, CHUNKED[:9], 4), (5, CHUNKED[9:], 5),
                              (6, b"3;a=b\r\n", 5), (7, b"a", 7), (8, b"bc\r\n0\r\n", 8), (9, b"\r\n", 8)]:  # fmt: skip
        reader.connections.now = now
        reader.read(piece)
        assert reader.since == since


@by_hand
async def test_what_is_awaited_is_told_to_its_request():
    reader = Reader()
    reader.all_of(LENGTH)
    assert (reader.incoming, reader.begun[0].length, reader.begun[0].expects_continue) == (
        reader.begun[0],
        3,
        False,
    )
    reader.all_of(b"abc", CHUNKED)
    assert (reader.incoming, reader.begun[1].length, reader.begun[1].expects_continue) == (
        reader.begun[1],
        0,
        False,
    )
    reader.all_of(b"0\r\n\r\n", EXPECTING)
    assert (reader.incoming, reader.begun[2].length, reader.begun[2].expects_continue) == (
        reader.begun[2],
        3,
        True,
    )
    reader.all_of(b"abc")
    assert reader.incoming is None
    assert [exchange.whole for exchange in reader.begun] == [True] * 3
