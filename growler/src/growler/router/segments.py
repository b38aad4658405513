"""A raw path taken apart: its segments, decoded once (RFC 3986 3.3)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

_PERCENT = ord("%")  # as a number: to look for a single byte as bytes takes ten times as long


class Doubtful(list[str]):
    """Segments of a path that was escaped, or is no text: a surrogate in one stands for a byte that is no UTF-8."""


def split(path: bytes) -> list[str]:
    """The segments of a raw path behind its first slash; the last is "" if it ends in a slash."""
    if _PERCENT not in path:
        try:
            return path[1:].decode().split("/")
        except UnicodeDecodeError:
            pass
    # Split first: an escaped slash does not separate.
    return Doubtful(
        unquote_to_bytes(part).decode("utf-8", "surrogateescape") for part in path[1:].split(b"/")
    )


def is_text(segment: str) -> bool:
    """Whether it was UTF-8."""
    try:
        segment.encode()
    except UnicodeEncodeError:
        return False
    return True
