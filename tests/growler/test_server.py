"""Starting and stopping: `run`, `create_server`, `create_server_and_run_forever`, a clean end."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import subprocess
import sys

import pytest
import uvloop

from growler import App, Limits, create_http_server
from growler.aio import GrowlerHTTPProtocol
from growler.aio.listening import bind
from growler.aio.server import HTTPServer
from support.program import Program, fetch
from support.raw import Raw, get
from support.servers import free_socket


def hello():
    app = App()
    app.get("/", lambda req, res: res.send_text("hello"))
    return app


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionRefusedError:
        return True
    return False


PROGRAM = """
import asyncio, sys, time
from growler import App
app = App("x")
app.get("/", lambda req, res: res.send_text("hello"))
{start}
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "start",
    [
        "app.run(port=0)",
        "app.create_server_and_run_forever('127.0.0.1', 0)",
        "app.create_server_and_run_forever(host='127.0.0.1', port='0')",
        "loop = asyncio.new_event_loop()\n"
        "app.create_server_and_run_forever(loop, host='127.0.0.1', port=0)\nloop.close()",
    ],
)
def test_a_program_prints_its_url_serves_and_ends_on_a_signal(start, number):
    with Program("-c", PROGRAM.format(start=start)) as program:
        url = program.url()
        assert url.startswith("http://127.0.0.1:")
        assert fetch(url) == "hello"
        program.signal(number)
        assert program.ended() == 0
    assert len(program.lines) == 1


STUCK = PROGRAM.format(
    start="""
@app.get("/waits")
async def waits(req, res):
    print("inside", flush=True)
    await asyncio.Event().wait()

@app.get("/blocks")
def blocks(req, res):
    print("inside", flush=True)
    while True:
        time.sleep(0.01)  # not to wait for anything: a handler that blocks the loop is what is tested

app.on_shutdown(lambda: print("down"))
app.run(port=0)
"""
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_the_program_at_once(number):
    with Program("-c", STUCK) as program:
        port = program.port()
        with Raw(port) as idle, Raw(port) as busy:
            busy.send(get(b"/waits"))
            program.until("inside")
            program.signal(number)
            assert idle.is_closed()  # so the first was heard
            program.signal(number)
            assert program.ended() == -number
    assert "down" not in program.lines


def test_a_second_signal_ends_a_program_whose_loop_is_held_up():
    with Program("-c", STUCK) as program, Raw(program.port()) as busy:
        busy.send(get(b"/blocks"))
        program.until("inside")
        # Two different ones: pending signals of one number are one.
        program.signal(signal.SIGINT)
        program.signal(signal.SIGTERM)
        assert program.ended() in (-signal.SIGTERM, -signal.SIGINT)


FAILING = """
@app.on_startup
async def connect():
    raise ConnectionRefusedError("no database")
app.on_shutdown(lambda: print("down"))
"""


@pytest.mark.parametrize("start", ["app.run(port=0)", "app.create_server_and_run_forever(port=0)"])
def test_a_failing_startup_ends_the_program_and_says_why(start):
    with Program("-c", PROGRAM.format(start=FAILING + start)) as program:
        assert program.ended() == 1
    assert program.lines[0] == "The startup failed, nothing is served"
    assert program.lines[-1] == "ConnectionRefusedError: no database"
    assert not [line for line in program.lines if line.startswith(("Listening", "down"))]


def test_nothing_is_served_before_the_startup_is_done():
    app = hello()

    @app.on_startup
    async def look():
        assert await asyncio.to_thread(refuses, server.port)

    server = HTTPServer(app, "127.0.0.1", 0)
    with asyncio.Runner() as runner:
        runner.run(server.start())
        assert not refuses(server.port)
        runner.run(server.close())


def test_after_a_failed_startup_the_address_is_free():
    app = hello()
    app.on_startup(lambda: 1 / 0)
    server = HTTPServer(app, "127.0.0.1", 0)
    server.bind()
    port = server.port
    with pytest.raises(ZeroDivisionError):
        asyncio.run(server.start())
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))


def test_a_signal_during_the_startup_ends_the_program():
    start = """
@app.on_startup
async def slow():
    print("starting", flush=True)
    await asyncio.Event().wait()
app.on_shutdown(lambda: print("down"))
app.run(port=0)
"""
    with Program("-c", PROGRAM.format(start=start)) as program:
        program.until("starting")
        program.signal(signal.SIGTERM)
        assert program.ended() == 0
    assert program.lines == ["starting"]


def test_a_failing_shutdown_is_logged_and_the_status_of_the_program():
    start = "app.on_shutdown(lambda: print('first'))\napp.on_shutdown(lambda: 1 / 0)\napp.run(port=0)"
    with Program("-c", PROGRAM.format(start=start)) as program:
        program.url()
        program.signal(signal.SIGTERM)
        assert program.ended() == 1
    assert "first" in program.lines
    assert "The shutdown failed" in program.lines
    assert "ZeroDivisionError: division by zero" in program.lines


def test_create_server_listens_on_the_loop_it_is_given():
    loop = asyncio.new_event_loop()
    app = App("x", loop=loop)
    app.get("/", lambda req, res: res.send_text("hello"))
    listening = free_socket()
    port = listening.getsockname()[1]
    server = app.create_server(sock=listening)
    try:
        assert loop.run_until_complete(asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/")) == "hello"
    finally:
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.close()


def test_create_server_needs_no_loop_to_be_there():
    program = """
import asyncio
from growler import App
app = App()
server = app.create_server(host="127.0.0.1", port=0)
loop = asyncio.get_event_loop()
loop.call_soon(loop.stop)
loop.run_forever()
server.close()
loop.close()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_create_server_inside_a_running_loop_names_the_way():
    async def inside():
        hello().create_server(port=0)

    with pytest.raises(RuntimeError, match="as_coroutine=True"):
        asyncio.run(inside())


@pytest.mark.parametrize("factory", [None, lambda app: lambda: GrowlerHTTPProtocol(app)])
def test_create_server_as_coroutine_and_with_a_protocol_factory(factory):
    async def serve():
        server = await hello().create_server(factory, as_coroutine=True, host="127.0.0.1", port="0")
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/")

    assert asyncio.run(serve()) == "hello"


def test_create_http_server_listens_until_cancelled():
    async def serve():
        server = create_http_server(hello(), "127.0.0.1", 0)
        ready = asyncio.Event()
        server.app.on_startup(ready.set)
        task = asyncio.create_task(server.listen())
        await ready.wait()
        text = await asyncio.to_thread(fetch, server.url)
        task.cancel()
        await asyncio.wait([task])
        return text

    assert asyncio.run(serve()) == "hello"


def test_a_server_that_has_not_started_has_no_port():
    with pytest.raises(RuntimeError, match="has not started"):
        _ = HTTPServer(hello()).port


def test_a_taken_port_is_an_error_of_the_system_before_the_startup_runs():
    app = hello()
    app.on_startup(lambda: pytest.fail("started"))
    with free_socket() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"cannot listen on 127.0.0.1, port {port}: address already in use"
        ) as caught:
            asyncio.run(HTTPServer(app, "127.0.0.1", port).start())
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere two sockets cannot be bound to one port like this"
)
@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_who_binds_in_the_same_moment_and_listens_later_is_told(new_loop):
    app = hello()
    first = HTTPServer(app, "127.0.0.1", 0)
    first.bind()
    second = HTTPServer(hello(), "127.0.0.1", first.port)
    second.bind()

    async def serve():
        await first.start()
        try:
            with pytest.raises(OSError, match=f"port {first.port}: address already in use"):
                await second.start()
        finally:
            await first.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve())


@pytest.mark.parametrize("port", [-1, 65536, "x"])
def test_what_can_be_no_port_is_refused_when_the_server_is_made(port):
    with pytest.raises(ValueError, match=str(port)):
        HTTPServer(hello(), "127.0.0.1", port)


def test_a_name_that_is_no_host_is_an_error_of_the_system():
    with pytest.raises(OSError, match=r"cannot listen on a\.\.b, port 8000: this is no host name"):
        HTTPServer(hello(), "a..b").bind()


def test_all_addresses_of_a_host_get_the_same_port():
    bound = bind(None, 0)
    assert len({sock.getsockname()[1] for sock in bound}) == 1
    assert len({sock.family for sock in bound}) == len(bound)
    for sock in bound:
        sock.close()


def test_a_socket_can_be_given():
    async def serve():
        server = HTTPServer(hello(), sock=free_socket())
        await server.start()
        text = await asyncio.to_thread(fetch, server.url)
        await server.close()
        return text

    assert asyncio.run(serve()) == "hello"


def test_shutdown_finishes_what_runs_and_tells_the_app():
    app = App(limits=Limits(shutdown_timeout=10))
    seen = []
    inside, go_on = asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def slow(req, res):
        inside.set()
        await go_on.wait()
        res.send_text("finished")

    app.on_startup(lambda: seen.append("startup"))
    app.on_shutdown(lambda: seen.append("shutdown"))

    async def serve():
        server = HTTPServer(app, "127.0.0.1", 0)
        await server.start()
        port = server.port
        with Raw(port) as idle, Raw(port) as busy:
            busy.send(get())
            await inside.wait()
            closing = asyncio.create_task(server.close())
            # The idle connection is closed at once and no other is accepted; the busy one gets its answer first.
            assert await asyncio.to_thread(idle.is_closed)
            assert await asyncio.to_thread(refuses, port)
            assert not closing.done()
            assert seen == ["startup"]
            go_on.set()
            status, head, body = await asyncio.to_thread(busy.read_reply)
            await closing
        assert (status, body) == (200, b"finished")
        assert b"Connection: close" in head
        await server.close()  # means nothing

    asyncio.run(serve())
    assert seen == ["startup", "shutdown"]


def test_shutdown_has_a_deadline_then_handlers_are_cancelled_and_clean_up_before_the_app_does(caplog):
    app = App(limits=Limits(shutdown_timeout=0.01))
    inside = asyncio.Event()
    seen = []

    @app.get("/")
    async def stuck(req, res):
        inside.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            seen.append("cleaned up")

    app.on_shutdown(lambda: seen.append("shutdown"))

    async def serve():
        server = HTTPServer(app, "127.0.0.1", 0)
        await server.start()
        with Raw(server.port) as raw:
            raw.send(get())
            await inside.wait()
            await server.close()
            assert await asyncio.to_thread(raw.is_closed)

    asyncio.run(serve())
    assert "1 connections were closed" in caplog.text
    assert seen == ["cleaned up", "shutdown"]


def test_shutdown_waits_for_what_runs_after_the_answer():
    app = App()
    inside, go_on = asyncio.Event(), asyncio.Event()
    seen = []

    @app.get("/")
    def index(req, res):
        async def note():
            inside.set()
            await go_on.wait()
            seen.append("noted")

        res.on("after_send", note)
        res.send_text("x")

    app.on_shutdown(lambda: seen.append("shutdown"))

    async def serve():
        server = HTTPServer(app, "127.0.0.1", 0)
        await server.start()
        with Raw(server.port) as raw:
            raw.send(get())
            await inside.wait()
            await asyncio.to_thread(raw.read_reply)
        closing = asyncio.create_task(server.close())
        await asyncio.wait([closing], timeout=0.05)
        go_on.set()
        await closing

    asyncio.run(serve())
    assert seen == ["noted", "shutdown"]
