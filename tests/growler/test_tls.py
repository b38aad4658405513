"""https on the native server: `ssl=`, on both loops."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import ssl

import pytest

from growler import App, Limits
from growler.aio.server import HTTPServer
from growler.http.body import FileBody
from support import certificates
from support.raw import Raw, get
from support.servers import Native, NativeUvloop, Running

SIZE = 3_000_000


@pytest.fixture(scope="module")
def certs(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("certs"))


class TLS(Native):
    def __init__(self, context):
        self.context = context

    async def start(self, app):
        self.server = HTTPServer(app, "127.0.0.1", 0, ssl=self.context)
        await self.server.start()
        return self.server.port


class TLSUvloop(TLS):
    loop_factory = staticmethod(NativeUvloop.loop_factory)


@pytest.fixture(params=[TLS, TLSUvloop], ids=["asyncio", "uvloop"])
def serve(request, certs):
    return lambda app: Running(request.param(certs.server), app)


@pytest.fixture
def app(tmp_path):
    app = App()
    data = bytes(range(256)) * (SIZE // 256)
    path = tmp_path / "large"
    path.write_bytes(data)

    @app.get("/")
    def index(req, res):
        res.send_text(f"{req.protocol} {req.head.connection.client[1]}")

    @app.get("/file")
    def file(req, res):
        res.decide(FileBody(path.open("rb"), 0, len(data)), "application/octet-stream")

    @app.get("/stream")
    def stream(req, res):
        async def pieces():
            for start in range(0, len(data), 100_000):
                yield data[start : start + 100_000]
                await asyncio.sleep(0)

        res.stream(pieces())

    @app.post("/digest")
    async def digest(req, res):
        seen = hashlib.sha256()
        async for piece in req.stream():
            seen.update(piece)
        res.send_text(seen.hexdigest())

    app.get("/data", lambda req, res: res.send(data))
    return app


def connect(port, certs):
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=certs.client)


def ask(connection, target, method="GET", body=None):
    connection.request(method, target, body)
    return connection.getresponse().read()


def test_a_connection_is_kept_and_the_app_sees_https(serve, app, certs):
    with serve(app) as port:
        connection = connect(port, certs)
        first, second = ask(connection, "/"), ask(connection, "/")
        connection.close()
    assert first == second
    assert first.startswith(b"https ")


@pytest.mark.parametrize("target", ["/file", "/stream", "/data"])
def test_three_megabytes_arrive_whole_and_the_connection_goes_on(serve, app, certs, target):
    with serve(app) as port:
        connection = connect(port, certs)
        assert ask(connection, target) == bytes(range(256)) * (SIZE // 256)
        assert ask(connection, "/").startswith(b"https ")
        connection.close()


def test_a_large_body_is_read(serve, app, certs):
    data = b"x" * SIZE
    with serve(app) as port:
        connection = connect(port, certs)
        assert ask(connection, "/digest", "POST", data) == hashlib.sha256(data).hexdigest().encode()
        connection.close()


def test_pipelined_requests_are_answered_in_order(serve, app, certs):
    with serve(app) as port, Raw(port) as raw:
        raw.socket = certs.client.wrap_socket(raw.socket, server_hostname="localhost")
        raw.send(get() + get(b"/nothing") + get())
        assert [raw.read_reply()[0] for _ in range(3)] == [200, 404, 200]


def test_who_does_not_know_the_certificate_refuses_it(serve, app):
    with serve(app) as port:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            connection.request("GET", "/")
        connection.close()


def test_http_without_tls_is_dropped_and_harms_nobody(serve, app, certs):
    with serve(app) as port:
        with Raw(port) as raw:
            raw.send(get())
            assert not raw.read_until_closed().startswith(b"HTTP/")
        connection = connect(port, certs)
        assert ask(connection, "/").startswith(b"https ")
        connection.close()


def test_a_handshake_that_does_not_end_is_a_head_that_does_not_come(serve, certs):
    with serve(App(limits=Limits(head_timeout=0.05))) as port, Raw(port) as silent:
        assert silent.is_closed()


def test_a_client_that_says_no_farewell_does_not_hold_up_the_shutdown(serve, app, certs, caplog):
    # Nothing is being answered: without a limit of its own the wait for close_notify would last to the deadline.
    app.limits = Limits(shutdown_timeout=1000)
    with serve(app) as port:
        raw = Raw(port)
        raw.socket = certs.client.wrap_socket(raw.socket, server_hostname="localhost")
        raw.send(get())
        assert raw.read_reply()[0] == 200
    # Here the server has ended, which it has 20 seconds for.
    assert raw.is_closed()
    raw.socket.close()
    assert not caplog.records


def test_the_url_says_https(certs):
    server = HTTPServer(App(), "127.0.0.1", 0, ssl=certs.server)
    server.bind()
    assert server.url == f"https://127.0.0.1:{server.port}/"
    server.give_up()
