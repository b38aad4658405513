"""ASGI 3: one scope becomes a RequestHead, `receive` and `send` become an Exchange."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from growler.adapters.scope import ScopeHead, path_of
from growler.exchange import ClientDisconnected, Fields, RequestHead
from growler.http.prepared import PreparedFields

if TYPE_CHECKING:
    from growler.app import App

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# As much of a file as is read and sent at once: large enough to hide the thread hop, small enough for memory.
CHUNK = 256 * 1024


PATHSEND = "http.response.pathsend"
# Where the system tells the name of an open file; None where it does not.
DESCRIPTORS = "/proc/self/fd" if sys.platform == "linux" and os.path.isdir("/proc/self/fd") else None


class ASGIApp:
    """The ASGI side of an app, requests aside: those become an ASGIExchange at once, in `App.__call__`."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "lifespan":
                await self._lifespan(receive, send)
            case "websocket":
                # The handshake must be answered before it can be refused (ASGI WebSocket spec, "close").
                await receive()
                await send({"type": "websocket.close", "code": 1000})
            case other:
                raise ValueError(f"Growler does not speak ASGI {other!r}")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = (await receive())["type"].removeprefix("lifespan.")
            try:
                await (self._app.startup() if event == "startup" else self._app.shutdown())
            except Exception as error:
                self._app.log.exception("%s failed", event)
                await send({"type": f"lifespan.{event}.failed", "message": str(error)})
                return
            await send({"type": f"lifespan.{event}.complete"})
            if event == "shutdown":
                return


class ASGIExchange:
    """An Exchange over the two callables of an ASGI request."""

    # Class-level defaults: most requests have no body and are answered at once.
    _finished_body = False
    _disconnected = False
    _watch: asyncio.Task[None] | None = None
    _sent_path = False
    _when_gone: Callable[[], object] | None = None

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.head: RequestHead
        self.head = head = ScopeHead()
        head.scope = scope
        head.method = scope["method"]
        head.path = path_of(scope)
        head.query = scope.get("query_string", b"")
        head.fields = scope["headers"]
        head.segments = None

    async def respond(self, status: int, fields: Fields, body: bytes) -> None:
        # Not by `start`, and no contextlib.suppress: either is a tenth of what this does for every request.
        headers = _lowered(fields)
        try:
            await self._send({"type": "http.response.start", "status": status, "headers": headers})
            await self._send({"type": "http.response.body", "body": body})
        except OSError:  # the client has gone; ASGI 2.4
            pass

    async def start(self, status: int, fields: Fields) -> None:
        headers = _lowered(fields)
        with self._client_may_leave():
            await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(self, data: bytes) -> None:
        self._start_watching()
        if self._disconnected:
            raise ClientDisconnected("the client has gone")
        if data:
            with self._client_may_leave():
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
            # Servers need not have waited: others have their turn, one of which may tell that the client has gone.
            await asyncio.sleep(0)

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        if PATHSEND in (self._scope.get("extensions") or ()) and (path := _name_of(file, offset, count)):
            self._sent_path = True
            with self._client_may_leave():
                await self._send({"type": PATHSEND, "path": path})
            return
        from aiofiles.threadpool.binary import AsyncBufferedReader  # only those who send files pay for it

        reader = AsyncBufferedReader(file, None, None)
        await reader.seek(offset)
        while count:
            piece = await reader.read(min(CHUNK, count))
            if not piece:
                raise EOFError("the file became shorter while it was sent")
            await self.send(piece)
            count -= len(piece)

    @contextmanager
    def _client_may_leave(self) -> Iterator[None]:
        """`send` raises then (ASGI 2.4)."""
        try:
            yield
        except OSError as error:
            self._disconnected = True
            raise ClientDisconnected("the client has gone") from error

    async def _notice_disconnect(self) -> None:
        """Servers say only by a message that the client has gone, and ignore what is sent after it."""
        while (await self._receive())["type"] != "http.disconnect":
            self._finished_body = True
            await asyncio.sleep(0)  # for a server that says the same again and again, and never waits
        self._disconnected = True
        if self._when_gone is not None:
            self._when_gone()

    def _start_watching(self) -> None:
        if self._watch is None and (self._finished_body or not _may_have_body(self.head)):
            self._watch = asyncio.create_task(self._notice_disconnect())

    def when_gone(self, callback: Callable[[], object] | None) -> None:
        self._when_gone = callback
        if callback is not None:
            self._start_watching()
            if self._disconnected:
                callback()

    async def finish(self) -> None:
        self._stop_watching()
        if not self._sent_path:
            with self._client_may_leave():
                await self._send({"type": "http.response.body", "body": b""})

    def abort(self) -> None:
        self._stop_watching()
        # ASGI has no message for it: an answer left unfinished makes the server close the connection,
        # which it does for an application that ends with an exception.
        if not self._disconnected:
            raise ConnectionAbortedError(
                "the answer could not be finished as it was begun; the log has the reason"
            )

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def receive(self) -> bytes:
        while not self._finished_body:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._disconnected = True
                raise ClientDisconnected("the client has gone")
            self._finished_body = not message.get("more_body", False)
            if piece := message.get("body", b""):
                return bytes(piece)
        return b""


def _lowered(fields: Fields) -> list[tuple[bytes, bytes]]:
    """The fields with their names in small letters, as ASGI wants them; a list of the caller's own."""
    if type(fields) is PreparedFields:
        return fields.lowered.copy()
    return [(name.lower(), value) for name, value in fields]


def _name_of(file: BinaryIO, offset: int, count: int) -> str | None:
    """The name under which a server finds the very file that is open, for ASGI's extension "Path Send"; None if there
    is none, or if not all of the file is to be sent.

    The server opens it by itself, later, and never says when: so it is given a name, without links, and not the
    descriptor, whose number may be another file's by then.
    """
    opened = os.fstat(file.fileno())
    if DESCRIPTORS is None or (offset, count) != (0, opened.st_size):
        return None
    try:
        name = os.readlink(f"{DESCRIPTORS}/{file.fileno()}")
        return name if os.path.samestat(opened, os.lstat(name)) else None
    except OSError:  # it was deleted meanwhile, or never had a name
        return None


def _may_have_body(head: RequestHead) -> bool:
    """Whether a body is announced (RFC 9112 6); from HTTP/2 on none has to be, and only GET and HEAD can do without."""
    if any(name in (b"content-length", b"transfer-encoding") for name, _ in head.fields):
        return True
    return not head.version.startswith("1") and head.method not in ("GET", "HEAD")
