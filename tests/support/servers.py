"""Live servers for tests: each runs an app in a thread of its own, on a free port, and stops cleanly."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from growler import App


class Server(Protocol):
    """Starts listening and returns the port; stops and returns when nothing of it runs any more."""

    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None

    async def start(self, app: App) -> int: ...
    async def stop(self) -> None: ...


class Native:
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None

    async def start(self, app: App) -> int:
        from growler.aio.server import HTTPServer

        self.server = HTTPServer(app, "127.0.0.1", 0)
        await self.server.start()
        return self.server.port

    async def stop(self) -> None:
        await self.server.close()


class NativeUvloop(Native):
    @staticmethod
    def loop_factory() -> asyncio.AbstractEventLoop:
        import uvloop

        return uvloop.new_event_loop()


class Uvicorn:
    loop_factory = None

    async def start(self, app: App) -> int:
        import uvicorn

        listening = free_socket()
        config = uvicorn.Config(
            app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=2
        )
        self.server = uvicorn.Server(config)
        self.task = asyncio.ensure_future(self.server._serve(sockets=[listening]))
        while not self.server.started:
            await asyncio.sleep(0)
            if self.task.done():
                self.task.result()
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.task


class Hypercorn:
    loop_factory = None

    async def start(self, app: App) -> int:
        from hypercorn.asyncio import serve
        from hypercorn.config import Config

        listening = free_socket()
        port = int(listening.getsockname()[1])
        config = Config()
        config.bind = [f"fd://{listening.detach()}"]
        config.graceful_timeout = 2
        config.accesslog = config.errorlog = None
        self.over = asyncio.Event()
        self.task = asyncio.ensure_future(serve(app, config, shutdown_trigger=self.over.wait))  # type: ignore[arg-type]
        return port

    async def stop(self) -> None:
        self.over.set()
        await self.task


SERVERS: dict[str, Callable[[], Server]] = {
    "native": Native,
    "native-uvloop": NativeUvloop,
    "uvicorn": Uvicorn,
    "hypercorn": Hypercorn,
}


def free_socket() -> socket.socket:
    """A listening socket on a port the system chose: no window in which another process could take it."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    listening.setblocking(False)
    return listening


class Running:
    """A server in its thread, as a context manager: `with Running("native", app) as port`.

    Instead of a name, a server of the test's own can be given.
    """

    def __init__(self, kind: str | Server, app: App) -> None:
        self._server = SERVERS[kind]() if isinstance(kind, str) else kind
        self._app = app
        self._ready = threading.Event()
        self._port = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        self._ready.wait(20)
        if self._error is not None:
            raise self._error
        assert self._port, "the server did not start within 20 seconds"
        return self._port

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop within 20 seconds"
        if self._error is not None:
            raise self._error

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._server.loop_factory) as runner:
                runner.run(self._serve())
        except BaseException as error:  # handed to the test's thread by __enter__ or __exit__
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._port = await self._server.start(self._app)
        self._ready.set()
        await self._stop.wait()
        await self._server.stop()
