"""`HTTPExchange`: one request on the native server and its answer as HTTP/1.1 bytes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from growler.aio.head import STARTS, response_head, start_of
from growler.aio.sendfile import send_file
from growler.exchange import ClientDisconnected, Fields, RequestHead
from growler.http.errors import HTTPError
from growler.http.prepared import PreparedFields

if TYPE_CHECKING:
    from growler.aio.http_responder import HTTPResponder

# Up to this a copy is cheaper than a second piece to write.
_COPIED = 64 * 1024
# Answers that are collected at most while data is read: a read can hold ten thousand requests, and a client that takes
# no answers must not have them all made.
MOST_PIECES = 16
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HTTPExchange:
    """An Exchange over one responder.

    The body of the request is kept in pieces until somebody asks; reading pauses when too many are kept.
    """

    # Class-level defaults: most requests have no body and are answered at once.
    begun = False  # the app has it, though its body is still arriving
    whole = False  # the request's body has arrived
    _broken: HTTPError | None = None  # why the rest of the body cannot be had
    _done = False  # the answer is
    _when_gone: Callable[[], object] | None = None
    _pieces: deque[bytes] | None = None
    _kept = 0
    _discarded = 0
    _arrival: asyncio.Future[None] | None = None
    expects_continue = False  # the client waits for 100 (Continue) before it sends its body
    length = 0  # of the request's body as declared; 0 for chunks
    received: int = 0  # bytes of it
    _continued = False
    _chunked = False
    _left: int | None = None  # bytes of a declared Content-Length that were not sent yet

    # Set by the reader, which makes one for each request: an `__init__` would cost as much as the rest of it.
    head: RequestHead
    gone: bool  # the client is
    keep_alive: bool
    responder: HTTPResponder

    # The request's body

    def feed(self, piece: bytes) -> None:
        """A piece has arrived."""
        responder = self.responder
        self.received += len(piece)
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
        self.wake()

    def disconnect(self) -> None:
        self.gone = True
        self.wake()
        if self._when_gone is not None:
            self._when_gone()

    def break_off(self, error: HTTPError) -> None:
        """The rest of the body cannot be had; who reads it gets this error, and the connection is closed."""
        self.keep_alive = False
        self._broken = error
        if self._done:
            self.responder.close()
        else:
            self.wake()

    def wake(self) -> None:
        """Let go on who waits for more of the body, or for its end."""
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    async def receive(self) -> bytes:
        responder = self.responder
        while not self._pieces:
            if self.whole:
                return b""
            if self.gone:
                raise ClientDisconnected("the client has gone")
            if self._broken is not None:
                raise self._broken
            if self.awaits_continue:
                self._continued = True
                responder.write(_CONTINUE)
            self._arrival = responder.loop.create_future()
            await self._arrival
        piece = self._pieces.popleft()
        self._kept -= len(piece)
        if self._kept <= responder.limits.body_buffer:
            responder.resume_reading()
        return piece

    @property
    def awaits_continue(self) -> bool:
        """Whether the client waits to be told to send the body."""
        return self.expects_continue and not (self._continued or self.received or self.whole or self._done)

    # The answer

    def respond(self, status: int, fields: Fields, body: bytes) -> None:
        responder = self.responder
        if (
            type(fields) is PreparedFields
            and self.whole
            and self.keep_alive
            and self.head.version == "1.1"
            and len(body) <= _COPIED
            and not (self.gone or responder.connections.draining)
        ):
            # Nearly every answer. What follows below comes to the same, by five calls more.
            data = b"".join((STARTS.get(status) or start_of(status), fields.lines, b"\r\n", body))
            output = responder.output
            if output is None:
                responder.write(data)
            else:
                output.append(data)
                if len(output) == MOST_PIECES:
                    responder.flush()
            # `_done` is for those who send a body still.
            responder.exchange_done(self, True)
            return
        if self.gone:
            self._done = True
            return
        if self.length - self.received > responder.limits.max_discard:
            self.keep_alive = False  # more than will be read over; the client should know at once
        head = response_head(status, fields, self._connection_line(fields))
        if len(body) <= _COPIED:
            responder.write(head + body)
        else:
            responder.write(head)
            responder.write(body)
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
        self.responder.write(response_head(status, fields, self._connection_line(fields) + framing))
        self._continued = True  # too late now: it would stand in the middle of the answer

    async def send(self, data: bytes) -> None:
        self._demand_client()
        if not data:
            return
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        elif self._left is not None:
            self._take(len(data))
        self.responder.write(data)
        await self.responder.drain()

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        self._demand_client()
        if self._left is None:
            raise RuntimeError("send_file needs a Content-Length")
        self._take(count)
        self.responder.flush()
        await send_file(self.responder, file, offset, count)
        self._demand_client()

    def when_gone(self, callback: Callable[[], object] | None) -> None:
        self._when_gone = callback
        if self.gone and callback is not None:
            callback()

    async def finish(self) -> None:
        if self.gone:
            return
        if self._left:
            raise EOFError(f"Content-Length promised {self._left} bytes more")
        if self._chunked:
            self.responder.write(b"0\r\n\r\n")
        self._end()

    def abort(self) -> None:
        self._done = True
        self.responder.flush()
        self.responder.transport.abort()

    def _take(self, count: int) -> None:
        assert self._left is not None
        if count > self._left:
            raise RuntimeError(f"the body is {count - self._left} bytes longer than its Content-Length")
        self._left -= count

    def _demand_client(self) -> None:
        if self.gone or self.responder.lost:
            raise ClientDisconnected("the client has gone")

    def _connection_line(self, fields: Fields) -> bytes:
        """The Connection field this answer needs (RFC 9112 9.3), "" if none."""
        # RFC 9110 10.1.1: a client that was not told to continue may send its body or not; nobody can tell.
        if self.awaits_continue or (self.keep_alive and _says_close(fields)):
            self.keep_alive = False
        if self.keep_alive and not self.responder.connections.draining:
            return b"" if self.head.version == "1.1" else b"Connection: keep-alive\r\n"
        if any(name.lower() == b"connection" for name, _ in fields):
            return b""
        return b"Connection: close\r\n"

    def _end(self) -> None:
        self._done = True
        self._pieces = None
        if not self.whole:
            self.responder.resume_reading()
        self.responder.exchange_done(self, self.keep_alive)


def _says_close(fields: Fields) -> bool:
    """Whether the app itself wants the connection closed."""
    # What is prepared has no Connection.
    return type(fields) is not PreparedFields and any(
        name.lower() == b"connection" and b"close" in value.lower() for name, value in fields
    )
