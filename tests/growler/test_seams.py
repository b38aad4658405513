"""What middleware and old programs may ask of what lies below a response: connection, fields, events, exchange."""

from __future__ import annotations

import gzip

import pytest

import growler.http
from growler import App
from growler.http.prepared import PreparedFields
from growler.middleware import Compression
from support.clients import LiveClient
from support.servers import Running


def test_a_protocol_tells_of_its_connection(native):
    app = App()

    @app.get("/")
    def page(req, res):
        protocol = res.protocol
        res.send_json(
            {
                "client": [protocol.remote_hostname, protocol.remote_port] == list(protocol.peername[:2]),
                "host": protocol.remote_hostname,
                "server": protocol.socket.getsockname()[1],
                "cipher": protocol.cipher,
            }
        )

    with Running(native, app) as port:
        client = LiveClient(port)
        told = client.get("/").json()
        client.close()
    assert told == {"client": True, "host": "127.0.0.1", "server": port, "cipher": None}


@pytest.mark.parametrize("name", [b"Date", b"server", b"CONNECTION", b"Transfer-Encoding"])
def test_fields_that_differ_between_answers_cannot_be_prepared(name):
    with pytest.raises(ValueError, match="differs between answers"):
        PreparedFields([(b"Content-Type", b"text/plain"), (name, b"x")])


def test_a_decorator_registers_for_an_event():
    app, seen = App(), []

    @app.events.on("startup")
    def begin():
        seen.append("begun")

    assert begin in app.events.callbacks("startup")
    assert seen == []


def test_a_name_that_nobody_has_is_no_attribute_of_the_packages():
    for module in (growler, growler.http):
        with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
            _ = module.nonsense


def test_a_body_is_read_while_its_answer_is_compressed(serve):
    app = App()
    app.use(Compression(minimum=0))

    @app.post("/")
    async def echo(req, res):
        res.set_type("text/plain")
        await res.write("begin ")
        async for piece in req.stream():
            await res.write(piece)

    reply = serve(app).post("/", body=b"one two", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(reply.body) == b"begin one two"


def test_a_large_piece_is_compressed_whole(serve):
    text = "".join(f"{number} " for number in range(100_000))
    app = App()
    app.use(Compression())

    @app.get("/")
    async def page(req, res):
        res.set_type("text/plain")
        await res.write(text)

    reply = serve(app).get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(reply.body).decode() == text


def test_a_file_that_a_later_hook_puts_in_place_of_a_stream_is_sent_as_it_is(serve, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"no text")
    app = App()

    async def pieces():
        yield b"text " * 1000

    def replace(res):
        res.replace()
        res.send_file(path)

    app.use(lambda req, res: res.on("headers", lambda: replace(res)))  # added before, so run after
    app.use(Compression())

    @app.get("/")
    def page(req, res):
        res.set_type("text/plain")
        res.stream(pieces())

    reply = serve(app).get("/", headers={"Accept-Encoding": "gzip"})
    assert (reply.body, reply.headers.get("content-encoding")) == (b"no text", None)
