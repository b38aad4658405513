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


def resolved(path: bytes, segments: list[str]) -> bytes:
    """A raw path without its `.` and `..` (RFC 3986 6.2.2.3), escaped ones too.

    What serves files resolves them, so a guard mounted in front of a folder has to see the path that comes of it:
    /files/open/../private is /files/private. A path that leads above the root, or has an empty segment, is given
    back as it is: neither is anybody's.
    """
    kept: list[bytes] = []
    for raw, segment in zip(path[1:].split(b"/"), segments, strict=True):
        if segment == "..":
            if not kept:
                return path
            kept.pop()
        elif segment != ".":
            kept.append(raw)
    if segments[-1] in (".", ".."):
        kept.append(b"")  # they name a folder
    return b"/" + b"/".join(kept) if b"//" not in path else path


def is_text(segment: str) -> bool:
    """Whether it was UTF-8."""
    try:
        segment.encode()
    except UnicodeEncodeError:
        return False
    return True
