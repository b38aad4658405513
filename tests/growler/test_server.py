"""Starting and stopping: `run`, `create_server`, `create_server_and_run_forever`, a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from growler import App, Limits, create_http_server
from growler.aio import GrowlerHTTPProtocol
from growler.aio.server import HTTPServer
from support.raw import Raw, get
from support.servers import free_socket


def hello():
    app = App()
    app.get("/", lambda req, res: res.send_text("hello"))
    return app


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


PROGRAM = """
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
        "import asyncio\nloop = asyncio.new_event_loop()\n"
        "app.create_server_and_run_forever(loop, host='127.0.0.1', port=0)\nloop.close()",
    ],
)
def test_a_program_prints_its_url_serves_and_ends_on_a_signal(start, number):
    program = [sys.executable, "-W", "error", "-c", PROGRAM.format(start=start)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline().strip()
        assert line.startswith("Listening on http://127.0.0.1:")
        assert fetch(line.removeprefix("Listening on ")) == "hello"
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


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
        task = asyncio.create_task(server.listen())
        while True:
            try:
                text = await asyncio.to_thread(fetch, server.url)
                break
            except RuntimeError:
                await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return text

    assert asyncio.run(serve()) == "hello"


def test_a_taken_port_is_an_error_of_the_system():
    with free_socket() as taken, pytest.raises(OSError, match="address already in use"):
        asyncio.run(HTTPServer(hello(), "127.0.0.1", taken.getsockname()[1]).start())


def test_shutdown_finishes_what_runs_and_tells_the_app():
    app = App(limits=Limits(shutdown_timeout=10))
    seen = []
    inside, go_on = asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def slow(req, res):
        inside.set()
        await go_on.wait()
        res.send_text("finished")

    app.events.on("startup", lambda: seen.append("startup"))
    app.events.on("shutdown", lambda: seen.append("shutdown"))

    async def serve():
        server = HTTPServer(app, "127.0.0.1", 0)
        await server.start()
        with Raw(server.port) as idle, Raw(server.port) as busy:
            busy.send(get())
            await inside.wait()
            closing = asyncio.create_task(server.close())
            # The idle connection is closed at once; the busy one gets its answer first.
            assert await asyncio.to_thread(idle.is_closed)
            assert not closing.done()
            go_on.set()
            status, head, body = await asyncio.to_thread(busy.read_reply)
            await closing
        assert (status, body) == (200, b"finished")
        assert b"Connection: close" in head

    asyncio.run(serve())
    assert seen == ["startup", "shutdown"]


def test_shutdown_has_a_deadline(caplog):
    app = App(limits=Limits(shutdown_timeout=0.01))
    inside = asyncio.Event()
    seen = []

    @app.get("/")
    async def stuck(req, res):
        inside.set()
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cancelled")

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
    assert seen == ["cancelled"]


def test_python_m_growler_tells_its_version_and_its_extensions():
    def run(*words):
        command = [sys.executable, "-m", "growler", *words]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"}
        )

    assert run("--version").stdout.startswith("growler 1.")
    assert "growler-ext-session" in run("ext").stdout
    assert run().returncode == 2
