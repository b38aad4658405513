"""`Entry`: what the file system says of one name in a folder.

Made from what `os.scandir` gives. A file that vanishes, a broken or looping link, a date that no calendar has:
each costs the entry its own size and date, never the listing.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Kind = Literal["directory", "file", "other"]
"""`other` is what cannot be served: devices, pipes, sockets, links that lead nowhere."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder.

    Parameters:
        name: as the file system has it; bytes that are no UTF-8 stand as surrogates (`os.fsencode` gives them back).
        kind: of what a link leads to, where it is a link.
        size: bytes; None for all but files, and where it is not known.
        mtime: when the content last changed, UTC, in whole seconds; None where it is not known.
        link: whether the name is a symbolic link.
    """

    name: str
    kind: Kind
    size: int | None = None
    mtime: datetime | None = None
    link: bool = False

    @classmethod
    def of(cls, found: os.DirEntry[str]) -> Entry:
        """The entry for what scandir found. Never raises OSError."""
        try:
            link = found.is_symlink()
        except OSError:
            link = False
        try:
            status = found.stat()
        except (OSError, ValueError):
            return cls(found.name, _kind_by_name_only(found), link=link)
        kind = _kind(status.st_mode)
        size = status.st_size if kind == "file" else None
        return cls(found.name, kind, size, _moment(status.st_mtime_ns), link)


def _kind(mode: int) -> Kind:
    return "directory" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def _kind_by_name_only(found: os.DirEntry[str]) -> Kind:
    """What the folder itself remembers of a name that cannot be looked at."""
    try:
        if found.is_dir(follow_symlinks=False):
            return "directory"
        return "file" if found.is_file(follow_symlinks=False) else "other"
    except OSError:
        return "other"


def _moment(nanoseconds: int) -> datetime | None:
    # Added to the epoch: datetime.fromtimestamp knows nothing before 1970 on Windows.
    try:
        return _EPOCH + timedelta(seconds=nanoseconds // 1_000_000_000)
    except OverflowError:  # file systems keep dates that no calendar has
        return None
