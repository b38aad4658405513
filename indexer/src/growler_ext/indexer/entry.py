"""`Entry`: what the file system says of one name in a folder.

Made from what `os.scandir` gives. Size and date cost a call of the system for each name, so there are two ways:
`named` goes without, `looked_at` asks. A file that vanishes, a broken or looping link, a date that no calendar has:
each costs the entry its own size and date, never the listing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["directory", "file", "other"]
"""`other` is what cannot be served: devices, pipes, sockets, links that lead nowhere."""

# RFC 3339 has years of four digits; file systems keep dates beyond.
EARLIEST = -62135596800  # 0001-01-01T00:00:00Z
LATEST = 253402300799  # 9999-12-31T23:59:59Z


class Entry(NamedTuple):
    """One name in a folder.

    Parameters:
        name: as the file system has it; bytes that are no UTF-8 stand as surrogates (`os.fsencode` gives them back).
        kind: of what a link leads to, where it is a link.
        size: bytes; None for all but files, and where it is not known.
        mtime: when the content last changed, in whole seconds since 1970; None where it is not known.
        link: whether the name is a symbolic link.
    """

    name: str
    kind: Kind
    size: int | None = None
    mtime: int | None = None
    link: bool = False


def entry(name: str, status: os.stat_result, *, link: bool = False) -> Entry:
    """The entry of a name of which the system says this."""
    mode, mtime = status.st_mode, status.st_mtime_ns // 1_000_000_000
    shown = mtime if EARLIEST <= mtime <= LATEST else None
    if stat.S_ISREG(mode):
        return Entry(name, "file", status.st_size, shown, link)
    return Entry(name, "directory" if stat.S_ISDIR(mode) else "other", None, shown, link)


def named(found: os.DirEntry[str]) -> Entry:
    """What the folder itself keeps of a name, without size and date. Never raises OSError."""
    try:
        if found.is_file(follow_symlinks=False):
            return Entry(found.name, "file")
        if found.is_dir(follow_symlinks=False):
            return Entry(found.name, "directory")
        return Entry(found.name, "other", link=found.is_symlink())
    except OSError:  # a file system that keeps no types, and a name that cannot be looked at
        return Entry(found.name, "other")


def looked_at(found: Iterable[os.DirEntry[str]]) -> list[Entry]:
    """Names that are no links, with size and date as far as that is possible. Waits for the disk."""
    entries = []
    # What `entry` does, without a call for each: a listing of a thousand is a good part in here.
    new, regular, mask = tuple.__new__, stat.S_IFREG, 0o170000
    for each in found:
        try:
            status = each.stat(follow_symlinks=False)
        except (OSError, ValueError):
            entries.append(named(each))
            continue
        mtime = status[8]
        if status[0] & mask == regular and EARLIEST <= mtime <= LATEST:
            entries.append(new(Entry, (each.name, "file", status[6], mtime, False)))
        else:
            entries.append(entry(each.name, status))
    return entries
