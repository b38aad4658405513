"""From a URL path to names: decoded once, as bytes, split into parts, and refused where it is more than names.

Nothing here asks the disk. Parts are compared whole, never as strings that begin alike.
"""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes

_HEX = frozenset(b"0123456789abcdefABCDEF")
# Names that Windows takes for devices wherever they stand, with any suffix.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"}
)


class PathRefused(LookupError):
    """The path leaves the root, is malformed, or its file may not be served. Answer 404 and say no more.

    `malformed` tells those that are no path at all - a broken escape, NUL - from those that lead where they must not.
    """

    def __init__(self, why: str, *, malformed: bool = False) -> None:
        super().__init__(why)
        self.malformed = malformed


def split(raw: bytes) -> tuple[str, ...]:
    """The parts of a URL path, decoded once; () for the root. A trailing slash is not a part.

    The parts are file-system strings: what is no UTF-8 stands as surrogates (`os.fsdecode`). `.` and `..` are
    resolved; a `..` above the root is refused even if the path comes back.
    Raises PathRefused for a malformed escape, NUL, an empty part (`//`), and what Windows reads as more than a name.
    """
    if not raw.startswith(b"/"):
        raise PathRefused("a path begins with a slash", malformed=True)
    pieces = raw[1:].split(b"/")
    if pieces[-1] == b"":
        pieces.pop()
    parts: list[str] = []
    for piece in pieces:
        name = _unquote(piece) if b"%" in piece else piece
        if name == b"":
            raise PathRefused("an empty part")
        if name == b"..":
            if not parts:
                raise PathRefused("above the root")
            parts.pop()
        elif name != b".":
            if b"\0" in name:
                raise PathRefused("a NUL", malformed=True)
            if b"/" in name:
                raise PathRefused("an encoded slash")
            parts.append(_checked(os.fsdecode(name)))
    return tuple(parts)


def names_folder(raw: bytes) -> bool:
    """Whether a URL path can only name a folder: it ends in a slash, or in a part that is `.` or `..`."""
    last = raw.rpartition(b"/")[2]
    # What is malformed is not decoded, and not refused here: that is `split`'s.
    return last == b"" or unquote_to_bytes(last) in (b".", b"..")


def is_inside(real: str, real_root: str) -> bool:
    """Whether a resolved path is the resolved root or below it; by parts: /srv/www-private is not in /srv/www."""
    return real == real_root or real.startswith(real_root.rstrip(os.sep) + os.sep)


def check_name(name: str) -> None:
    """Refuse what is not the name of one entry of a folder; `split` and `os.scandir` give nothing else."""
    if "/" in name or "\0" in name or name in ("", ".", "..") or (os.sep != "/" and os.sep in name):
        raise PathRefused("not a name")


def _unquote(piece: bytes) -> bytes:
    """Percent-decoding that refuses what is no escape (RFC 3986 2.1), where the library passes it on."""
    at = piece.find(b"%")
    while at >= 0:
        if len(piece) < at + 3 or piece[at + 1] not in _HEX or piece[at + 2] not in _HEX:
            raise PathRefused("a malformed escape", malformed=True)
        at = piece.find(b"%", at + 3)
    return unquote_to_bytes(piece)


def _checked(name: str) -> str:
    """Refuse what Windows reads as a drive, stream, device, other folder or an alias of another name."""
    if os.name == "nt":
        bad = any(c in '<>:"|?*\\' or c < " " for c in name) or name[-1] in ". "
        if bad or name.partition(".")[0].rstrip().lower() in _DEVICES or "~" in name:
            raise PathRefused("not a file name")
    return name
