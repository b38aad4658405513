"""HTTP/1.1 on the native server, byte by byte over raw sockets (RFC 9112)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import pytest

from growler import App, GrowlerStopIteration, Limits
from growler.responder import GrowlerResponder
from support.raw import Raw, bytewise, get
from support.servers import Running

LIMITS = Limits(
    max_head=4096,
    max_fields=20,
    max_pipeline=3,
    max_discard=1000,
    head_timeout=1,
    idle_timeout=1,
    body_timeout=1,
    write_timeout=1,
)


def make_app():
    app = App(limits=LIMITS)
    app.gates = {}

    @app.use
    def show(req, res):
        if "x-show" in req.headers:
            res.send_text(f"{req.original_url} {req.get('host')}")

    app.get("/", lambda req, res: res.send_text("root"))
    app.get("/q", lambda req, res: res.send_text(req.original_url))

    @app.get("/gate/:name")
    async def gate(req, res):
        """Answers when another request opens the gate: order is decided by the test, not by time."""
        await app.gates.setdefault(req.params["name"], asyncio.Event()).wait()
        res.send_text("gate " + req.params["name"])

    @app.get("/open/:name")
    def open_gate(req, res):
        app.gates.setdefault(req.params["name"], asyncio.Event()).set()
        res.send_text("opened")

    @app.post("/echo")
    async def echo(req, res):
        res.send(await req.body(), 200)

    @app.post("/ignore")
    def ignore(req, res):
        res.send_text("ignored")

    @app.post("/stream")
    async def stream(req, res):
        async for piece in req.stream():
            await res.write(piece)

    @app.get("/parts")
    async def parts(req, res):
        for number in range(3):
            await res.write(f"part {number};")

    @app.get("/status/:code")
    def status(req, res):
        res.send(b"body", int(req.params["code"]))

    @app.get("/short")
    async def short(req, res):
        res.headers["Content-Length"] = "10"
        await res.write("12345")

    return app


@pytest.fixture(scope="module", params=["native", "native-uvloop"])
def server(request):
    return request.param


@pytest.fixture(scope="module")
def port(server):
    with Running(server, make_app()) as port:
        yield port


@pytest.fixture
def raw(port):
    with Raw(port) as connection:
        yield connection


def test_a_connection_is_kept(raw):
    for _ in range(3):
        raw.send(get())
        status, head, body = raw.read_reply()
        assert (status, body) == (200, b"root")
        assert b"connection" not in head.lower()


def test_the_answer_has_date_server_and_exact_length(raw):
    raw.send(get())
    _, head, _ = raw.read_reply()
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line]
    assert sorted(names) == [b"content-length", b"content-type", b"date", b"server"]
    assert b"Python" not in head


def test_a_request_may_come_byte_by_byte(raw):
    raw.send(*bytewise(get(b"/q?a=1", b"X-Long: some value")))
    assert raw.read_reply()[2] == b"/q?a=1"
    raw.send(
        *bytewise(
            b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
    )
    assert raw.read_reply()[2] == b"abcde"


def test_pipelined_requests_are_answered_in_order_even_if_a_later_one_is_done_first(raw, port):
    raw.send(get(b"/gate/order") + get() + get(b"/q?second"))
    with Raw(port) as other:
        other.send(get(b"/open/order"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(3)] == [b"gate order", b"root", b"/q?second"]


def test_more_pipelined_requests_than_may_wait_are_all_answered(raw, port):
    raw.send(get(b"/gate/many") + get() * 50)
    with Raw(port) as other:
        other.send(get(b"/open/many"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(51)] == [b"gate many"] + [b"root"] * 50


def test_connection_close_is_honoured(raw):
    raw.send(get(b"/", b"Connection: close"))
    assert b"Connection: close" in raw.read_reply()[1]
    assert raw.is_closed()


def test_http_1_0_closes_unless_asked_to_keep(raw, port):
    raw.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert b"Connection: keep-alive" in raw.read_reply()[1]
    raw.send(b"GET / HTTP/1.0\r\n\r\n")
    assert b"Connection: close" in raw.read_reply()[1]
    assert raw.is_closed()


def test_what_is_remembered_of_fields_is_true_on_any_connection(port):
    fields = b"Host: x\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n"
    for _ in range(2):
        with Raw(port) as one, Raw(port) as other:
            for version, pieces in ((b"1.1", (b"hello",)), (b"1.0", (b"hel", b"lo"))):
                for raw in (one, other):
                    raw.send(b"POST /echo HTTP/" + version + b"\r\n" + fields, *pieces)
                    status, head, body = raw.read_reply()
                    assert (status, body) == (200, b"hello")
                    assert (b"\r\nConnection: keep-alive\r\n" in head) is (version == b"1.0")
    without_host = fields.replace(b"Host: x\r\n", b"")
    for version, status in ((b"1.0", 200), (b"1.1", 400), (b"1.0", 200), (b"1.1", 400)):
        with Raw(port) as raw:
            raw.send(b"POST /echo HTTP/" + version + b"\r\n" + without_host + b"hello")
            assert raw.read_reply()[0] == status


def test_http_1_0_gets_a_stream_without_chunks(raw):
    raw.send(b"GET /parts HTTP/1.0\r\n\r\n")
    reply = raw.read_until_closed()
    assert b"Transfer-Encoding" not in reply
    assert reply.endswith(b"\r\n\r\npart 0;part 1;part 2;")


def test_a_stream_is_chunked_and_the_connection_kept(raw):
    raw.send(get(b"/parts"))
    raw.read_until(b"\r\n\r\n")
    assert raw.read_until(b"0\r\n\r\n") == b"7\r\npart 0;\r\n7\r\npart 1;\r\n7\r\npart 2;\r\n0\r\n\r\n"
    raw.send(get())
    assert raw.read_reply()[0] == 200


def test_a_body_shorter_than_promised_closes_the_connection(raw):
    raw.send(get(b"/short"))
    assert raw.read_until_closed().endswith(b"\r\n\r\n12345")


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


def test_a_body_larger_than_the_buffer_streams_through(raw):
    size = 3_000_000
    raw.send(b"POST /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
    sender = threading.Thread(target=raw.send, args=(b"y" * size,))
    sender.start()
    reply = raw.read_until_closed()
    sender.join()
    assert reply.count(b"y") == size


def post(*lines, target=b"/echo", body=b""):
    return b"POST %b HTTP/1.1\r\nHost: x\r\n%b\r\n%b" % (
        target,
        b"".join(line + b"\r\n" for line in lines),
        body,
    )


CHUNKED = b"Transfer-Encoding: chunked"
UPGRADE = (
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
)

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


def test_a_body_behind_an_upgrade_is_no_request(raw):
    smuggled = get(b"/q?smuggled")
    raw.send(post(*UPGRADE, b"Content-Length: %d" % len(smuggled), target=b"/ignore", body=smuggled))
    raw.send(get(b"/q?next"))
    assert [raw.read_reply()[2] for _ in range(2)] == [b"ignored", b"/q?next"]


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


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_what_follows_a_last_request_is_not_answered(raw, version):
    raw.send(b"GET /q?1 HTTP/%b\r\nHost: x\r\nConnection: foo, CLOSE\r\n\r\n" % version + get(b"/q?2"))
    reply = raw.read_until_closed()
    assert reply.endswith(b"/q?1")
    assert reply.count(b"HTTP/1.1 ") == 1


def test_http_1_0_has_no_expectations(raw):
    raw.send(b"POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    raw.send(b"abc")
    reply = raw.read_until_closed()
    assert reply.startswith(b"HTTP/1.1 200")
    assert reply.endswith(b"abc")


def test_head_204_and_304_have_no_body_and_keep_the_connection(raw):
    raw.send(b"HEAD /parts HTTP/1.1\r\nHost: x\r\n\r\n" + b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    raw.send(get(b"/status/204") + get(b"/status/304") + get(b"/q?next"))
    replies = raw.read_until(b"/q?next").split(b"HTTP/1.1 ")[1:]
    assert [reply[:3] for reply in replies] == [b"200", b"200", b"204", b"304", b"200"]
    assert [reply.partition(b"\r\n\r\n")[2] for reply in replies] == [b"", b"", b"", b"", b"/q?next"]


def test_an_interim_status_is_no_answer(raw):
    raw.send(get(b"/status/103"))
    assert raw.read_reply()[0] == 500


@pytest.mark.parametrize("size", [b"xyz", b"-1", b"0x3", b"", b"fffffffffffffffff"])
def test_a_bad_chunk_size_ends_the_connection_and_smuggles_nothing(raw, size):
    smuggled = get(b"/q?smuggled")
    raw.send(
        b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\nabc\r\n" % size
        + smuggled
    )
    assert b"smuggled" not in raw.read_until_closed()


def test_a_body_that_goes_wrong_while_it_is_read_is_a_400_and_not_waited_for(raw, port):
    raw.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
    raw.read_until(b"100 Continue\r\n\r\n")  # the handler waits for the body now
    raw.send(b"3\r\nabc\r\nzz\r\n")
    assert raw.read_reply()[0] == 400
    assert raw.is_closed()


def test_requests_before_a_bad_one_are_answered(raw):
    raw.send(get() + get(b"/q?1") + b"GET / HTTP/1.1\r\nbad header\r\n\r\n")
    reply = raw.read_until_closed()
    assert reply.count(b"HTTP/1.1 200") == 2
    assert b"root" in reply
    assert b"/q?1" in reply


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


def test_a_slow_head_is_timed_out(raw):
    raw.send(b"GET / HTTP/1.1\r\nHost")
    assert raw.read_until_closed().startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("target", [b"/echo", b"/ignore"])
def test_a_body_that_does_not_come_is_timed_out(raw, target):
    raw.send(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc" % target)
    status, _, _ = raw.read_reply()
    assert status == (408 if target == b"/echo" else 200)
    assert raw.is_closed()


@pytest.mark.parametrize("target", [b"/endless", b"/large"])
def test_a_client_that_takes_nothing_is_dropped(server, target):
    app = make_app()
    left = asyncio.Event()

    async def endless():
        while True:
            yield b"x" * 65536

    @app.get("/endless")
    def stream(req, res):
        res.on("after_send", left.set)
        res.stream(endless())

    @app.get("/large")
    def large(req, res):
        res.on("after_send", left.set)
        res.send(b"x" * 50_000_000)

    running = Running(server, app)
    with running as port, Raw(port) as raw:
        raw.send(get(target))
        running.call(asyncio.wait_for(left.wait(), 10))
        assert raw.read_until_closed(), "what was on its way still arrives"


def test_a_client_that_sends_no_more_still_gets_its_answers(raw, port):
    raw.send(get(b"/gate/half") + get(b"/q?2"))
    raw.socket.shutdown(socket.SHUT_WR)
    with Raw(port) as other:
        other.send(get(b"/open/half"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(2)] == [b"gate half", b"/q?2"]
    assert raw.is_closed()


def test_the_first_connection_after_a_pause_is_not_taken_for_an_idle_one(server):
    app = App(limits=Limits(idle_timeout=0.001))
    app.get("/", lambda req, res: res.send_text("root"))
    running = Running(server, app)
    with running as port:
        with Raw(port) as first:
            assert first.is_closed(), "by the sweep"
        connections = running._server.server._connections

        async def pause():
            while connections._timer is not None:
                await asyncio.sleep(0)

        running.call(pause())
        with Raw(port) as second:
            second.send(get())
            assert second.read_reply()[0] == 200


def test_connections_over_the_limit_are_refused_and_others_served(server):
    app = App(limits=Limits(max_connections=2))
    app.get("/", lambda req, res: res.send_text("root"))
    with Running(server, app) as port, Raw(port) as first, Raw(port) as second:
        first.send(get())
        second.send(get())
        assert [first.read_reply()[0], second.read_reply()[0]] == [200, 200]
        with Raw(port) as third:
            assert third.read_until_closed().startswith(b"HTTP/1.1 503")
        first.send(get())
        assert first.read_reply()[0] == 200


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


def test_an_idle_connection_is_closed_without_a_word(raw):
    raw.send(get())
    raw.read_reply()
    assert raw.is_closed()


def test_a_client_that_leaves_frees_the_handler_that_streams_to_it(server):
    app = App()
    left = asyncio.Event()

    async def endless():
        try:
            while True:
                yield b"x" * 65536
        finally:
            left.set()

    app.get("/", lambda req, res: res.stream(endless()))
    running = Running(server, app)
    with running as port:
        with Raw(port) as raw:
            raw.send(get())
            raw.read_until(b"\r\n\r\n")
        running.call(asyncio.wait_for(left.wait(), 10))
    assert left.is_set()


class Shout(GrowlerResponder):
    def __init__(self, transport):
        self.transport = transport

    def on_data(self, data):
        self.transport.write(data.upper())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_middleware_can_take_over_the_socket(server, asynchronous):
    app = App()

    def take(req, res):
        transport = res.protocol.transport
        res.protocol.responders.append(Shout(transport))
        transport.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n")
        raise GrowlerStopIteration

    async def take_later(req, res):
        await asyncio.sleep(0)
        take(req, res)

    app.get("/shout", take_later if asynchronous else take)
    app.get("/", lambda req, res: res.send_text("http"))
    with Running(server, app) as port, Raw(port) as raw:
        # The bytes behind the request are the new protocol's already.
        raw.send(get(b"/shout", b"Upgrade: shout", b"Connection: Upgrade") + b"hello ")
        assert raw.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        assert raw.read_until(b"HELLO ") == b"HELLO "
        raw.send(b"get / http/1.1\r\n\r\n")
        assert raw.read_until(b"\r\n\r\n") == b"GET / HTTP/1.1\r\n\r\n"


def test_an_upgrade_waits_for_the_answers_before_it(raw, port):
    raw.send(get(b"/gate/upgrade") + get(b"/q?up", *UPGRADE) + get(b"/q?next"))
    raw.send(get(b"/q?last"))
    with Raw(port) as other:
        other.send(get(b"/open/upgrade"))
        other.read_reply()
    assert [raw.read_reply()[2] for _ in range(4)] == [b"gate upgrade", b"/q?up", b"/q?next", b"/q?last"]


def test_an_upgrade_nobody_wants_is_answered_as_http_and_the_connection_goes_on(raw):
    raw.send(get(b"/", b"Upgrade: h2c", b"Connection: Upgrade") + get(b"/q?next"))
    assert [raw.read_reply()[2] for _ in range(2)] == [b"root", b"/q?next"]
