"""Listening: `HTTPServer`, and the ways old and new programs start one."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import ssl as ssl_module
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from growler.aio.connections import Connections
from growler.aio.http_protocol import GrowlerHTTPProtocol

if TYPE_CHECKING:
    from growler.app import App


class HTTPServer:
    """An app that listens.

    Parameters:
        app: the application.
        host: address to bind; None or "" binds all.
        port: 0 picks a free one; `port` says which.
        ssl: a server-side SSLContext for https.
        server_config: anything else `loop.create_server` takes.
    """

    def __init__(
        self, app: App, host: str | None = "127.0.0.1", port: int | str = 8000, *,
        ssl: ssl_module.SSLContext | None = None, **server_config: Any,
    ) -> None:  # fmt: skip
        self.app = app
        self._config = {"host": host or None, "port": int(port), "ssl": ssl, **server_config}
        self._server: asyncio.Server | None = None
        self._connections: Connections | None = None

    async def start(self) -> None:
        """Run the app's startup and listen. Raises OSError when the address cannot be had."""
        await self.app.events.emit("startup")
        loop = asyncio.get_running_loop()
        connections = self._connections = Connections(loop)
        self._server = await loop.create_server(
            lambda: GrowlerHTTPProtocol(self.app, connections=connections), **self._config
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None:
            raise RuntimeError("the server has not started")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = self._config["host"] or "127.0.0.1"
        scheme = "https" if self._config["ssl"] else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}/"

    async def close(self) -> None:
        """Stop accepting, let running requests finish within `Limits.shutdown_timeout`, run the app's shutdown."""
        if self._server is None or self._connections is None:
            return
        self._server.close()
        aborted = await self._connections.drain(self.app.limits.shutdown_timeout)
        if aborted:
            self.app.log.warning("%d connections were closed before their answers were done", aborted)
        await self._server.wait_closed()
        await self.app.events.emit("shutdown")

    async def listen(self) -> None:
        """Serve until cancelled."""
        await self.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await self.close()


def run(app: App, host: str = "127.0.0.1", port: int | str = 8000, **server_config: Any) -> None:
    """Serve until Ctrl-C or SIGTERM, on uvloop where it is installed.

    Prints one line, `Listening on http://HOST:PORT/`, once connections are accepted.
    Raises OSError when the address cannot be had.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(HTTPServer(app, host, port, **server_config)))


async def _run(server: HTTPServer) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    await server.start()
    with _signals(loop, over.set):
        print(f"Listening on {server.url}", flush=True)  # noqa: T201 - for people and for programs that wait for it
        await over.wait()
        await server.close()


@contextlib.contextmanager
def _signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Any:
    """Call `stop` on Ctrl-C and SIGTERM, where the loop can do so; elsewhere Ctrl-C stays KeyboardInterrupt."""
    caught = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows' loops and threads other than the main one have no signals.
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, stop)
            caught.append(number)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def create_server(
    app: App,
    protocol_factory: Any,
    loop: asyncio.AbstractEventLoop | None,
    as_coroutine: bool,
    config: dict[str, Any],
) -> Any:
    """See `App.create_server`."""
    make = protocol_factory(app) if protocol_factory is not None else lambda: GrowlerHTTPProtocol(app)
    config = {**config, "host": config.get("host") or None}
    if as_coroutine:
        return _create(make, config)
    if _is_running():
        raise RuntimeError("a loop is running here: await app.create_server(..., as_coroutine=True)")
    return (loop or app.loop or _current_loop()).run_until_complete(_create(make, config))


async def _create(make: Callable[[], asyncio.Protocol], config: dict[str, Any]) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(make, **config)


def create_server_and_run_forever(app: App, *args: Any, **config: Any) -> None:
    """See `App.create_server_and_run_forever`; a first positional loop is accepted as old programs gave it."""
    loop = config.pop("loop", None)
    words = list(args)
    if words and (words[0] is None or isinstance(words[0], asyncio.AbstractEventLoop)):
        loop = words.pop(0)
    config.update(zip(("host", "port"), words, strict=False))
    loop = loop or app.loop
    server = HTTPServer(app, config.pop("host", None), config.pop("port", 8000), **config)
    if loop is None:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_run(server))
    else:
        loop.run_until_complete(_run(server))


def _is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _current_loop() -> asyncio.AbstractEventLoop:
    """The loop that `asyncio.get_event_loop()` will give the caller too, so that `run_forever` runs the server."""
    try:
        with warnings.catch_warnings():
            # Python 3.12 and 3.13 warn where none is set, 3.14 raises; either way the thread gets one below.
            warnings.simplefilter("error", DeprecationWarning)
            return asyncio.get_event_loop()
    except (RuntimeError, DeprecationWarning):
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
