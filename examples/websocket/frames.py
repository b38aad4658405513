"""WebSocket frames (RFC 6455) as values: bytes in, frames out, and back. Nothing here knows of sockets.

Only what a server needs: it reads masked frames and writes unmasked ones; there are no extensions.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha1

MAX_PAYLOAD = 64 * 1024
"""Bytes of one message, however many frames it comes in."""


class Op(IntEnum):
    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it travels; in what `Reader` gives, a whole message."""

    op: Op
    payload: bytes = b""
    final: bool = True

    def encode(self) -> bytes:
        """As a server sends it."""
        first, size = self.final << 7 | self.op, len(self.payload)
        if size < 126:
            return struct.pack("!BB", first, size) + self.payload
        if size < 1 << 16:
            return struct.pack("!BBH", first, 126, size) + self.payload
        return struct.pack("!BBQ", first, 127, size) + self.payload


class Violation(Exception):
    """The client does not speak the protocol. `code` is what to close with (7.4.1)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Reader:
    """Takes bytes however they come, gives control frames and whole messages."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._op: Op | None = None  # of the message whose frames are coming
        self._parts = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Raises Violation, and is not to be used after that."""
        self._data += data
        frames = []
        while (frame := self._next_frame()) is not None:
            whole = frame if frame.op >= Op.CLOSE else self._joined(frame)
            if whole is not None:
                frames.append(whole)
        return frames

    def _next_frame(self) -> Frame | None:
        data = self._data
        if len(data) < 2:
            return None
        first, second = data[0], data[1]
        final, size, start = bool(first & 0x80), second & 0x7F, 2
        if first & 0x70:
            raise Violation(1002, "a reserved bit is set")
        try:
            op = Op(first & 0x0F)
        except ValueError:
            raise Violation(1002, "an unknown kind of frame") from None
        if not second & 0x80:
            raise Violation(1002, "a client masks its frames")
        if op >= Op.CLOSE and (size > 125 or not final):
            raise Violation(1002, "control frames are short and whole")
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(data) < start:
                return None
            size = int.from_bytes(data[2:start])
        # Refused by its head, before any of it is kept.
        if size + len(self._parts) > MAX_PAYLOAD:
            raise Violation(1009, "the message is too long")
        end = start + 4 + size
        if len(data) < end:
            return None
        payload = unmasked(bytes(data[start + 4 : end]), bytes(data[start : start + 4]))
        del data[:end]
        return Frame(op, payload, final)

    def _joined(self, frame: Frame) -> Frame | None:
        """The message that this frame completes (5.4)."""
        if (frame.op is Op.CONTINUATION) is (self._op is None):
            raise Violation(1002, "a continuation of nothing, or a message inside another")
        self._op = self._op or frame.op
        self._parts += frame.payload
        if not frame.final:
            return None
        message = Frame(self._op, bytes(self._parts))
        self._op, self._parts = None, bytearray()
        if message.op is Op.TEXT:
            try:
                message.payload.decode()
            except UnicodeDecodeError:
                raise Violation(1007, "the text is not UTF-8") from None
        return message


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """All bytes at once: one by one would be slow in Python."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(repeated)).to_bytes(size)


def accept_key(key: str) -> str | None:
    """What Sec-WebSocket-Accept says to this key (4.2.2); None if it is no key of 16 bytes."""
    try:
        if len(b64decode(key, validate=True)) != 16:
            return None
    except ValueError:
        return None
    digest = sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode(), usedforsecurity=False).digest()
    return b64encode(digest).decode()
