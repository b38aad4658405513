"""Bodies on their way to the native server: waited for by `100-continue`, read, spoilt, or wanted by nobody."""

from __future__ import annotations

import contextlib
import threading

from support.raw import get


def test_expect_continue_is_answered_when_the_body_is_asked_for(raw):
    raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    assert raw.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    raw.send(b"abc")
    assert raw.read_reply()[2] == b"abc"


def test_expect_continue_without_interest_closes(raw):
    raw.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    reply = raw.read_until_closed()
    assert reply.startswith(b"HTTP/1.1 200")
    assert b"Connection: close" in reply


def test_http_1_0_has_no_expectations(raw):
    raw.send(b"POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    raw.send(b"abc")
    reply = raw.read_until_closed()
    assert reply.startswith(b"HTTP/1.1 200")
    assert reply.endswith(b"abc")


def test_a_small_body_nobody_read_is_read_over(raw):
    raw.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + b"x" * 450)
    assert raw.read_reply()[2] == b"ignored"
    raw.send(b"x" * 450 + get())
    assert raw.read_reply()[2] == b"root"


def test_a_large_body_nobody_read_closes(raw):
    raw.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    assert raw.read_reply()[2] == b"ignored"
    with contextlib.suppress(ConnectionError):
        raw.send(b"x" * 100000)
    assert raw.is_closed()


def test_a_body_nobody_reads_costs_the_connection_once_it_is_longer_than_what_is_read_over(raw):
    raw.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
    assert raw.read_reply()[2] == b"ignored"
    piece = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    try:
        raw.send(*[piece] * 20)
    except ConnectionError:
        return  # closed while it was sending
    assert raw.is_closed()


def test_a_body_larger_than_the_buffer_streams_through(raw):
    size = 3_000_000
    raw.send(b"POST /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
    sender = threading.Thread(target=raw.send, args=(b"y" * size,))
    sender.start()
    reply = raw.read_until_closed()
    sender.join()
    assert reply.count(b"y") == size


def test_a_body_that_goes_wrong_while_it_is_read_is_a_400_and_not_waited_for(raw):
    raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
    raw.read_until(b"100 Continue\r\n\r\n")  # the handler waits for the body now
    raw.send(b"3\r\nabc\r\nzz\r\n")
    assert raw.read_reply()[0] == 400
    assert raw.is_closed()
