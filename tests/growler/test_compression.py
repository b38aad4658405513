"""Compression: what is compressed, by what, and that it arrives whole and in time."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib

import brotli
import pytest
import zstandard

from growler import App
from growler.middleware import Compression
from growler.middleware.content_coding import choose, is_compressible
from growler.middleware.encoders import CODINGS
from support.raw import Raw, get

TEXT = "Growler! Häufig gesagtes packt sich gut. " * 100
LONG = "".join(f"{number} Growler\n" for number in range(20_000))  # 300 kB: in a thread
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


async def pieces(text=TEXT):
    for start in range(0, len(text), 1000):
        yield text[start : start + 1000].encode()


def make_app(answer=lambda res: res.send_text(TEXT), **options):
    app = App()
    app.use(Compression(**options))

    @app.get("/")
    async def handler(req, res):
        result = answer(res)
        if result is not None:
            await result

    return app


def decoded(reply):
    return DECODERS[reply.headers["content-encoding"]](reply.body)


async def write(res):
    res.set_type("text/plain")
    async for piece in pieces():
        await res.write(piece)


def stream(res, text=TEXT):
    res.set_type("text/plain")
    res.stream(pieces(text))


# The rules


@pytest.mark.parametrize(
    ("field", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("gzip;q=0.5, br;q=0.5", "br"),
        ("gzip ; q = 0.5 , br;q=0.4", "gzip"),
        ("gzip;q=0", "identity"),
        ("*", "zstd"),
        ("*;q=0.1", "zstd"),
        ("*, zstd;q=0", "br"),
        ("*;q=0", "identity"),
        ("identity", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("identity;q=0, br;q=0.001", "br"),
        ("identity;q=0, *;q=0", "identity"),
        ("deflate, compress", "identity"),
        ("gzip;q=2, br;q=nan", "identity"),
        ("gzip;q=-1", "identity"),
        (",;,gzip;;q=1", "gzip"),
        ("a," * 100 + "gzip", "identity"),
    ],
)
def test_the_coding_the_client_likes_best_then_the_server(field, coding):
    assert choose(field, ("zstd", "br", "gzip")).coding == coding


@pytest.mark.parametrize(
    ("field", "forbids"),
    [
        ("gzip", False),
        ("identity;q=0", True),
        (", " * 200 + "identity;q=0", False),
        ("*;q=0", True),
        ("*;q=0, identity", False),
    ],
)
def test_identity_is_forbidden_only_where_the_client_says_so(field, forbids):
    assert choose(field, ("gzip",)).forbids_identity is forbids


@pytest.mark.parametrize(
    ("kind", "compressible"),
    [
        ("text/html; charset=utf-8", True),
        ("Text/CSS", True),
        ("text/event-stream", True),
        ("application/json", True),
        ("application/problem+json", True),
        ("application/atom+xml", True),
        ("image/svg+xml", True),
        ("application/wasm", True),
        ("font/ttf", True),
        ("font/woff2", False),
        ("image/png", False),
        ("video/mp4", False),
        ("application/zip", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_types_that_become_smaller(kind, compressible):
    assert is_compressible(kind) is compressible


@pytest.mark.parametrize("name", CODINGS)
def test_every_flush_gives_all_so_far(name):
    encoder = CODINGS[name].make(CODINGS[name].level)
    decoder = {
        "gzip": lambda: zlib.decompressobj(31).decompress,
        "br": lambda: brotli.Decompressor().process,
        "zstd": lambda: zstandard.ZstdDecompressor().decompressobj().decompress,
    }[name]()
    for piece in (b"data: 1\n\n", b"data: 2\n\n"):
        assert decoder(encoder.encode(piece) + encoder.flush()) == piece
    assert decoder(encoder.finish()) == b""


# Whole answers


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("text", [TEXT, LONG])
def test_an_answer_is_compressed_and_has_its_length(serve, coding, text):
    reply = serve(make_app(lambda res: res.send_text(text))).get("/", headers={"Accept-Encoding": coding})
    assert (reply.status, reply.headers["content-encoding"]) == (200, coding)
    assert reply.headers["content-length"] == str(len(reply.body))
    assert len(reply.body) < len(text) / 3
    assert decoded(reply).decode() == text
    assert reply.headers["vary"] == "Accept-Encoding"


def test_vary_is_there_for_those_too_who_get_it_plain(serve):
    app = make_app(lambda res: (res.vary("Accept"), res.send_text(TEXT))[1])
    reply = serve(app).get("/")
    assert (reply.text, reply.headers["vary"]) == (TEXT, "Accept, Accept-Encoding")
    assert "content-encoding" not in reply.headers


def partial(res):
    res.status_code = 206
    res.headers["Content-Range"] = "bytes 0-1/2"
    res.send_text(TEXT)


LEFT_ALONE = {
    "small": lambda res: res.send_text("x" * 1023),
    "an image": lambda res: (res.set_type("image/png"), res.send(TEXT.encode()))[1],
    "no type": lambda res: (res.decide(TEXT.encode()), None)[1],
    "encoded": lambda res: (res.set("Content-Encoding", "x-mine"), res.send_text(TEXT))[1],
    "partial": partial,
    "no-transform": lambda res: (res.set("Cache-Control", "public, No-Transform"), res.send_text(TEXT))[1],
    "a digest": lambda res: (res.set("Content-Digest", "sha-256=:x:"), res.send_text(TEXT))[1],
    "a short stream": lambda res: (res.set("Content-Length", "41"), stream(res, TEXT[:40]))[1],
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_is_left_alone(serve, case):
    plain = serve(make_app(LEFT_ALONE[case])).get("/")
    reply = serve(make_app(LEFT_ALONE[case])).get("/", headers={"Accept-Encoding": "gzip"})
    assert reply.body == plain.body != b""
    assert reply.headers.get("content-encoding") == plain.headers.get("content-encoding") != "gzip"


def test_a_small_answer_is_compressed_where_plain_ones_are_forbidden(serve):
    reply = serve(make_app(lambda res: res.send_text("x"))).get(
        "/", headers={"Accept-Encoding": "identity;q=0, gzip"}
    )
    assert decoded(reply) == b"x"


def test_nothing_acceptable_is_answered_plain(serve):
    reply = serve(make_app()).get("/", headers={"Accept-Encoding": "identity;q=0"})
    assert (reply.status, reply.text) == (200, TEXT)


def test_the_etag_becomes_weak_and_ranges_are_not_offered(serve):
    def answer(res):
        res.set({"ETag": '"1"', "Accept-Ranges": "bytes"})
        res.send_text(TEXT)

    client = serve(make_app(answer))
    reply = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert (reply.headers["etag"], reply.headers.get("accept-ranges")) == ('W/"1"', None)
    plain = client.get("/")
    assert (plain.headers["etag"], plain.headers["accept-ranges"]) == ('"1"', "bytes")


@pytest.mark.parametrize(("sent", "etag"), [('W/"1"', 'W/"1"'), ('"1"', '"1"')])
def test_a_304_names_the_tag_of_what_the_client_has(serve, sent, etag):
    app = make_app(lambda res: (res.set("ETag", '"1"'), res.send(304))[1])
    reply = serve(app).get("/", headers={"If-None-Match": sent})
    assert (reply.status, reply.headers["etag"], reply.body) == (304, etag, b"")
    assert ("vary" in reply.headers) is (etag != '"1"')


@pytest.mark.parametrize("answer", [lambda res: res.send_text(TEXT), lambda res: res.send_text(LONG), stream])
def test_head_says_what_get_says_and_has_no_body(serve, answer):
    client = serve(make_app(answer))
    accepted = {"Accept-Encoding": "gzip"}
    head, got = client.request("HEAD", "/", headers=accepted), client.get("/", headers=accepted)
    assert head.body == b""
    for name in ("content-encoding", "content-type", "vary", "content-length"):
        assert head.headers.get(name) == got.headers.get(name)


def test_an_error_page_is_compressed_as_well(serve):
    def fail(res):
        raise RuntimeError

    reply = serve(make_app(fail, minimum=0)).get("/", headers={"Accept-Encoding": "gzip"})
    assert reply.status == 500
    assert decoded(reply).startswith(b"500 Internal Server Error")


@pytest.mark.parametrize("answer", [lambda res: res.send_text(TEXT), stream])
def test_an_error_in_a_hook_behind_it_is_answered_plain_and_whole(serve, answer):
    app = App()

    def fail():
        raise RuntimeError

    app.use(lambda req, res: res.on("headers", fail))  # added before, so run after
    app.use(Compression())
    app.get("/", lambda req, res: answer(res))
    reply = serve(app).get("/", headers={"Accept-Encoding": "gzip"})
    assert (reply.status, reply.headers.get("content-encoding")) == (500, None)
    assert reply.text.startswith("500 Internal Server Error")


def test_a_stream_that_a_later_hook_puts_in_its_place_is_sent_as_it_is(serve):
    def replace(res):
        res.replace()
        res.set_type("image/png")
        res.stream(pieces())

    app = App()
    app.use(lambda req, res: res.on("headers", lambda: replace(res)))  # added before, so run after
    app.use(Compression())
    app.get("/", lambda req, res: stream(res))
    reply = serve(app).get("/", headers={"Accept-Encoding": "gzip"})
    assert (reply.text, reply.headers.get("content-encoding")) == (TEXT, None)


# In pieces


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize(
    "answer", [stream, write, lambda res: stream(res, LONG)], ids=["stream", "write", "long"]
)
def test_a_stream_is_compressed(serve, answer, coding):
    reply = serve(make_app(answer)).get("/", headers={"Accept-Encoding": coding})
    assert reply.headers["content-encoding"] == coding
    assert "content-length" not in reply.headers
    assert decoded(reply).decode() in (TEXT, LONG)


def test_a_declared_length_is_dropped(serve):
    def answer(res):
        res.set("Content-Length", str(len(TEXT.encode())))
        stream(res)

    reply = serve(make_app(answer)).get("/", headers={"Accept-Encoding": "gzip"})
    assert decoded(reply).decode() == TEXT


def test_a_file_is_compressed(serve, tmp_path):
    file = tmp_path / "long.txt"
    file.write_text(LONG)
    client = serve(make_app(lambda res: res.send_file(file)))
    assert decoded(client.get("/", headers={"Accept-Encoding": "br"})).decode() == LONG
    plain = client.get("/")
    assert (plain.text, plain.headers["content-length"]) == (LONG, str(len(LONG)))
    assert client.request("HEAD", "/", headers={"Accept-Encoding": "br"}).body == b""


def test_server_sent_events_arrive_while_the_stream_is_open(serve_live):
    async def events(release):
        yield b"data: 1\n\n"
        await release.wait()
        yield b"data: 2\n\n"

    app = App()
    app.use(Compression())

    @app.get("/")
    def handler(req, res):
        app.release = asyncio.Event()
        res.set_type("text/event-stream")
        res.stream(events(app.release))

    @app.get("/release")
    def release(req, res):
        app.release.set()
        res.send_text("released")

    client = serve_live(app)
    decode = zlib.decompressobj(31).decompress
    with Raw(client.port) as raw:
        raw.send(get(b"/", b"Accept-Encoding: gzip"))
        assert b"content-encoding: gzip" in raw.read_until(b"\r\n\r\n").lower()
        got = b""
        while not got:
            got = decode(read_chunk(raw))
        assert got == b"data: 1\n\n"
        assert client.get("/release").text == "released"
        while got != b"data: 1\n\ndata: 2\n\n":
            got += decode(read_chunk(raw))


def read_chunk(raw):
    size = int(raw.read_until(b"\r\n"), 16)
    data = b""
    while len(data) < size:
        data += raw.socket.recv(size - len(data), socket.MSG_WAITALL)
    assert raw.read_until(b"\r\n") == b"\r\n"
    return data


# Wiring


def test_all_wiring_mistakes_are_told_at_once():
    with pytest.raises(ValueError, match="no encoding") as caught:
        Compression(minimum=-1, encodings=["deflate"], levels={"br": 12, "gzip": 0, "lzma": 1})
    message = str(caught.value)
    for words in (
        "'deflate' is no encoding: there are zstd, br, gzip",
        "'lzma' is no encoding",
        "levels: br has levels from 0 to 11, not 12",
        "levels: gzip has levels from 1 to 9, not 0",
        "minimum=-1",
    ):
        assert words in message
    with pytest.raises(ValueError, match="leave Compression out"):
        Compression(encodings=[])


def test_only_the_chosen_encodings_are_used(serve):
    reply = serve(make_app(encodings=["gzip"], levels={"gzip": 9})).get(
        "/", headers={"Accept-Encoding": "br, zstd, gzip;q=0.1"}
    )
    assert reply.headers["content-encoding"] == "gzip"


def test_a_missing_library_is_named_with_its_fix_and_the_rest_works(monkeypatch, serve):
    for name, coding in CODINGS.items():
        if name != "gzip":
            monkeypatch.setitem(CODINGS, name, coding._replace(module="no_such_library"))
    with pytest.raises(ValueError, match=r"br is not installed: pip install growler\[compression\]"):
        Compression(encodings=["br"])
    reply = serve(make_app()).get("/", headers={"Accept-Encoding": "br, gzip;q=0.1"})
    assert reply.headers["content-encoding"] == "gzip"
