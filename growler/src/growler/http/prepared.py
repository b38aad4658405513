"""`PreparedFields`: header fields whose bytes are put together once, for an answer that is sent again and again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Self

# What the server adds according to the moment and the connection; it has to see the app's own.
_SERVERS = frozenset({b"date", b"server", b"connection", b"transfer-encoding"})


class PreparedFields(tuple[tuple[bytes, bytes], ...]):
    """Header fields as they travel, Content-Length among them, and `lines`, the same as one piece of bytes.

    Raises ValueError for the fields that are the server's: Date, Server, Connection, Transfer-Encoding.
    """

    lines: bytes

    def __new__(cls, fields: Iterable[tuple[bytes, bytes]]) -> Self:
        self = super().__new__(cls, fields)
        for name, _ in self:
            if name.lower() in _SERVERS:
                raise ValueError(f"{name.decode('latin-1')} differs between answers: it cannot be prepared")
        self.lines = b"".join(b"%b: %b\r\n" % field for field in self)
        return self

    @cached_property
    def lowered(self) -> list[tuple[bytes, bytes]]:
        """The fields with their names in small letters, as ASGI wants them."""
        return [(name.lower(), value) for name, value in self]

    def with_more(self, more: Iterable[tuple[str, str]]) -> PreparedFields:
        """These and a few more, which are of this answer alone and none of the server's."""
        lines, fields = self.lines, [*self]
        for name, value in more:
            field = name.encode(), value.strip(" ").encode()
            fields.append(field)
            lines += b"%b: %b\r\n" % field
        # Past `__new__`, which would look at all of them again.
        both = tuple.__new__(PreparedFields, fields)
        both.lines = lines
        return both


MOST = 4096  # usual fields that are kept: all types and lengths that an ordinary app has, half a megabyte of them

USUAL: dict[tuple[str | None, int, str | None, str | None], PreparedFields] = {}
"""What nearly every answer has, a type, a length and perhaps what it varies with and who may keep it, prepared: look
here, and ask `usual` if there is none."""


def usual(kind: str | None, length: int, vary: str | None, cache_control: str | None) -> PreparedFields:
    """The fields of an answer that has a type, or none, a length, and perhaps Vary and Cache-Control; kept in USUAL."""
    if len(USUAL) >= MOST:
        USUAL.clear()
    fields = [(b"Content-Length", b"%d" % length)]
    if kind is not None:
        fields.insert(0, (b"Content-Type", kind.encode("latin-1")))
    if vary is not None:
        fields.append((b"Vary", vary.encode("latin-1")))
    if cache_control is not None:
        fields.append((b"Cache-Control", cache_control.encode("latin-1")))
    prepared = USUAL[kind, length, vary, cache_control] = PreparedFields(fields)
    return prepared
