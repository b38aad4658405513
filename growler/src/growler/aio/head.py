"""The head of a response as bytes, put together with as little work per request as there can be."""

from __future__ import annotations

import time
from email.utils import formatdate

from growler.exchange import Fields
from growler.http.prepared import PreparedFields
from growler.http.status import PHRASES

_SERVER = b"Server: Growler\r\n"
_STATUS_LINES = {code: f"HTTP/1.1 {code} {phrase}\r\n".encode() for code, phrase in PHRASES.items()}


_DATE = b""

STARTS: dict[int, bytes] = {}
"""By status: how an answer begins now. Look here, and ask `start_of` if there is none."""


def tell_time() -> None:
    """To be called once a second: `Date` is made anew (RFC 9110 6.6.1), instead of being looked after each time."""
    global _DATE
    _DATE = b"Date: %b\r\n" % formatdate(time.time(), usegmt=True).encode()
    STARTS.clear()


def start_of(status: int) -> bytes:
    """Status line, Date and Server; kept in STARTS."""
    line = _STATUS_LINES.get(status) or b"HTTP/1.1 %d Unknown\r\n" % status
    start = STARTS[status] = b"%b%b%b" % (line, _DATE, _SERVER)
    return start


def response_head(status: int, fields: Fields, framing: bytes) -> bytes:
    """Status line, Date, Server, the fields and the framing lines, up to and with the empty line.

    Parameters:
        framing: further lines, each with its CRLF: Connection, Transfer-Encoding.
    """
    start = STARTS.get(status) or start_of(status)
    if type(fields) is PreparedFields:
        return b"%b%b%b\r\n" % (start, fields.lines, framing)
    text = b""
    for name, value in fields:
        # By length first: these two are the only names whose case has to be looked at.
        if len(name) in (4, 6) and (lower := name.lower()) in (b"date", b"server"):
            # The app has its own.
            start = start.replace(_DATE if lower == b"date" else _SERVER, b"")
        text += b"%b: %b\r\n" % (name, value)
    return b"%b%b%b\r\n" % (start, text, framing)
