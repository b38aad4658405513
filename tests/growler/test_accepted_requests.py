"""Requests that look odd and are none the less right: the native server answers each, and the next one behind it."""

from __future__ import annotations

import pytest

from support.http11_site import CHUNKED, UPGRADE, post
from support.raw import bytewise, get

ACCEPTED = {
    "an empty line before it": (b"\r\n" + get(b"/q"), b"/q"),
    "some empty lines before it": (b"\r\n" * 4 + get(b"/q"), b"/q"),
    "white space around a value": (b"GET / HTTP/1.1\r\nHost: \t y \t \r\nX-Show: 1\r\n\r\n", b"/ y"),
    "an address for a host": (b"GET / HTTP/1.1\r\nHost: [::1]:80\r\nX-Show: 1\r\n\r\n", b"/ [::1]:80"),
    "a host without a name": (b"GET / HTTP/1.1\r\nHost:\r\nX-Show: 1\r\n\r\n", b"/ "),
    "a port without a number": (b"GET / HTTP/1.1\r\nHost: y:\r\nX-Show: 1\r\n\r\n", b"/ y:"),
    "a field without a value": (get(b"/q", b"X-A:"), b"/q"),
    "tabs and high bytes in a value": (get(b"/q", b"X-A: a\tb\xff"), b"/q"),
    "zeros before a content-length": (post(b"Content-Length: 003", body=b"abc"), b"abc"),
    "white space around a content-length": (post(b"Content-Length:  3  ", body=b"abc"), b"abc"),
    "no body": (post(), b""),
    "a body for GET": (get(b"/q", b"Content-Length: 3") + b"abc", b"/q"),
    "CHUNKED": (post(b"Transfer-Encoding: CHUNKED ", body=b"3\r\nabc\r\n0\r\n\r\n"), b"abc"),
    "chunk extensions": (post(CHUNKED, body=b'3;a=b;c="d;e"\r\nabc\r\n0;f\r\n\r\n'), b"abc"),
    "two chunks": (post(CHUNKED, body=b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), b"abcde"),
    "trailers": (post(CHUNKED, body=b"3\r\nabc\r\n0\r\nX-Show: 1\r\nHost: z\r\n\r\n"), b"abc"),
    "ends of chunked bodies in a chunk": (
        post(CHUNKED, body=b"a\r\n\r\n\r\n0\r\n\r\na\r\n3\r\n\r\n0\r\n0\r\n\r\n"),
        b"\r\n\r\n0\r\n\r\na\r\n0",
    ),
    "zeros before a chunk size": (post(CHUNKED, body=b"0003\r\nabc\r\n000\r\n\r\n"), b"abc"),
    "a chunk size in capitals": (post(CHUNKED, body=b"A\r\n0123456789\r\n0\r\n\r\n"), b"0123456789"),
    "an expectation in capitals": (post(b"Expect: 100-CONTINUE", b"Content-Length: 3", body=b"abc"), b"abc"),
    "an upgrade and a body": (post(*UPGRADE, b"Content-Length: 3", body=b"abc"), b"abc"),
    "an upgrade and chunks": (post(*UPGRADE, CHUNKED, body=b"3\r\nabc\r\n0\r\n\r\n"), b"abc"),
    "an upgrade and an empty body": (post(*UPGRADE, b"Content-Length: 0"), b""),
}


@pytest.mark.parametrize("pieces", ["whole", "bytewise"])
@pytest.mark.parametrize("case", ACCEPTED)
def test_what_is_acceptable_is_answered_and_the_next_request_too(raw, case, pieces):
    request, body = ACCEPTED[case]
    request += get(b"/q?next")
    raw.send(*(bytewise(request) if pieces == "bytewise" else [request]))
    status, _, answer = raw.read_reply()
    if status == 100:
        status, _, answer = raw.read_reply()
    assert (status, answer) == (200, body)
    assert raw.read_reply()[2] == b"/q?next"


@pytest.mark.parametrize(
    ("target", "seen"),
    [(b"http://y:81/q?1", b"/q?1 y:81"), (b"HTTP://y/q?a=/b", b"/q?a=/b y"), (b"http://y?1", b"/?1 y"),
     (b"http://y", b"/ y"), (b"/q", b"/q x")],
)  # fmt: skip
def test_the_absolute_form_is_understood_and_its_host_counts(raw, target, seen):
    raw.send(b"GET %b HTTP/1.1\r\nHost: x\r\nX-Show: 1\r\n\r\n" % target)
    assert raw.read_reply()[2] == seen


def test_options_asterisk_is_answered(raw):
    raw.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
    assert raw.read_reply()[0] in (204, 404)
