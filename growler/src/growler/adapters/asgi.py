"""ASGI 3: one scope becomes a RequestHead, `receive` and `send` become an Exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote_from_bytes

from growler.exchange import ClientDisconnected, Connection, Fields, RequestHead

if TYPE_CHECKING:
    from growler.app import App

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# As much of a file as is read and sent at once: large enough to hide the thread hop, small enough for memory.
CHUNK = 256 * 1024


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

    __slots__ = ("_disconnected", "_finished_body", "_receive", "_send", "_watch", "head")

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._finished_body = False
        self._disconnected = False
        self._watch: asyncio.Task[None] | None = None
        self.head = RequestHead(
            scope["method"], _raw_path(scope), scope.get("query_string", b""), scope["headers"],
            Connection(scope.get("scheme", "http"), scope.get("client"), scope.get("server")),
            scope.get("http_version", "1.1"),
        )  # fmt: skip

    async def respond(self, status: int, fields: Fields, body: bytes) -> None:
        # Not by `start`, and no contextlib.suppress: either is a tenth of what this does for every request.
        headers = [(name.lower(), value) for name, value in fields]
        try:
            await self._send({"type": "http.response.start", "status": status, "headers": headers})
            await self._send({"type": "http.response.body", "body": body})
        except OSError:  # the client has gone; ASGI 2.4
            pass

    async def start(self, status: int, fields: Fields) -> None:
        # ASGI wants lower-case names.
        headers = [(name.lower(), value) for name, value in fields]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(self, data: bytes) -> None:
        if self._watch is None and (self._finished_body or not _has_body(self.head)):
            self._watch = asyncio.create_task(self._notice_disconnect())
        if self._disconnected:
            raise ClientDisconnected("the client has gone")
        if data:
            try:
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
            except OSError as error:  # ASGI 2.4: send raises when the client has gone
                raise ClientDisconnected("the client has gone") from error

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        from aiofiles.threadpool.binary import AsyncBufferedReader  # only those who send files pay for it

        reader = AsyncBufferedReader(file, None, None)
        await reader.seek(offset)
        while count:
            piece = await reader.read(min(CHUNK, count))
            if not piece:
                raise EOFError("the file became shorter while it was sent")
            await self.send(piece)
            count -= len(piece)

    async def _notice_disconnect(self) -> None:
        """Servers say only by a message that the client has gone, and ignore what is sent after it."""
        while (await self._receive())["type"] != "http.disconnect":
            self._finished_body = True
        self._disconnected = True

    async def finish(self) -> None:
        self._stop_watching()
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


def _has_body(head: RequestHead) -> bool:
    """Whether a body is announced (RFC 9112 6)."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in head.fields)


def _raw_path(scope: dict[str, Any]) -> bytes:
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        raw = quote_from_bytes(
            scope["path"].encode("utf-8", "surrogateescape"), safe="/:@!$&'()*+,;=~"
        ).encode()
    # Some servers leave the query on it.
    return raw.partition(b"?")[0] or b"/"
