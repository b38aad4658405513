"""Sending a file: sendfile(2) straight from the page cache to the socket, or reads and writes where it cannot be.

`loop.sendfile` is not there in uvloop, so this does the same on a duplicate of the socket's descriptor: wait
until the transport has nothing of its own left to write, then send, waiting for the socket in between.
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
# Sent by one system call: other connections wait while the kernel copies this much.
STEP = 512 * 1024


async def send_file(responder: HTTPResponder, file: BinaryIO, offset: int, count: int) -> None:
    """Send `count` bytes of an open file. Raises EOFError when it ends sooner, ClientDisconnected."""
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
        descriptor = os.dup(sock.fileno())
        try:
            await _send_directly(responder, descriptor, file.fileno(), offset, count)
        finally:
            os.close(descriptor)
    finally:
        transport.set_write_buffer_limits(high, low)


async def _send_directly(responder: HTTPResponder, out: int, source: int, offset: int, count: int) -> None:
    while count:
        if responder.lost:
            raise ClientDisconnected("the client has gone")
        try:
            sent = os.sendfile(out, source, offset, min(count, STEP))
        except BlockingIOError:
            try:
                async with asyncio.timeout(responder.limits.write_timeout):
                    await _writable(responder.loop, out)
            except TimeoutError:
                raise ClientDisconnected("the client takes nothing") from None
            continue
        except OSError as error:
            raise ClientDisconnected("the client has gone") from error
        if not sent:
            raise EOFError("the file became shorter while it was sent")
        offset += sent
        count -= sent
        if count:
            await asyncio.sleep(0)  # a fast client must not hold the loop for a whole file


async def _writable(loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
    ready = loop.create_future()
    loop.add_writer(descriptor, _set, ready)
    try:
        await ready
    finally:
        loop.remove_writer(descriptor)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


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
