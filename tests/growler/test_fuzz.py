"""Properties of the native server and the router that must hold for whatever a client sends."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growler import App, Router
from growler.aio import GrowlerHTTPProtocol
from growler.testing import TestClient

often = settings(max_examples=300)


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.sent = b""
        self.closed = False

    def write(self, data):
        assert not self.closed, "written after the close"
        self.sent += bytes(data)

    def writelines(self, pieces):
        self.write(b"".join(pieces))

    def close(self):
        self.closed = True

    abort = close

    def is_closing(self):
        return self.closed

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_size(self):
        return 0

    def can_write_eof(self):
        return False

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


def make_app():
    app = App()
    app.use(lambda req, res: req.headers.get("x") and req.query)
    app.get("/", lambda req, res: res.send_text("root"))
    app.all("/echo/:id", echo)
    return app


def echo(req, res):
    res.send_json([req.head.method, req.params["id"], req.path, req.query_string, dict(req.headers)])
    req.head.path = req.head.query = b"/rewritten"  # is nothing to the next one


APP = make_app()


def talk(pieces):
    """Feed pieces to a connection; returns what it answered, dates aside, and whether it closed."""

    async def run():
        protocol, wire = GrowlerHTTPProtocol(APP), Wire()
        protocol.connection_made(wire)
        for piece in pieces:
            if not wire.closed:
                protocol.data_received(piece)
        while protocol.responders[0]._running:
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        sent = re.sub(rb"Date: [^\r]*", b"Date", wire.sent)
        # Which of the two an unknown method is told may depend on whether it is seen; that it is refused does not.
        return re.sub(
            rb"HTTP/1.1 (400|501) .*\Z", b"HTTP/1.1 400 refused", sent, flags=re.DOTALL
        ), wire.closed

    with asyncio.Runner() as runner:
        return runner.run(run())


def statuses(sent):
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", sent)]


methods = st.sampled_from([b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"BREW", b"get", b""])
targets = st.sampled_from(
    [
        b"/",
        b"/echo/1",
        b"/echo/%ff",
        b"/echo/%zz",
        b"/echo/a%2Fb?x=1&y",
        b"//",
        b"*",
        b"http://h/echo/2",
        b"/\x80",
        b"",
    ]
)
versions = st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.x", b""])
fields = st.sampled_from(
    [
        b"Host: x", b"Host: y/z", b"Content-Length: 3", b"Content-Length: 5", b"Content-Length: -1",
        b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Connection: close", b"Connection: keep-alive",
        b"Expect: 100-continue", b"X: y", b"X : y", b" folded", b"X: a\rb", b"X: \x00", b": x", b"Upgrade: h2c",
        b"Connection: Upgrade",
    ]
)  # fmt: skip
bodies = st.sampled_from(
    [
        b"",
        b"abc",
        b"abcde",
        b"3\r\nabc\r\n0\r\n\r\n",
        b"3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        b"9\r\n\r\n\r\n0\r\n\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n",
        b"zz\r\n",
        b"0\r\n\r\n",
    ]
)


@st.composite
def requests(draw):
    """A request that may be wrong in any of its parts."""
    head = [b" ".join(draw(st.tuples(methods, targets, versions)))]
    head += draw(st.lists(fields, max_size=4))
    if draw(st.booleans()):
        head.insert(1, b"Host: x")
    ending = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]))
    return ending.join(head) + ending * 2 + draw(bodies)


streams = st.lists(requests(), min_size=1, max_size=4).map(b"".join)


@often
@given(streams | st.binary(max_size=200), st.lists(st.integers(0, 400), max_size=8))
def test_the_answers_do_not_depend_on_how_the_bytes_are_cut(stream, cuts):
    whole = talk([stream])
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    assert talk([stream[a:b] for a, b in pairwise(edges)]) == whole


@st.composite
def right_requests(draw):
    method, target = draw(st.sampled_from([b"GET", b"HEAD", b"POST"])), draw(targets.filter(bool))
    lines = draw(st.lists(st.sampled_from([b"X: 1", b"X: 2", b"Cookie: a=b"]), max_size=2))
    version, *kept = draw(st.sampled_from([(b"1.1",), (b"1.1",), (b"1.0", b"Connection: keep-alive")]))
    fields = b"".join(b"%b\r\n" % line for line in (b"Host: x", *lines, *kept))
    return b"%b %b HTTP/%b\r\n%b\r\n" % (method, target, version, fields)


@st.composite
def repeated(draw):
    """Pieces of what a client sends that sends the same again and again, and sometimes what looks like it."""
    right, other = draw(right_requests()), draw(right_requests())
    upload = b"POST /echo/outer HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(right)
    other_pieces = st.sampled_from(
        [
            [other],
            [upload, right],
            [upload + right],
            [b"\r\n"],
            [right[:-1]],
            [right * 2] * 3,
            [draw(requests())],
        ]
    )
    several = draw(st.lists(other_pieces | st.just([right] * 3), min_size=1, max_size=4))
    return [right] * 3 + [piece for pieces in several for piece in pieces] + [right]


@often
@given(repeated())
def test_the_answers_do_not_depend_on_what_came_before_in_the_same_words(pieces):
    assert talk(pieces) == talk([b"".join(pieces)])


@pytest.mark.parametrize("body", [b"3\r\nabc\r\n0\r\n\r\n", b"2;x=y\r\n\r\n\r\n0\r\nT: 1\r\n\r\n"])
def test_two_requests_may_be_cut_at_any_two_places(body):
    framing = b"Transfer-Encoding: chunked"
    stream = b"POST /echo/1 HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n%bGET / HTTP/1.1\r\nHost: x\r\n\r\n" % (
        framing,
        body,
    )
    whole = talk([stream])
    assert statuses(whole[0]) == [200, 200]
    end = stream.index(b"GET")
    for first in range(end - len(body), end + 1):
        for second in range(first, end + 8):
            pieces = [stream[:first], stream[first:second], stream[second:]]
            assert talk(filter(None, pieces)) == whole, pieces


@often
@given(streams | st.binary(max_size=200))
def test_no_bytes_make_a_server_error_or_more_answers_than_requests(stream):
    sent, closed = talk([stream])
    codes = statuses(sent)
    assert not [code for code in codes if code >= 500 and code not in (501, 505)]
    assert len(codes) <= stream.count(b"HTTP/") + stream.count(b"\n") + 1
    # What says that it is the last answer is the last one.
    _, said, rest = sent.partition(b"Connection: close")
    assert closed or not said
    assert not statuses(rest)


@often
@given(st.sampled_from([b"Content-Length: 26", b"Transfer-Encoding: chunked"]), st.integers(1, 60))
def test_a_request_inside_a_body_is_never_answered(framing, size):
    inner = b"GET /echo/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(inner), inner) if b"chunked" in framing else inner
    framing = framing if b"chunked" in framing else b"Content-Length: %d" % len(inner)
    stream = b"POST /echo/outer HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n%b" % (framing, body)
    sent, _ = talk([stream[i : i + size] for i in range(0, len(stream), size)])
    assert statuses(sent) == [200]
    assert b"smuggled" not in sent


segments = st.text("ab:%./", min_size=0, max_size=3)
paths = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts))
patterns = st.lists(st.sampled_from(["a", "b", "ab", ":x", ":y", "a.b"]), max_size=3).map(
    lambda parts: "/" + "/".join(dict.fromkeys(parts))
)


def matches(pattern, segments, *, exact):
    """What a pattern matches, said as simply as possible."""
    parts = [part for part in pattern.split("/") if part]
    if len(segments) < len(parts) or (exact and len(segments) != len(parts)):
        return False
    return all(seen and (part[0] == ":" or part == seen) for part, seen in zip(parts, segments, strict=False))


def without_dots(path):
    """The segments as routing sees them; a path above the root, or with two slashes in a row, stays as it is."""
    parts, kept = path[1:].split("/"), []
    if "//" in path or not {".", ".."} & {*parts}:
        return parts
    for part in parts:
        if part == ".." and not kept:
            return parts
        if part == "..":
            kept.pop()
        elif part != ".":
            kept.append(part)
    return [*kept, ""] if parts[-1] in (".", "..") else kept


@often
@given(st.lists(st.tuples(patterns, st.booleans()), max_size=6), paths)
def test_the_router_finds_what_a_plain_search_would_find(registered, path):
    app, ran = App(), []
    for number, (pattern, exact) in enumerate(registered):
        handler = lambda req, res, number=number: ran.append(number)  # noqa: E731
        app.get(pattern, handler) if exact else app.use(pattern, handler)
    app.use(lambda req, res: res.send(204))
    with TestClient(app) as client:
        reply = client.get(quote(path, safe="/:."))
    segments = without_dots(path)
    if segments[-1] == "":
        segments.pop()
    assert reply.status == 204
    assert ran == [
        n for n, (pattern, exact) in enumerate(registered) if matches(pattern, segments, exact=exact)
    ]


@often
@given(st.lists(st.tuples(patterns, patterns), max_size=4), paths)
def test_routers_inside_routers_find_the_same_as_their_routes_written_out(registered, path):
    nested, flat = App(), App()
    for number, (mount, pattern) in enumerate(registered):
        if {part for part in mount.split("/") if ":" in part} & {
            part for part in pattern.split("/") if ":" in part
        }:
            continue  # a name twice is refused when it is wired
        handler = lambda req, res, number=number: res.send_json([number, dict(req.params)])  # noqa: E731
        router = Router()
        router.get(pattern, handler)
        nested.use(mount, router)
        flat.get(mount.rstrip("/") + pattern, handler)
    with TestClient(nested) as first, TestClient(flat) as second:
        target = quote(path, safe="/:.")
        assert first.get(target).body == second.get(target).body
