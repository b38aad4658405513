"""How long the head of a request may be, and of how many fields: bytes in, requests out, no socket and no app."""

from __future__ import annotations

import pytest

from support.raw import bytewise, get
from support.reader import Reader
from support.turned_clock import by_hand

REQUEST = get(b"/a", b"X: " + b"1" * 80)
SIZE = len(REQUEST)
BEFORE = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "another": get(),
    "a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\nabc\r\n\r\n",
    "chunks": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("spare", [-1, 0, 1])
@by_hand
async def test_a_head_is_as_long_as_it_may_be_and_no_byte_more(before, spare):
    data = BEFORE[before] + REQUEST
    end = 431 if spare < 0 else b"GET /a  1.1 "
    for cut in range(1, len(data)):
        assert Reader(max_head=SIZE + spare).all_of(data[:cut], data[cut:])[-1] == end
    assert Reader(max_head=SIZE + spare).all_of(*bytewise(data))[-1] == end


@by_hand
async def test_a_head_is_refused_once_it_is_too_long_and_not_before():
    data = get(b"/" + b"a" * 100)
    reader = Reader(max_head=50)
    assert reader.all_of(*bytewise(data[:50])) == []
    assert reader.all_of(data[50:51]) == [414]
    data = get(b"/", b"X: " + b"a" * 100)
    reader = Reader(max_head=50)
    assert reader.all_of(*bytewise(data[:50])) == []
    assert reader.all_of(data[50:51]) == [431]


@pytest.mark.parametrize(("wrong", "status"), [
    (b"GET /\x01", 400), (b"BREW /", 501), (b"GET / HTTP/3.0\r\n", 505),
    (b"GET / HTTP/1.1\r\nA B: ", 400), (b"\x16\x03\x01", 400),
])  # fmt: skip
@by_hand
async def test_what_else_is_wrong_with_a_head_that_is_too_long_comes_first(wrong, status):
    data = wrong + b"a" * 100
    assert Reader(max_head=50).all_of(data) == [status]
    for cut in range(1, 50):
        assert Reader(max_head=50).all_of(data[:cut], data[cut:]) == [status]


@by_hand
async def test_what_lies_beyond_the_longest_head_is_not_looked_at():
    assert Reader(max_head=50).all_of(b"GET /" + b"a" * 45 + b"\x01") == [414]
    assert Reader(max_head=50).all_of(b"GET /" + b"a" * 44 + b"\x01") == [400]


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
@by_hand
async def test_there_are_as_many_fields_as_there_may_be_and_none_more(version):
    lines = [b"GET / " + version, b"Host: x", b"A: 1", b"B: 2", b"", b""]
    assert Reader(max_fields=3).all_of(b"\r\n".join(lines)) == [b"GET /  %b " % version[5:]]
    assert Reader(max_fields=2).all_of(b"\r\n".join(lines)) == [431]
