"""Names of files as text and as links, for a whole listing at once.

A name is shown as text, with U+FFFD for bytes that are no UTF-8; its href is made of its bytes, so that it leads
back to exactly that file. No name holds a slash, so all of a listing are joined by slashes, written anew in a few
calls, and split again: a third of what it takes one by one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

# RFC 3986 2.3: what stands for itself in any part of a URL; and the slash between the names.
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"


def join(names: Sequence[str]) -> str:
    """All names as one text, for what is done to all of them alike."""
    return "/".join(names)


def part(joined: str, count: int) -> list[str]:
    """The names again."""
    return joined.split("/") if count else []


def texts(names: Sequence[str]) -> list[str]:
    """File-system names for reading."""
    joined = join(names)
    if not joined.isascii():
        joined = text(joined)
    return part(joined, len(names))


def text(name: str) -> str:
    """A file-system name for reading."""
    return os.fsencode(name).decode("utf-8", "replace")


def quoted(names: Sequence[str]) -> list[str]:
    """Names percent-encoded from their bytes: all but letters, digits and `-._~` (RFC 3986 2.3).

    To be written behind `./` (4.2), which keeps a name such as `javascript:x` from being read as a scheme.
    """
    raw = os.fsencode(join(names))
    special = set(raw.translate(None, _UNRESERVED))
    # The percent sign first: the others bring more of them.
    for byte in sorted(special, key=lambda byte: byte != 0x25):
        raw = raw.replace(bytes((byte,)), b"%%%02X" % byte)
    return part(raw.decode("ascii"), len(names))
