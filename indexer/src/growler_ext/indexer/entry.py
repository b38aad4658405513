"""`Entry`: what the file system says of one name in a folder.

Made from what `os.scandir` gives; size and date cost a call of the system each, so they are looked up by `look`, for
those entries that are shown. A file that vanishes, a broken or looping link, a date that no calendar has: each costs
the entry its own size and date, never the listing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["directory", "file", "other"]
"""`other` is what cannot be served: devices, pipes, sockets, links that lead nowhere."""

# RFC 3339 has years of four digits; file systems keep dates beyond.
EARLIEST = -62135596800  # 0001-01-01T00:00:00Z
LATEST = 253402300799  # 9999-12-31T23:59:59Z

Status = Callable[[str], os.stat_result]
"""Says of a name in the folder what it is, or of a link what it leads to; raises OSError or PathRefused."""


@dataclass(slots=True)
class Entry:
    """One name in a folder.

    Parameters:
        name: as the file system has it; bytes that are no UTF-8 stand as surrogates (`os.fsencode` gives them back).
        kind: of what a link leads to, where it is a link.
        size: bytes; None for all but files, and where it is not known.
        mtime: when the content last changed, in whole seconds since 1970; None where it is not known.
        link: whether the name is a symbolic link.
        found: where it was found; usable while the folder is open.
    """

    name: str
    kind: Kind
    size: int | None = None
    mtime: int | None = None
    link: bool = False
    found: os.DirEntry[str] | None = field(default=None, repr=False, compare=False)

    def learn(self, status: os.stat_result) -> None:
        """Take over what the system says."""
        mode = status.st_mode
        if stat.S_ISREG(mode):
            self.kind, self.size = "file", status.st_size
        else:
            self.kind, self.size = "directory" if stat.S_ISDIR(mode) else "other", None
        seconds = status.st_mtime_ns // 1_000_000_000
        self.mtime = seconds if EARLIEST <= seconds <= LATEST else None


def entry_of(found: os.DirEntry[str]) -> Entry:
    """An entry as the folder itself has it, without size and date. Never raises OSError."""
    kind: Kind = "other"
    link = False
    try:
        if found.is_file(follow_symlinks=False):
            kind = "file"
        elif found.is_dir(follow_symlinks=False):
            kind = "directory"
        else:
            link = found.is_symlink()
    except OSError:
        pass  # a file system that keeps no types, and a name that cannot be looked at
    return Entry(found.name, kind, None, None, link, found)


def look(entries: Iterable[Entry], follow: Status) -> None:
    """Find out size and date of entries, as far as that is possible; what has them already is left alone.

    Parameters:
        follow: asked for links only: it decides which of them may be followed.
    """
    for entry in entries:
        if entry.mtime is None and entry.found is not None:
            try:
                if entry.link:
                    entry.learn(follow(entry.name))
                else:
                    entry.learn(entry.found.stat(follow_symlinks=False))
            except (OSError, ValueError, LookupError):
                continue
