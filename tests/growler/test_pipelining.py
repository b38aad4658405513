"""Requests sent before the answers to those in front of them: all are answered, in their order (RFC 9112 9.3.2).

Over sockets; to the turn of the loop, and without one, in test_http_responder.py.
"""

from __future__ import annotations

import socket

import pytest

from support.raw import Raw, get


def test_pipelined_requests_are_answered_in_order_even_if_a_later_one_is_done_first(raw, http11_port):
    raw.send(get(b"/gate/order") + get() + get(b"/q?second"))
    with Raw(http11_port) as other:
        other.send(get(b"/open/order"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(3)] == [b"gate order", b"root", b"/q?second"]


def test_more_pipelined_requests_than_may_wait_are_all_answered(raw, http11_port):
    raw.send(get(b"/gate/many") + get() * 50)
    with Raw(http11_port) as other:
        other.send(get(b"/open/many"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(51)] == [b"gate many"] + [b"root"] * 50


def test_requests_before_a_bad_one_are_answered(raw):
    raw.send(get() + get(b"/q?1") + b"GET / HTTP/1.1\r\nbad header\r\n\r\n")
    reply = raw.read_until_closed()
    assert reply.count(b"HTTP/1.1 200") == 2
    assert b"root" in reply
    assert b"/q?1" in reply


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_what_follows_a_last_request_is_not_answered(raw, version):
    raw.send(b"GET /q?1 HTTP/%b\r\nHost: x\r\nConnection: foo, CLOSE\r\n\r\n" % version + get(b"/q?2"))
    reply = raw.read_until_closed()
    assert reply.endswith(b"/q?1")
    assert reply.count(b"HTTP/1.1 ") == 1


def test_a_client_that_sends_no_more_still_gets_its_answers(raw, http11_port):
    raw.send(get(b"/gate/half") + get(b"/q?2"))
    raw.socket.shutdown(socket.SHUT_WR)
    with Raw(http11_port) as other:
        other.send(get(b"/open/half"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(2)] == [b"gate half", b"/q?2"]
    assert raw.is_closed()
