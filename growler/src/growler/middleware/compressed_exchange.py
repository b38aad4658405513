"""An exchange that compresses what is sent in pieces: streams, `res.write`, files.

It stands between the response and the server's own exchange. Each piece is flushed, so that server-sent events
arrive when they are sent; what takes long is done in a thread, so that other requests go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import BinaryIO

from growler.exchange import Exchange, Fields, RequestHead
from growler.middleware.encoders import Encoder

AT_ONCE = 64 * 1024
"""Bytes compressed without a thread: about a millisecond of work."""

_FILE_PIECE = 256 * 1024


class CompressedExchange:
    """See `growler.exchange.Exchange`."""

    def __init__(self, exchange: Exchange, coding: str, encoder: Encoder) -> None:
        self.head: RequestHead = exchange.head
        self._exchange = exchange
        self._declaration = (b"content-encoding", coding.encode())
        self._encoder: Encoder | None = encoder

    async def start(self, status: int, fields: Fields) -> None:
        if self._declaration not in ((name.lower(), value) for name, value in fields):
            self._encoder = None  # another answer took the place of the one that was to be compressed
        else:
            fields = [(name, value) for name, value in fields if name.lower() != b"content-length"]
        await self._exchange.start(status, fields)

    async def send(self, data: bytes) -> None:
        if self._encoder is not None and data:
            if len(data) > AT_ONCE:
                data = await asyncio.to_thread(_encode_and_flush, self._encoder, data)
            else:
                data = _encode_and_flush(self._encoder, data)
        await self._exchange.send(data)

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        if self._encoder is None:
            await self._exchange.send_file(file, offset, count)
            return
        end = offset + count
        while offset < end:
            size = min(end - offset, _FILE_PIECE)
            data = await asyncio.to_thread(_read_and_encode, self._encoder, file, offset, size)
            offset += size
            if data:
                await self._exchange.send(data)

    async def finish(self) -> None:
        if self._encoder is not None and self.head.method != "HEAD":
            await self._exchange.send(self._encoder.finish())
        await self._exchange.finish()

    # What is not changed

    def respond(self, status: int, fields: Fields, body: bytes) -> Awaitable[None] | None:
        return self._exchange.respond(status, fields, body)

    def when_gone(self, callback: Callable[[], object] | None) -> None:
        self._exchange.when_gone(callback)

    def abort(self) -> None:
        self._exchange.abort()

    async def receive(self) -> bytes:
        return await self._exchange.receive()


def _encode_and_flush(encoder: Encoder, data: bytes) -> bytes:
    return encoder.encode(data) + encoder.flush()


def _read_and_encode(encoder: Encoder, file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the file has become shorter than it was")
    return encoder.encode(data)
