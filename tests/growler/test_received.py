"""What the header fields of a request say of where it ends and where it goes: on plain bytes, no socket."""

from __future__ import annotations

import pytest
from httptools import HttpParserError, HttpParserInvalidMethodError

from growler.aio.received import (
    LASTING,
    METHODS,
    NO_BODY,
    NO_FIELDS,
    Block,
    Framing,
    ReceivedHead,
    Refused,
    examine,
    framing_fields,
    from_other_form,
    other_method,
    split,
    status_of,
)

HOST = b"Host: x\r\n"


def framing(lines: bytes, version: bytes = b"HTTP/1.1") -> Framing:
    return examine(framing_fields(lines), version)


def refused(lines: bytes, version: bytes = b"HTTP/1.1") -> int:
    """The status that such fields are refused with."""
    with pytest.raises(Refused) as caught:
        framing(lines, version)
    return caught.value.status


# Fields


def test_fields_are_split_where_the_parser_has_found_them():
    block = b"Host: x\r\nA:b\r\nC: \t d e \r\nEmpty:\r\nSpace:  \r\nX: a:b\r\nO: \xff\r\nA: 2\t\r\n"
    assert split(block) == [
        (b"Host", b"x"), (b"A", b"b"), (b"C", b"d e"), (b"Empty", b""), (b"Space", b""), (b"X", b"a:b"),
        (b"O", b"\xff"), (b"A", b"2"),
    ]  # fmt: skip
    assert split(b"A: XbX\r\nB: Xc \r\n") == [(b"A", b"XbX"), (b"B", b"Xc")]
    assert split(b"A: b\r\nB: cX \t\r\n") == [(b"A", b"b"), (b"B", b"cX")]
    assert split(b"A: b \r\nB: c\r\n\r\n")[:2] == [(b"A", b"b"), (b"B", b"c")]
    assert split(b"A: x\x0b \r\n") == [(b"A", b"x\x0b")]
    assert split(b"") == []


def test_a_block_is_split_when_asked_and_once():
    block = Block(b"A: 1\r\nB: 2\r\n")
    assert block._fields is None
    assert block.raw == b"A: 1\r\nB: 2\r\n"
    fields = block.fields
    assert fields == ((b"A", b"1"), (b"B", b"2"))
    assert block.fields is fields
    assert NO_FIELDS.raw == b""
    assert NO_FIELDS.fields == ()


def test_a_block_knows_how_its_requests_are_framed():
    upload = Framing(True, False, 5, False, True)
    assert Block(b"", upload).framing is upload
    assert Block(b"").framing is NO_BODY


def head_of(block):
    head = ReceivedHead()
    head.block = Block(block)
    return head


def test_a_head_has_the_fields_of_its_block():
    head = head_of(b"A: 1\r\n")
    assert head.fields is head.block.fields


def test_fields_that_frame_are_found_whatever_their_case_and_no_others():
    block = (
        b"Host: x\r\nHosts: y\r\nX-Host: z\r\nEXPECT: 1\r\nTransfer-encoding:\t2\r\ncontent-LENGTH:  3 \r\n"
        b"Connection:4\r\nX: Host: evil\r\nContent-Length2: 5\r\nHOST: 6\r\n"
    )
    assert framing_fields(block) == [
        (b"Host", b"x"), (b"EXPECT", b"1"), (b"Transfer-encoding", b"2"), (b"content-LENGTH", b"3 "),
        (b"Connection", b"4"), (b"HOST", b"6"),
    ]  # fmt: skip
    assert framing_fields(b"") == []


# Where a request ends


def test_a_request_without_a_word_about_it_has_no_body():
    assert framing(HOST) == NO_BODY == Framing(False, False, 0, False, True)


@pytest.mark.parametrize(("value", "length"), [
    (b"0", 0), (b"1", 1), (b"42 ", 42), (b"42\t", 42), (b"0" * 19 + b"7", 7), (b"9" * 20, 10**20 - 1),
])  # fmt: skip
def test_a_length_is_a_length(value, length):
    assert framing(HOST + b"Content-Length: " + value + b"\r\n") == Framing(
        length > 0, False, length, False, True
    )


@pytest.mark.parametrize("value", [b"0" * 21, b"9" * 21, b"1" * 5000])
def test_a_length_of_more_digits_than_anybody_needs_is_refused(value):
    assert refused(HOST + b"Content-Length: " + value + b"\r\n") == 400


@pytest.mark.parametrize("value", [b"chunked", b"Chunked", b"CHUNKED", b"chunked \t"])
def test_chunks_are_a_body_of_unknown_length(value):
    assert framing(HOST + b"Transfer-Encoding: " + value + b"\r\n") == Framing(True, True, 0, False, True)


@pytest.mark.parametrize("value", [
    b"gzip", b"gzip, chunked", b"chunked, chunked", b"chunked,", b"xchunked", b"chunked;x", b"identity", b"",
    b"chunkedX", b"\x0bchunked", b"chunked\x0b", b"\xa0chunked",
])  # fmt: skip
def test_any_other_coding_is_not_implemented(value):
    assert refused(HOST + b"Transfer-Encoding: " + value + b"\r\n") == 501
    assert refused(HOST + b"Transfer-Encoding: " + value + b"\r\n", b"HTTP/1.0") == 501


def test_two_codings_are_refused_however_they_are_written():
    twice = b"Transfer-Encoding: chunked\r\n" * 2
    assert refused(HOST + twice) == 400
    assert refused(HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n") in (400, 501)
    assert refused(HOST + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n") == 501


def test_http_1_0_has_no_chunks():
    assert refused(HOST + b"Transfer-Encoding: chunked\r\n", b"HTTP/1.0") == 400


# Host


@pytest.mark.parametrize("host", [
    b"", b"example.org", b"EXAMPLE.org:80", b"x:", b"127.0.0.1:8080", b"[::1]", b"[::1]:80", b"[FE80::1]", b"[v1.a:b]",
    b"[v1F.a]", b"a_b-c.d~e", b"!$&'()*+,;=", b"%41.x", b"%aF", b"x ", b"xn--bcher-kva.example",
])  # fmt: skip
def test_names_and_addresses_are_hosts(host):
    assert framing(b"Host: " + host + b"\r\n") == NO_BODY


@pytest.mark.parametrize("host", [
    b"a b", b"a/b", b"a@b", b"http://a", b"a:b", b"a:80:80", b"a:8x", b"[::1", b"::1", b"[::1]x", b"[]", b"[g::1]",
    b"[v.a]", b"[v1]", b"[v1.]", b"[v1.a/b]", b"%4", b"%zz", b"%", b"a?b", b"a#b", b"a\\b", b"\xff", b"a,b:x", b":80",
    b"[x::1]", b"XXx[", b"a\x0b", b"\x85a", b"[::1]XX", b"a\"b", b"a<b", b"a^b", b"a|b", b"a`b", b"a{b}",
])  # fmt: skip
def test_what_is_no_host_is_refused(host):
    assert refused(b"Host: " + host + b"\r\n") == 400
    assert refused(b"Host: " + host + b"\r\n", b"HTTP/1.0") == 400


def test_http_1_1_has_one_host_and_http_1_0_at_most_one():
    assert refused(b"") == refused(HOST + HOST) == refused(HOST + HOST, b"HTTP/1.0") == 400
    assert refused(b"Host: \r\nHost: x\r\n") == 400
    assert framing(b"", b"HTTP/1.0").has_body is False
    assert framing(HOST, b"HTTP/1.0").has_body is False


# Expect, Connection


@pytest.mark.parametrize(
    "value", [b"100-continue", b"100-Continue", b"100-continue,", b", 100-continue , 100-continue", b""]
)
def test_a_client_may_wait_for_100(value):
    line = HOST + b"Expect: " + value + b"\r\n"
    assert framing(line).expects_continue
    assert not framing(line, b"HTTP/1.0").expects_continue


@pytest.mark.parametrize(
    "value", [b"200-ok", b"100-continue, x", b"x, 100-continue", b"100", b"100-continueX"]
)
def test_nobody_may_expect_anything_else_but_http_1_0_means_nothing_by_it(value):
    line = HOST + b"Expect: " + value + b"\r\n"
    assert refused(line) == refused(HOST + b"Expect: 100-continue\r\nExpect: " + value + b"\r\n") == 417
    assert not framing(line, b"HTTP/1.0").expects_continue


@pytest.mark.parametrize(("value", "in_1_1", "in_1_0"), [
    (None, True, False), (b"close", False, False), (b"Close", False, False), (b"keep-alive", True, True),
    (b"Keep-Alive", True, True), (b"keep-alive, close", False, False), (b"close, keep-alive", False, False),
    (b"x ,\tclose ", False, False), (b"upgrade", True, False), (b"x, keep-alive", True, True), (b"xclose", True, False),
    (b"close x", True, False), (b"keep-alive x", True, False), (b"", True, False),
])  # fmt: skip
def test_a_connection_is_kept_as_version_and_field_say(value, in_1_1, in_1_0):
    line = HOST + (b"" if value is None else b"Connection: " + value + b"\r\n")
    assert framing(line).keep_alive is in_1_1
    assert framing(line, b"HTTP/1.0").keep_alive is in_1_0


@pytest.mark.parametrize(
    ("value", "in_1_1"), [(b"close", False), (b"x, CLOSE", False), (b"keep-alive", True)]
)
def test_a_connection_is_not_kept_that_the_parser_takes_for_closed(value, in_1_1):
    """Nobody is to be told that it is: the next request would be refused, and may be another client's of a proxy."""
    line = HOST + b"Proxy-Connection: " + value + b"\r\n"
    assert framing(line).keep_alive is in_1_1
    assert framing(line + b"Connection: keep-alive\r\n").keep_alive is in_1_1
    # RFC 9112 C.2.2: and nobody is asked by it to keep one that speaks HTTP/1.0.
    assert not framing(line, b"HTTP/1.0").keep_alive


def test_several_lines_of_connection_are_one_list():
    assert not framing(HOST + b"Connection: x\r\nConnection: close\r\n").keep_alive
    assert not framing(HOST + b"Connection: close\r\nConnection: x\r\n").keep_alive
    assert framing(HOST + b"Connection: keep-alive\r\nConnection: x\r\n", b"HTTP/1.0").keep_alive


# Targets and methods


@pytest.mark.parametrize(("target", "host", "path"), [
    (b"http://example.org", b"example.org", b"/"), (b"http://example.org/", b"example.org", b"/"),
    (b"HTTPS://X:8080/a?b", b"X:8080", b"/a?b"), (b"http://x?q=1", b"x", b"/?q=1"),
    (b"http://[::1]:80/a", b"[::1]:80", b"/a"),
    (b"http://x//a/../b", b"x", b"//a/../b"), (b"http://x/http://y/", b"x", b"/http://y/"), (b"http://x?", b"x", b"/?"),
])  # fmt: skip
def test_an_absolute_target_goes_where_it_says_and_not_where_host_says(target, host, path):
    block = Block(b"A: 1\r\nHost: other\r\nHOST : z\r\nB: host: 2\r\nhost: again\r\nHosts: 3\r\n")
    found, meant = from_other_form("GET", target, block)
    assert found == path
    assert meant.raw == b"Host: " + host + b"\r\nA: 1\r\nHOST : z\r\nB: host: 2\r\nHosts: 3\r\n"
    assert block.raw.count(b"other") == 1


def test_a_star_is_the_target_of_options_only():
    block = Block(HOST)
    assert from_other_form("OPTIONS", b"*", block) == (b"*", block)
    for method in ("GET", "options", "POST"):
        with pytest.raises(Refused) as caught:
            from_other_form(method, b"*", block)
        assert caught.value.status == 400


@pytest.mark.parametrize("target", [
    b"", b"a", b"**", b"ftp://x/", b"http:/x", b"http:x", b"http://", b"http:///a", b"http://a b/", b"http://x/#f",
    b"http://u@x/", b"httpx://x/", b"xhttp://x/", b"x:80", b"http://x\\y", b"http://x:y/", b"http://x#f", b"//x/",
])  # fmt: skip
def test_any_other_target_is_refused(target):
    with pytest.raises(Refused) as caught:
        from_other_form("OPTIONS", target, Block(HOST))
    assert caught.value.status == 400


def test_methods_are_names_and_connect_is_none_of_them():
    assert METHODS[b"GET"] == "GET"
    assert all(name.decode() == method for name, method in METHODS.items())
    assert {b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE"} <= set(METHODS)
    assert b"CONNECT" not in METHODS
    assert other_method(b"BREW") == "BREW"
    for name, status in ((b"CONNECT", 501), (b"PRI", 505)):
        with pytest.raises(Refused) as caught:
            other_method(name)
        assert caught.value.status == status


@pytest.mark.parametrize(("head", "status"), [
    (b"BREW / HTTP/1.1\r\n", 501), (b"BREW", 501), (b"brew / HTTP/1.1\r\n", 501), (b"!#$%&'*+-.^_`|~09AZaz ", 501),
    (b"GET/ HTTP/1.1\r\n", 400), (b"GET / HTTP/1.1\r\n", 400), (b"GET", 400), (b"", 400), (b" GET /", 400),
    (b"\0", 400), (b"A(B / HTTP/1.1", 400), (b"BREW\r\n", 400), (b"BREW\t/", 400),
])  # fmt: skip
def test_a_method_that_is_none_is_400_and_one_that_is_unknown_501(head, status):
    assert status_of(HttpParserInvalidMethodError("Invalid method encountered"), head) == status


def test_a_version_that_is_unknown_is_505_and_everything_else_400():
    assert status_of(HttpParserError("Invalid HTTP version"), b"GET / HTTP/3.0\r\n") == 505
    assert status_of(HttpParserError("Invalid header token"), b"BREW / HTTP/1.1\r\n") == 400


def test_what_follows_from_fields_is_found_out_once_for_all_requests_that_have_them():
    asked = []

    def first(fields):
        asked.append(fields)
        return fields[0]

    def count(fields):
        asked.append(fields)
        return None if fields[-1][1] == b"none" else len(fields)

    one, same, other, none = (
        head_of(b"%b\r\n\r\n" % field) for field in (b"A: 1", b"A: 1", b"B: 2", b"C: none")
    )
    same.block = one.block
    assert [head.derived(first) for head in (one, same, other, one)] == [(b"A", b"1")] * 2 + [
        (b"B", b"2"),
        (b"A", b"1"),
    ]
    assert len(asked) == 2
    assert [head.derived(count) for head in (none, none, one)] == [None, None, 1]
    assert len(asked) == 4


def test_what_follows_from_long_fields_is_not_kept():
    line = b"A: %b\r\n\r\n"
    longest, longer = (head_of(line % (b"a" * (LASTING - len(line % b"") + more))) for more in (0, 1))
    assert longest.derived(list) is longest.derived(list)
    assert longer.derived(list) == longer.derived(list) == [*longer.fields]
    assert longer.block.derived is None
