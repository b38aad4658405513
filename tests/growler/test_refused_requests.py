"""What is no request, or two to different readers, is refused by the native server and smuggles nothing (RFC 9112)."""

from __future__ import annotations

import contextlib

import pytest

from support.http11_site import CHUNKED, post
from support.raw import bytewise, get

REFUSED = {
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (get(b"/", b"Host: y"), 400),
    "content-length and chunked": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two content-lengths": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
    "content-length list": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
    "signed content-length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", 400),
    "bad content-length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", 400),
    "an unknown transfer-encoding": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "gzip, chunked": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "identity": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    "chunked twice": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked, then a space, twice": (post(b"Transfer-Encoding: chunked , chunked", body=b"0\r\n\r\n"), 400),
    "chunked, then identity": (post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), 400),
    "chunked in two lines": (post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"), 400),
    "chunked in quotes": (post(b'Transfer-Encoding: "chunked"', body=b"0\r\n\r\n"), 501),
    "chunked behind a comma": (post(b"Transfer-Encoding: ,chunked", body=b"0\r\n\r\n"), 501),
    "chunked behind a vertical tab": (post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), 400),
    "chunked on a line of its own": (post(b"Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"), 400),
    "no coding": (post(b"Transfer-Encoding:"), 400),
    "chunked before a content-length": (post(CHUNKED, b"Content-Length: 5", body=b"0\r\n\r\n"), 400),
    "one content-length twice": (post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"), 400),
    "no content-length": (post(b"Content-Length:"), 400),
    "content-length of two words": (post(b"Content-Length: 3 3", body=b"abc"), 400),
    "hexadecimal content-length": (post(b"Content-Length: 0x3", body=b"abc"), 400),
    "content-length with an underscore": (post(b"Content-Length: 1_0", body=b"0123456789"), 400),
    "content-length of 2^64": (post(b"Content-Length: 18446744073709551616"), 400),
    "content-length of 40 digits": (post(b"Content-Length: " + b"9" * 40), 400),
    "content-length behind 40 zeros": (post(b"Content-Length: " + b"0" * 40 + b"3", body=b"abc"), 400),
    "another expectation": (post(b"Expect: a-wonder", b"Content-Length: 3", body=b"abc"), 417),
    "two expectations": (post(b"Expect: 100-continue, a-wonder", b"Content-Length: 3", body=b"abc"), 417),
    "chunks in HTTP/1.0": (b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a host with a path": (b"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
    "a host with a user": (b"GET / HTTP/1.1\r\nHost: a@x\r\n\r\n", 400),
    "a host with a port of letters": (b"GET / HTTP/1.1\r\nHost: x:abc\r\n\r\n", 400),
    "a host with two ports": (b"GET / HTTP/1.1\r\nHost: x:1:2\r\n\r\n", 400),
    "a port without a host": (b"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400),
    "half an address": (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    "more than an address": (b"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400),
    "two words for a host": (b"GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400),
    "high bytes in a host": (b"GET / HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n", 400),
    "a host with a bad escape": (b"GET / HTTP/1.1\r\nHost: %zz\r\n\r\n", 400),
    "an absolute target with a user": (b"GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an absolute target with a bad port": (b"GET http://x:y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an absolute target without a host": (b"GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an authority for GET": (b"GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a relative target": (b"GET a/b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a mere query": (b"GET ?a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "high bytes in the target": (get(b"/\xc3\xa9"), 400),
    "NUL in the target": (get(b"/\0"), 400),
    "a bare LF before it": (b"\n" + get(), 400),
    "a bare CR before it": (b"\r" + get(), 400),
    "an empty line and a bare LF before it": (b"\r\n\n" + get(), 400),
    "bare LF": (b"GET / HTTP/1.1\nHost: x\n\n", 400),
    "one bare LF": (b"GET / HTTP/1.1\r\nHost: x\nX-A: 1\r\n\r\n", 400),
    "a bare LF at the end": (b"GET / HTTP/1.1\r\nHost: x\r\n\n", 400),
    "bare CR for line ends": (b"GET / HTTP/1.1\rHost: x\r\r", 400),
    "white space before the first field": (b"GET / HTTP/1.1\r\n X-A: 1\r\nHost: x\r\n\r\n", 400),
    "an unknown method": (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "a method in lower case": (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "a method of 101 letters": (b"A" * 101 + b" / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "a method that is no token": (b"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a tab behind the method": (b"GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "connect": (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "connect with a path": (b"CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "an asterisk for GET": (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "another scheme": (b"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "space before colon": (get(b"/", b"X-A : 1"), 400),
    "obs-fold": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n", 400),
    "bare CR in a value": (get(b"/", b"X-A: 1\r2"), 400),
    "NUL in a value": (get(b"/", b"X-A: 1\x002"), 400),
    "control character in the target": (get(b"/\x01"), 400),
    "fragment in the target": (get(b"/a#b"), 400),
    "no field name": (get(b"/", b": 1"), 400),
    "no colon": (get(b"/", b"X-A"), 400),
    "a tab in a field name": (get(b"/", b"X\t: 1"), 400),
    "high bytes in a field name": (get(b"/", b"X\xe9: 1"), 400),
    "DEL in a value": (get(b"/", b"X-A: 1\x7f2"), 400),
    "no target": (b"GET HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "no http at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "unknown version": (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
    "unknown minor version": (b"GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
    "version of three digits": (b"GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400),
    "version in small letters": (b"GET / http/1.1\r\nHost: x\r\n\r\n", 400),
    "another protocol": (b"GET / RTSP/1.0\r\nHost: x\r\n\r\n", 400),
    "two spaces before the target": (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "two spaces behind the target": (b"GET /  HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "white space behind the version": (b"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400),
    "long target": (get(b"/" + b"a" * 5000), 414),
    "long field": (get(b"/", b"X-A: " + b"a" * 5000), 431),
    "many fields": (get(b"/", *[b"X-%d: 1" % i for i in range(30)]), 431),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_acceptable_request_is_refused_and_the_connection_closed(raw, case):
    request, status = REFUSED[case]
    raw.send(request)
    reply = raw.read_until_closed()
    assert int(reply[9:12]) == status
    assert b"Connection: close" in reply
    assert reply.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("case", REFUSED)
def test_it_makes_no_difference_in_which_pieces_it_comes(raw, case):
    request, status = REFUSED[case]
    with contextlib.suppress(BrokenPipeError):  # on a slow machine all is said before all is sent
        raw.send(*bytewise(request))
    reply = raw.read_until_closed()
    assert int(reply[9:12]) == status
    assert reply.count(b"HTTP/1.1 ") == 1


def test_an_answer_is_no_request(raw):
    raw.send(b"HTTP/1.1 200 OK\r\n\r\n")
    assert raw.read_until_closed().startswith(b"HTTP/1.1 400")


def test_a_field_without_end_is_refused_before_it_fills_memory(raw):
    raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 100_000)
    assert raw.read_until_closed().startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "body",
    [b"3\nabc\r\n0\r\n\r\n", b"3\r\nabc\n0\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"5\r\nabc\r\n0\r\n\r\n",
     b"3 \r\nabc\r\n0\r\n\r\n", b" 3\r\nabc\r\n0\r\n\r\n", b"+3\r\nabc\r\n0\r\n\r\n", b"0_3\r\nabc\r\n0\r\n\r\n",
     b"3;a\nabc\r\n0\r\n\r\n", b"3;a\rb\r\nabc\r\n0\r\n\r\n", b'3;a="\r\n"\r\nabc\r\n0\r\n\r\n',
     b"10000000000000003\r\nabc\r\n0\r\n\r\n", b"3\r\nabc\r\n0\r\nbad line\r\n\r\n", b"3\r\nabc\r\n0\r\nX : 1\r\n\r\n",
     b"3\r\nabc\r\n0\r\nX: 1\r\n 2\r\n\r\n", b"3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n"],
)  # fmt: skip
def test_chunks_that_can_be_read_in_two_ways_are_refused_and_smuggle_nothing(raw, body):
    raw.send(post(CHUNKED, body=body) + get(b"/q?smuggled"))
    reply = raw.read_until_closed()
    assert reply.startswith(b"HTTP/1.1 400")
    assert b"smuggled" not in reply


@pytest.mark.parametrize("size", [b"xyz", b"-1", b"0x3", b"", b"fffffffffffffffff"])
def test_a_bad_chunk_size_ends_the_connection_and_smuggles_nothing(raw, size):
    smuggled = get(b"/q?smuggled")
    raw.send(
        b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\nabc\r\n" % size
        + smuggled
    )
    assert b"smuggled" not in raw.read_until_closed()


@pytest.mark.parametrize(
    "tail",
    [
        b"1;" + b"e" * 100_000,
        b"0\r\nX-Trailer: " + b"t" * 100_000,
        (b"1;" + b"e" * 1000 + b"\r\na\r\n") * 100,
    ],
)
def test_chunk_extensions_and_trailers_without_end_are_refused(raw, tail):
    raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" + tail)
    assert raw.read_until_closed().startswith(b"HTTP/1.1 400")
