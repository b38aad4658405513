"""What a server that was told to stop does for those who are there: streams, late requests, waiting connections."""

from __future__ import annotations

import asyncio
import socket

import pytest

from growler import App, Limits
from growler.aio.server import HTTPServer
from growler.aio.serving import Ending, serve
from growler.aio.stop_signals import StopSignals
from growler.http.sse import event_stream
from growler.testing import TestClient
from support.raw import Raw, get
from support.servers import Running

NEVER = 3600  # seconds: a test that has to wait for it fails by the time-outs of its tools


@pytest.mark.parametrize("kind", ["memory", "native", "native-uvloop", "uvicorn", "hypercorn"])
def test_the_app_hears_of_the_stop_before_the_shutdown(kind):
    app = App()
    seen = []

    @app.on_stopping
    async def second():
        await asyncio.sleep(0)
        seen.append("stopping")

    app.on_stopping(lambda: seen.append(app.stopping.is_set()))
    app.on_shutdown(lambda: seen.append("shutdown"))
    with TestClient(app) if kind == "memory" else Running(kind, app):
        assert not app.stopping.is_set()
    assert seen == ["stopping", True, "shutdown"]


def test_an_app_that_is_started_again_is_not_stopping():
    app = App()
    app.get("/", lambda req, res: res.send_json(app.stopping.is_set()))
    for _ in range(2):
        with TestClient(app) as client:
            assert client.get("/").json() is False


def test_a_function_that_fails_is_logged_and_stops_nothing(caplog):
    app = App()
    seen = []
    app.on_stopping(lambda: 1 / 0)
    app.on_stopping(lambda: seen.append("next"))
    app.on_shutdown(lambda: seen.append("shutdown"))
    with TestClient(app):
        pass
    assert seen == ["next", "shutdown"]
    assert "a function for stopping failed" in caplog.text


def test_connections_are_accepted_while_the_app_is_told(native):
    app = App()
    app.get("/", lambda req, res: res.send_json(app.stopping.is_set()))
    bodies = []

    with Running(native, app) as port:

        @app.on_stopping
        async def ask():
            def fetch():
                with Raw(port) as raw:
                    raw.send(get())
                    bodies.append(raw.read_reply()[2])

            await asyncio.to_thread(fetch)

    assert bodies == [b"true"]


def test_server_sent_events_end_when_the_server_stops(native):
    closed = []

    async def events():
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    app = App(limits=Limits(shutdown_timeout=NEVER))
    app.get("/", lambda req, res: res.sse(events(), heartbeat=None))
    running = Running(native, app)
    with running as port:
        raw = Raw(port)
        raw.send(get())
        raw.read_until(b"data: first\n\n")
    with raw:
        assert raw.read_until_closed().endswith(b"0\r\n\r\n")
    assert closed == [True]


def test_events_without_end_and_without_pause_end_too():
    async def endless():
        while True:
            yield "again"

    async def run():
        stopping = asyncio.Event()
        stream = event_stream(endless(), NEVER, stopping)
        assert await anext(stream) == b"data: again\n\n"
        stopping.set()
        return [piece async for piece in stream]

    assert asyncio.run(run()) == []


def test_a_stream_of_ones_own_can_look_whether_the_server_stops():
    app = App(limits=Limits(shutdown_timeout=NEVER))

    @app.get("/")
    def stream(req, res):
        async def pieces():
            yield b"begun"
            await req.app.stopping.wait()
            yield b"ended"

        res.stream(pieces())

    with Running("native", app) as port:
        raw = Raw(port)
        raw.send(get())
        raw.read_until(b"begun")
    with raw:
        assert b"ended" in raw.read_until_closed()


# No request that has reached the machine is lost


def hello():
    app = App(limits=Limits(shutdown_timeout=NEVER))
    app.get("/", lambda req, res: res.send_text("hello"))
    return app


LOOPS = pytest.mark.parametrize("uvloop", [False, True], ids=["asyncio", "uvloop"])


def run(coroutine, uvloop):
    factory = None
    if uvloop:
        import uvloop as loops

        factory = loops.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(coroutine)


@LOOPS
def test_connections_that_nobody_has_accepted_yet_are_answered(uvloop):
    async def main():
        server = HTTPServer(hello(), "127.0.0.1", 0)
        await server.start()
        # The loop does not turn in between: all are still in the kernel's queue.
        clients = [Raw(server.port) for _ in range(20)]
        for client in clients:
            client.send(get())
        await server.close()
        for client in clients:
            status, head, body = client.read_reply()
            assert (status, body) == (200, b"hello")
            assert b"Connection: close" in head
            client.socket.close()

    run(main(), uvloop)


@LOOPS
@pytest.mark.parametrize("turns", range(1, 7))
def test_nor_is_one_lost_that_the_loop_is_about_to_hand_over(uvloop, turns, caplog):
    async def main():
        server = HTTPServer(hello(), "127.0.0.1", 0)
        await server.start()
        with Raw(server.port) as client:
            client.send(get())
            for _ in range(turns):
                await asyncio.sleep(0)
            await server.close()
            client.socket.settimeout(2)
            status, _, body = client.read_reply()
            assert (status, body) == (200, b"hello")
        assert caplog.text == ""

    run(main(), uvloop)


@LOOPS
def test_the_next_request_of_a_busy_connection_is_answered_and_is_its_last(uvloop):
    async def main():
        server = HTTPServer(hello(), "127.0.0.1", 0)
        await server.start()
        with Raw(server.port) as client:
            client.send(get())
            await asyncio.to_thread(client.read_reply)
            closing = asyncio.create_task(server.close())
            await asyncio.sleep(0)
            client.send(get())
            status, head, body = await asyncio.to_thread(client.read_reply)
            assert (status, body) == (200, b"hello")
            assert b"Connection: close" in head
            assert await asyncio.to_thread(client.is_closed)
        await closing

    run(main(), uvloop)


def test_a_client_that_only_connects_does_not_hold_up_the_shutdown():
    async def main():
        server = HTTPServer(hello(), "127.0.0.1", 0)
        await server.start()
        with socket.create_connection(("127.0.0.1", server.port)):
            await server.close()

    asyncio.run(main())


def test_a_stop_asked_for_in_a_startup_that_never_waits_is_a_clean_end():
    seen = []
    app = hello()
    app.on_shutdown(lambda: seen.append("shutdown"))

    async def main(stop):
        return await serve(Immediate(app), stop, lambda: seen.append("ready"))

    class Immediate:
        """A server that is there before the loop turns, as one may be that has nothing to set up."""

        def __init__(self, app):
            self.app = app

        async def start(self):
            pass

        async def close(self):
            await asyncio.sleep(0)
            await self.app.shutdown()

    with StopSignals() as stop:
        stop.ask()
        assert asyncio.run(main(stop)) is Ending.DONE
    assert seen == ["ready", "shutdown"]
