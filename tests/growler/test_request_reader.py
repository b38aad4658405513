"""Where one request ends and the next begins: bytes in, requests out, no socket and no app."""

from __future__ import annotations

import pytest

from support.raw import bytewise, get
from support.reader import Reader, spelled
from support.turned_clock import by_hand

UPGRADE = (b"Connection: Upgrade", b"Upgrade: other")


def post(body, *lines):
    return b"POST /p HTTP/1.1\r\nHost: x\r\n%b\r\n%b" % (b"".join(line + b"\r\n" for line in lines), body)


LENGTH = b"Content-Length: 7"
CHUNKED = b"Transfer-Encoding: chunked"
OLD = b"POST / HTTP/1.0\r\n"
KEPT = b"GET /k HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"


def in_pieces(data, size):
    return [data[start : start + size] for start in range(0, len(data), size)]


# What is sent, and what that is, in whatever pieces it arrives.
STREAMS = {
    "one": (get(b"/a?b"), [b"GET /a b 1.1 "]),
    "another with a path alone": (get(b"/a?") + get(b"/b??c?"), [b"GET /a  1.1 ", b"GET /b ?c? 1.1 "]),
    "empty lines": (b"\r\n\r\n" + get() + b"\r\n" + get(b"/2") + b"\r\n\r\n\r\n", [b"GET /  1.1 ", b"GET /2  1.1 "]),
    "a length": (post(b"\r\n\r\nabc", LENGTH) + get(), [b"POST /p  1.1 \r\n\r\nabc", b"GET /  1.1 "]),
    "no length": (post(b"", b"Content-Length: 0") + get(), [b"POST /p  1.1 ", b"GET /  1.1 "]),
    "chunks": (
        post(b"4\r\n\r\n\r\n\r\n3\r\nabc\r\n0\r\n\r\n", CHUNKED) + get() + get(b"/2"),
        [b"POST /p  1.1 \r\n\r\nabc", b"GET /  1.1 ", b"GET /2  1.1 "],
    ),
    "no chunks": (post(b"0\r\n\r\n", CHUNKED) + get(), [b"POST /p  1.1 ", b"GET /  1.1 "]),
    "a body behind an upgrade": (
        post(b"\r\n\r\nabc", LENGTH, *UPGRADE) + get(),
        [b"POST /p  1.1 \r\n\r\nabc", b"GET /  1.1 "],
    ),
    "chunks behind an upgrade": (
        post(b"3\r\nabc\r\n0\r\n\r\n", CHUNKED, *UPGRADE) + get(),
        [b"POST /p  1.1 abc", b"GET /  1.1 "],
    ),
    "trailers": (post(b"0\r\nA: 1\r\n\r\n", CHUNKED) + get(), [b"POST /p  1.1 ", b"GET /  1.1 "]),
    "versions": (
        get(b"/1") + KEPT + get(b"/1") + b"GET /0 HTTP/1.0\r\n\r\n",
        [b"GET /1  1.1 ", b"GET /k  1.0 ", b"GET /1  1.1 ", b"GET /0  1.0 "],
    ),
    "a length in HTTP/1.0": (OLD + LENGTH + b"\r\n\r\nabcdefg", [b"POST /  1.0 abcdefg"]),
    "chunks in HTTP/1.0": (OLD + CHUNKED + b"\r\n\r\n0\r\n\r\n", [400]),
    "other forms": (
        b"GET http://y/a?b HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        [b"GET /a b 1.1 ", b"OPTIONS *  1.1 "],
    ),
    "a method less usual": (b"PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n", [b"PROPFIND /  1.1 "]),
    "a bare LF at first": (b"\n" + get(), [400]),
    "a bare CR at first": (b"\r" + get(), [400]),
    "a bare LF between": (get() + b"\n" + get(), [b"GET /  1.1 ", 400]),
    "a bare CR between": (get() + b"\r" + get(), [b"GET /  1.1 ", 400]),
    "two CR": (b"\r\r\n" + get(), [400]),
    "a bare LF behind an empty line": (b"\r\n\n" + get(), [400]),
    "a bare CR behind an empty line": (b"\r\n\r" + get(), [400]),
    "a fragment": (get(b"/a#b"), [400]),
    "a fragment behind a query": (get(b"/a?b#c"), [400]),
    "no version": (b"GET /\r\n\r\n", [505]),
    "no target": (b"GET HTTP/1.1\r\n\r\n", [400]),
    "two spaces": (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
    "another version": (b"GET / HTTP/1.2\r\nHost: x\r\n\r\n", [505]),
    "a version to come": (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", [505]),
    "another protocol": (b"GET / RTSP/1.0\r\nHost: x\r\n\r\n", [400]),
    "no host": (get() + b"GET / HTTP/1.1\r\nA: 1\r\n\r\n", [b"GET /  1.1 ", 400]),
    "an unknown coding": (get() + post(b"", b"Transfer-Encoding: gzip"), [b"GET /  1.1 ", 501]),
    "a coding too many": (post(b"", b"Transfer-Encoding: gzip, chunked"), [501]),
    "a coding that ends another": (post(b"", b"Transfer-Encoding: chunked, gzip"), [400]),
    "a length and chunks": (post(b"", LENGTH, CHUNKED), [400]),
    "an unknown method": (get() + b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", [b"GET /  1.1 ", 501]),
    "CONNECT": (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", [501]),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
@by_hand
async def test_it_makes_no_difference_where_the_bytes_are_cut(name):
    data, requests = STREAMS[name]
    assert Reader().all_of(data) == requests
    assert Reader().all_of(*bytewise(data)) == requests
    for size in range(2, 9):
        assert Reader().all_of(*in_pieces(data, size)) == requests, size
    for cut in range(1, len(data)):
        assert Reader().all_of(data[:cut], data[cut:]) == requests, data[:cut]


# What begins when


@by_hand
async def test_a_request_begins_when_its_body_is_there_or_all_that_has_come():
    reader = Reader()
    head = post(b"", LENGTH)
    reader.read(head[:-1])
    assert not reader.begun
    reader.read(head[-1:] + b"ab")
    assert [spelled(exchange) for exchange in reader.begun] == [b"POST /p  1.1 ab..."]
    reader.read(b"cd")
    reader.read(b"efg" + get())
    assert [spelled(exchange) for exchange in reader.begun] == [b"POST /p  1.1 abcdefg", b"GET /  1.1 "]
    assert reader.begun[0].begun is True


@by_hand
async def test_a_head_is_one_from_its_first_byte_to_its_last():
    reader = Reader()
    for piece, inside in [(b"", False), (get(), False), (b"G", True), (get()[1:], False), (b"\r\n", False),
                          (b"\r", True), (b"\n", False), (get()[:-1], True), (b"\n" + get(), False)]:  # fmt: skip
        reader.read(piece)
        assert reader.in_head is inside


@by_hand
async def test_the_time_of_a_head_counts_from_its_first_byte():
    reader = Reader()
    for now, piece, since in [(1, b"G", 1), (2, b"ET", 1), (3, get()[3:], 1), (4, b"\r\n", 4), (5, b"\r", 5),
                              (6, b"\nG", 6), (7, get()[1:] + b"G", 7), (8, get()[1:], 7)]:  # fmt: skip
        reader.connections.now = now
        reader.read(piece)
        assert reader.since == since


@by_hand
async def test_what_comes_behind_an_upgrade_is_handed_back():
    request = get(b"/", *UPGRADE)
    assert Reader().read(request) == b""
    assert Reader().read(request + b"{other}") == b"{other}"
    assert Reader().read(get() + request + get()) == get()
    reader = Reader()
    assert [reader.read(piece) for piece in (request[:-1], request[-1:] + b"\r\n")] == [None, b"\r\n"]
    assert len(reader.begun) == 1


# What a request knows


@by_hand
async def test_a_request_knows_whose_it_is():
    reader = Reader()
    for piece in (get(b"/a?b"), post(b"", LENGTH)):
        reader.read(piece)
        exchange = reader.begun[-1]
        assert exchange.responder is reader
        assert exchange.head.connection is reader.connection
        assert exchange.head.segments is None
        assert exchange.gone is False
    assert [exchange.whole for exchange in reader.begun] == [True, False]
    assert reader.begun[1].length == 7


@by_hand
async def test_fields_come_with_it():
    reader = Reader()
    kept, other = get(b"/", b"A: 1"), b"GET http://y/ HTTP/1.1\r\nHost: x\r\nB: 2\r\n\r\n"
    reader.all_of(kept, other, kept, KEPT, kept, b"GET / HTTP/1.0\r\n\r\n")
    fields = [exchange.head.fields for exchange in reader.begun]
    assert fields[0] == fields[2] == fields[4] == ((b"Host", b"x"), (b"A", b"1"))
    assert fields[1] == ((b"Host", b"y"), (b"B", b"2"))
    assert fields[3] == ((b"Connection", b"keep-alive"),)
    assert fields[5] == ()
    assert [exchange.keep_alive for exchange in reader.begun] == [True] * 5 + [False]


@by_hand
async def test_fields_of_one_version_say_nothing_in_the_other():
    fields = b"Host: x\r\n\r\n"
    reader = Reader()
    reader.all_of(b"GET / HTTP/1.1\r\n" + fields, b"GET / HTTP/1.0\r\n" + fields)
    assert [exchange.keep_alive for exchange in reader.begun] == [True, False]
    assert [exchange.head.block.framing.keep_alive for exchange in reader.begun] == [True, False]
    reader = Reader()
    request = b"GET / HTTP/1.%d\r\nConnection: keep-alive\r\n\r\n"
    assert reader.all_of(request % 0, request % 0, request % 0) == [b"GET /  1.0 "] * 3
    assert reader.all_of(request % 1) == [b"GET /  1.0 "] * 3 + [400]  # which has to have a host


@by_hand
async def test_the_third_of_a_row_is_not_split_anew():
    reader = Reader()
    reader.all_of(get(b"/a?b"), get(b"/a?b"))
    reader._request = None  # nobody is to ask it
    assert reader.all_of(get(b"/a?b"), get(b"/a?b")) == [b"GET /a b 1.1 "] * 4
    assert len({id(exchange) for exchange in reader.begun}) == 4
    assert reader.begun[3].head.block is reader.begun[1].head.block
    assert reader.begun[3].head.connection is reader.connection
    assert reader.begun[3].head.segments is None
    assert (reader.begun[3].gone, reader.begun[3].keep_alive) == (False, True)
