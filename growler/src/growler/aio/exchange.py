"""`HTTPExchange`: one request on the native server and its answer as HTTP/1.1 bytes."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from growler.aio.head import response_head
from growler.aio.sendfile import send_file
from growler.exchange import ClientDisconnected, Fields, RequestHead
from growler.http.errors import HTTPError

if TYPE_CHECKING:
    from growler.aio.http_responder import HTTPResponder

# Up to this a copy is cheaper than a second piece to write.
_COPIED = 64 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HTTPExchange:
    """An Exchange over one responder.

    The body of the request is kept in pieces until somebody asks; reading pauses when too many are kept.
    """

    # Class-level defaults: most requests have no body and are answered at once.
    begun = False
    _whole = False  # the request's body has arrived
    _gone = False  # the client has
    _broken: HTTPError | None = None  # why the rest of the body cannot be had
    _done = False  # the answer is
    _pieces: deque[bytes] | None = None
    _kept = 0
    _discarded = 0
    _arrival: asyncio.Future[None] | None = None
    _continued = False
    _chunked = False
    _left: int | None = None  # bytes of a declared Content-Length that were not sent yet

    def __init__(self, responder: HTTPResponder, head: RequestHead, keep_alive: bool) -> None:
        self.head = head
        self.keep_alive = keep_alive
        self._responder = responder

    # The request's body

    def feed(self, piece: bytes) -> None:
        """A piece has arrived."""
        responder = self._responder
        if self._done:
            # Nobody will read it; a little is worth reading over to keep the connection.
            self._discarded += len(piece)
            if self._discarded > responder.limits.max_discard:
                responder.close()
            return
        if self._pieces is None:
            self._pieces = deque()
        self._pieces.append(piece)
        self._kept += len(piece)
        if self._kept > responder.limits.body_buffer:
            responder.pause_reading()
        self._wake()

    def feed_end(self) -> None:
        self._whole = True
        if self._arrival is not None:
            self._wake()

    def disconnect(self) -> None:
        self._gone = True
        self._wake()

    def break_off(self, error: HTTPError) -> None:
        """The rest of the body cannot be had; who reads it gets this error, and the connection is closed."""
        self.keep_alive = False
        self._broken = error
        if self._done:
            self._responder.close()
        else:
            self._wake()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    async def receive(self) -> bytes:
        responder = self._responder
        while not self._pieces:
            if self._whole:
                return b""
            if self._gone:
                raise ClientDisconnected("the client has gone")
            if self._broken is not None:
                raise self._broken
            if not self._continued:
                self._continued = True
                if self._expects_continue():
                    responder.write(_CONTINUE)
            self._arrival = responder.loop.create_future()
            await self._arrival
        piece = self._pieces.popleft()
        self._kept -= len(piece)
        if self._kept <= responder.limits.body_buffer:
            responder.resume_reading()
        return piece

    def _expects_continue(self) -> bool:
        return any(
            name.lower() == b"expect" and value.lower() == b"100-continue" for name, value in self.head.fields
        )

    # The answer

    def respond(self, status: int, fields: Fields, body: bytes) -> None:
        if self._gone:
            self._done = True
            return
        # The same as `_connection_line` says, for nearly every request and without the call.
        usual = self._whole and self.keep_alive and len(fields) <= 2 and self.head.version == "1.1"
        if usual and not self._responder.draining:
            head = response_head(status, fields, b"")
        else:
            head = response_head(status, fields, self._connection_line(fields))
        if len(body) <= _COPIED:
            self._responder.write(head + body)
        else:
            self._responder.write(head)
            self._responder.write(body)
        if status >= 200:
            self._end()

    async def start(self, status: int, fields: Fields) -> None:
        self._demand_client()
        framing = b""
        declared = [value for name, value in fields if name.lower() == b"content-length"]
        if self.head.method != "HEAD" and status not in (204, 304):
            if declared:
                self._left = int(declared[0])
            elif self.head.version == "1.1":
                self._chunked = True
                framing = b"Transfer-Encoding: chunked\r\n"
            else:
                self.keep_alive = False  # HTTP/1.0: the end of the connection is the end of the body
        self._responder.write(response_head(status, fields, self._connection_line(fields) + framing))

    async def send(self, data: bytes) -> None:
        self._demand_client()
        if not data:
            return
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        elif self._left is not None:
            self._take(len(data))
        self._responder.write(data)
        await self._responder.drain()

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        self._demand_client()
        if self._left is None:
            raise RuntimeError("send_file needs a Content-Length")
        self._take(count)
        self._responder.flush()
        await send_file(self._responder, file, offset, count)
        self._demand_client()

    async def finish(self) -> None:
        if self._gone:
            return
        if self._left:
            raise EOFError(f"Content-Length promised {self._left} bytes more")
        if self._chunked:
            self._responder.write(b"0\r\n\r\n")
        self._end()

    def abort(self) -> None:
        self._done = True
        self._responder.flush()
        self._responder.transport.abort()

    def _take(self, count: int) -> None:
        assert self._left is not None
        if count > self._left:
            raise RuntimeError(f"the body is {count - self._left} bytes longer than its Content-Length")
        self._left -= count

    def _demand_client(self) -> None:
        if self._gone or self._responder.lost:
            raise ClientDisconnected("the client has gone")

    def _connection_line(self, fields: Fields) -> bytes:
        """The Connection field this answer needs (RFC 9112 9.3), "" if none."""
        if not self._whole and self._expects_continue() and not self._continued:
            # RFC 9110 10.1.1: a client that was not told to continue may send its body or not; nobody can tell.
            self.keep_alive = False
        elif self.keep_alive and self.head.version == "1.1" and not self._responder.draining:
            # Nearly every answer has two fields, type and length; a Connection of the app's own is one more.
            if len(fields) > 2:
                for name, value in fields:
                    if name.lower() == b"connection" and b"close" in value.lower():
                        self.keep_alive = False
            return b""
        if self.keep_alive and not self._responder.draining:
            return b"Connection: keep-alive\r\n"
        if any(name.lower() == b"connection" for name, _ in fields):
            return b""
        return b"Connection: close\r\n"

    def _end(self) -> None:
        self._done = True
        self._pieces = None
        if not self._whole:
            self._responder.resume_reading()
        self._responder.exchange_done(self, self.keep_alive)
