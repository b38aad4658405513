"""The head of a response as bytes, put together with as little work per request as there can be."""

from __future__ import annotations

import time
from email.utils import formatdate

from growler.exchange import Fields
from growler.http.status import PHRASES

_STATUS_LINES = {code: f"HTTP/1.1 {code} {phrase}\r\n".encode() for code, phrase in PHRASES.items()}


class _Clock:
    """`Date` and `Server` as bytes, made once a second (RFC 9110 6.6.1)."""

    __slots__ = ("second", "text")

    def __init__(self) -> None:
        self.second = 0
        self.text = b""


_clock = _Clock()


def response_head(status: int, fields: Fields, framing: bytes) -> bytes:
    """Status line, Date, Server, the fields and the framing lines, up to and with the empty line.

    Parameters:
        framing: further lines, each with its CRLF: Connection, Transfer-Encoding.
    """
    second = int(time.time())
    if second != _clock.second:
        _clock.second = second
        _clock.text = b"Date: %b\r\nServer: Growler\r\n" % formatdate(second, usegmt=True).encode()
    line = _STATUS_LINES.get(status) or b"HTTP/1.1 %d Unknown\r\n" % status
    ours = _clock.text
    text = b""
    for name, value in fields:
        # By length first: these two are the only names whose case has to be looked at.
        if len(name) in (4, 6) and name.lower() in (b"date", b"server"):
            ours = _without(name.lower(), ours)
        text += b"%b: %b\r\n" % (name, value)
    return b"%b%b%b%b\r\n" % (line, ours, text, framing)


def _without(name: bytes, lines: bytes) -> bytes:
    """Our lines without the one that the app has set itself."""
    return b"".join(
        line for line in lines.splitlines(keepends=True) if not line.lower().startswith(name + b":")
    )
