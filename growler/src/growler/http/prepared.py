"""`PreparedFields`: header fields whose bytes are put together once, for an answer that is sent again and again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

# What the server adds according to the moment and the connection; it has to see the app's own.
_SERVERS = frozenset({b"date", b"server", b"connection", b"transfer-encoding"})


class PreparedFields(tuple[tuple[bytes, bytes], ...]):
    """Header fields as they travel, Content-Length among them, and `lines`, the same as one piece of bytes.

    Raises ValueError for the fields that are the server's: Date, Server, Connection, Transfer-Encoding.
    """

    lines: bytes
    lowered: list[tuple[bytes, bytes]]
    """The fields with their names in small letters, as ASGI wants them."""

    def __new__(cls, fields: Iterable[tuple[bytes, bytes]]) -> Self:
        self = super().__new__(cls, fields)
        for name, _ in self:
            if name.lower() in _SERVERS:
                raise ValueError(f"{name.decode('latin-1')} differs between answers: it cannot be prepared")
        self.lines = b"".join(b"%b: %b\r\n" % field for field in self)
        self.lowered = [(name.lower(), value) for name, value in self]
        return self


MOST = 4096  # usual fields that are kept: all types and lengths that an ordinary app has, half a megabyte of them

USUAL: dict[tuple[str | None, int], PreparedFields] = {}
"""What nearly every answer has, a type and a length, prepared: look here, and ask `usual` if there is none."""


def usual(kind: str | None, length: int) -> PreparedFields:
    """The fields of an answer that has a type, or none, and a length; kept in USUAL."""
    if len(USUAL) >= MOST:
        USUAL.clear()
    fields = [(b"Content-Length", b"%d" % length)]
    if kind is not None:
        fields.insert(0, (b"Content-Type", kind.encode("latin-1")))
    prepared = USUAL[kind, length] = PreparedFields(fields)
    return prepared
