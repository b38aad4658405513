"""Sending a file: sendfile(2) straight from the page cache to the socket, or reads and writes where it cannot be.

`loop.sendfile` is not there in uvloop, so this does the same on a duplicate of the socket's descriptor: wait until the
transport has nothing of its own left to write, then send whenever the socket takes something. That is done by a
callback of the loop, one piece per turn: no coroutine is woken before the end, and other connections have their turns.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, BinaryIO

from growler.exchange import ClientDisconnected

if TYPE_CHECKING:
    from growler.aio.http_responder import HTTPResponder

# Read and written at once where sendfile is not to be had (TLS, Windows).
CHUNK = 256 * 1024
# Sent by one system call: other connections wait while the kernel copies this much, a third of a millisecond.
STEP = 2 * 1024 * 1024


async def send_file(responder: HTTPResponder, file: BinaryIO, offset: int, count: int) -> None:
    """Send `count` bytes of an open file. Raises EOFError when it ends sooner, ClientDisconnected."""
    if not count:
        return  # sendfile would say 0 for it, as for a file that has become shorter
    transport = responder.transport
    sock = transport.get_extra_info("socket")
    if transport.get_extra_info("sslcontext") is not None or not hasattr(os, "sendfile") or sock is None:
        await _send_pieces(responder, file, offset, count)
        return
    low, high = transport.get_write_buffer_limits()
    transport.set_write_buffer_limits(0)
    try:
        # With limits of 0 the transport asks us to pause while it holds anything, and to resume when it does not.
        transport.write(b"")
        while transport.get_write_buffer_size():
            await responder.drain()
            await asyncio.sleep(0)
        if responder.lost:
            raise ClientDisconnected("the client has gone")
        await _Transfer(responder, sock.fileno(), file.fileno(), offset, count).run()
    finally:
        transport.set_write_buffer_limits(high, low)


class _Transfer:
    """Bytes on their way from a file to a socket.

    Parameters:
        out: the socket's descriptor; a duplicate is used, because the transport watches this one.
        source: the file's.
    """

    def __init__(self, responder: HTTPResponder, out: int, source: int, offset: int, count: int) -> None:
        self._responder = responder
        self._out = out
        self._source = source
        self._offset = offset
        self._end = offset + count
        self._ended: asyncio.Future[None] = responder.loop.create_future()

    async def run(self) -> None:
        """Send them. Raises as `send_file`."""
        loop, patience = self._responder.loop, self._responder.limits.write_timeout
        self._out = os.dup(self._out)
        try:
            self._send()
            if not self._ended.done():
                loop.add_writer(self._out, self._send)
            while not self._ended.done():
                reached = self._offset
                await asyncio.wait([self._ended], timeout=patience)
                if self._offset == reached and not self._ended.done():
                    raise ClientDisconnected("the client takes nothing")
            self._ended.result()
        finally:
            loop.remove_writer(self._out)
            os.close(self._out)

    def _send(self) -> None:
        """Send what the socket takes now; at the end, or when there is none, say so."""
        if self._ended.done():
            return
        error: Exception | None = None
        try:
            sent = os.sendfile(self._out, self._source, self._offset, min(self._end - self._offset, STEP))
        except BlockingIOError:
            return
        except OSError as failed:
            error = ClientDisconnected("the client has gone")
            error.__cause__ = failed
        else:
            self._offset += sent
            if not sent:
                error = EOFError("the file became shorter while it was sent")
            elif self._responder.lost:
                error = ClientDisconnected("the client has gone")
        if error is not None:
            self._ended.set_exception(error)
        elif self._offset == self._end:
            self._ended.set_result(None)


async def _send_pieces(responder: HTTPResponder, file: BinaryIO, offset: int, count: int) -> None:
    file.seek(offset)
    while count:
        piece = await responder.loop.run_in_executor(None, file.read, min(CHUNK, count))
        if not piece:
            raise EOFError("the file became shorter while it was sent")
        responder.write(piece)
        await responder.drain()
        if responder.lost:
            raise ClientDisconnected("the client has gone")
        count -= len(piece)
