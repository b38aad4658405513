"""`HTTPServer`: an app that listens. And `create_server`, which old programs use for the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl as ssl_module
import warnings
from typing import TYPE_CHECKING, Any

from growler.aio import listening
from growler.aio.connections import LAST_CALL, Connections
from growler.aio.http_protocol import GrowlerHTTPProtocol

if TYPE_CHECKING:
    from growler.app import App

# What is for `listening.bind`; the rest of a server's configuration is for `loop.create_server`.
_FOR_BIND = ("family", "flags", "reuse_port")


class HTTPServer:
    """An app that listens.

    Parameters:
        app: the application.
        host: address to bind; None or "" binds all.
        port: 0 picks a free one; `port` says which.
        ssl: a server-side SSLContext for https.
        sock: a bound socket, instead of host and port.
        server_config: `family`, `flags` and `reuse_port` for the socket, and what `loop.create_server` takes besides.

    Raises ValueError for what can be no port.
    """

    def __init__(
        self, app: App, host: str | None = "127.0.0.1", port: int | str = 8000, *,
        ssl: ssl_module.SSLContext | None = None, sock: socket.socket | None = None, **server_config: Any,
    ) -> None:  # fmt: skip
        self.app = app
        self._host = host or None
        self._port = _port(port)
        self._bind_config = {name: server_config.pop(name) for name in _FOR_BIND if name in server_config}
        self._config = server_config
        self._ssl = ssl
        if ssl is not None:
            # A handshake that is not done is a head that has not come.
            self._config.setdefault("ssl_handshake_timeout", app.limits.head_timeout)
        self._given = sock
        self._sockets: list[socket.socket] = []
        self._servers: list[asyncio.Server] = []
        self._connections: Connections | None = None

    def bind(self, **config: Any) -> None:
        """Take the address. Until `start`, which does it too, connections to it are refused.

        A second call gives it up and takes it again, on the same port, with what is given here for
        `listening.bind`. Raises OSError when the address cannot be had.
        """
        if self._given is not None:
            self._sockets = [self._given]
        else:
            self.give_up()
            self._sockets = listening.bind(self._host, self._port, **{**self._bind_config, **config})
        name = self._sockets[0].getsockname()
        self._port = name[1] if isinstance(name, tuple) else 0

    async def start(self) -> None:
        """Take the address if `bind` has not, run the app's startup, then accept connections.

        Raises OSError when the address cannot be had, and what an `on_startup` function raises; then the address is
        free again.
        """
        if not self._sockets:
            self.bind()
        try:
            await self.app.startup()
            try:
                await self._listen()
            except BaseException:
                await self.app.shutdown()
                raise
        except BaseException:
            self.give_up()
            raise

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        connections = self._connections = Connections(loop)
        for sock in self._sockets:
            # Here, because uvloop does not notice when it fails: if another has bound the same port in the same moment
            # and listens, this one would be deaf.
            listening.listen(sock, self._config.get("backlog", 100))
            server = await loop.create_server(
                lambda: GrowlerHTTPProtocol(self.app, connections=connections),
                sock=sock, ssl=self._ssl, **self._config,
            )  # fmt: skip
            self._servers.append(server)

    def give_up(self) -> None:
        """Accept no more, free the address."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for sock in self._sockets:
            sock.close()
        self._sockets.clear()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if not self._sockets:
            raise RuntimeError("the server has not started")
        return self._port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = self._host or "127.0.0.1"
        scheme = "https" if self._ssl else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}/"

    async def close(self) -> None:
        """Run the app's `stop`, then accept no more; let running requests finish within `Limits.shutdown_timeout`, then
        cancel them and drop their connections; when they have ended, run the app's shutdown.

        Raises what an `on_shutdown` function raises, after all of them have run; a second call does nothing.
        """
        connections, self._connections = self._connections, None
        if connections is None:
            return
        await self.app.stop()
        connections.keep_none()
        await self._let_arrive()
        waiting = self._accept_waiting(connections)
        self.give_up()
        await _turns()  # uvloop's last ones
        if waiting:
            _, shaking_hands = await asyncio.wait(waiting, timeout=LAST_CALL)
            for task in shaking_hands:  # with TLS that is the client's affair, and nobody waits for it now
                task.cancel()
        aborted = await connections.drain(self.app.limits.shutdown_timeout)
        if aborted:
            self.app.log.warning("%d connections were closed before their answers were done", aborted)
        await self.app.shutdown()

    async def _let_arrive(self) -> None:
        """Accept no more, and wait for what the loop has accepted and not told us yet: asyncio would lose it."""
        loop = asyncio.get_running_loop()
        for sock in self._sockets:
            # Not by loops that accept in another way.
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.remove_reader(sock.fileno())
        await _turns()

    def _accept_waiting(self, connections: Connections) -> list[asyncio.Task[object]]:
        """Accept what the kernel has accepted already: closing the address would reset these connections."""
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Task[object]] = []
        for sock in self._sockets:
            sock.setblocking(False)
            with contextlib.suppress(OSError):  # none is left
                while len(waiting) < self.app.limits.max_connections:
                    accepted, _ = sock.accept()
                    accepted.setblocking(False)
                    shaking_hands = loop.connect_accepted_socket(
                        lambda: GrowlerHTTPProtocol(self.app, connections=connections),
                        accepted,
                        ssl=self._ssl,
                        ssl_handshake_timeout=self._config.get("ssl_handshake_timeout"),
                    )
                    task = loop.create_task(shaking_hands)
                    task.add_done_callback(_forget)
                    waiting.append(task)
        return waiting

    async def listen(self) -> None:
        """Serve until cancelled."""
        await self.start()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await self.close()


async def _turns() -> None:
    """Wait as many turns of the loop as lie between accepting a connection and its `connection_made`."""
    for _ in range(3):
        await asyncio.sleep(0)


def _forget(task: asyncio.Task[object]) -> None:
    """A handshake that failed is nobody's error, as with any connection."""
    if not task.cancelled():
        task.exception()


def _port(given: int | str) -> int:
    port = int(given)
    if not 0 <= port <= 65535:
        raise ValueError(f"{port} is no port: give a number from 0 to 65535")
    return port


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


async def _create(make: Any, config: dict[str, Any]) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(make, **config)


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
