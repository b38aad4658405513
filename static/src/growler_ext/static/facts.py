"""What a file is to its validators: size, entity tag, time of its last change (RFC 9110 section 8.8)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.utils import formatdate

# The coarsest clock of a file system in use is FAT's: it ticks every two seconds.
_TICK = 2 * 1_000_000_000
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that conditions and ranges are decided on.

    Parameters:
        size: bytes.
        etag: the entity tag as it travels; None if there is to be none.
        modified: seconds since 1970; None if it is not to be told.
    """

    size: int
    etag: str | None
    modified: int | None

    @property
    def last_modified(self) -> str | None:
        """The time as it travels (RFC 9110 5.6.7)."""
        return None if self.modified is None else formatdate(self.modified, usegmt=True)


def facts_of(
    status: os.stat_result, now: float, *, coding: str = "", etag: bool = True, last_modified: bool = True
) -> Facts:
    """The facts of an open file.

    Parameters:
        status: what fstat says of it.
        now: seconds since 1970.
        coding: how the file is encoded, which is part of its tag (RFC 9110 8.8.3.3).
        etag, last_modified: whether there is to be one.

    The tag is made of size, time of change and - where the system has one - time of the last change of the inode.
    Size and mtime alone would not do: builds that are made to be reproducible give every file the same mtime, and a
    page that names hashed scripts keeps its size when a hash changes. A ctime cannot be set back; its price is that two
    machines give two tags to the same file, so a client that changes machines fetches again.

    The tag is weak, because nobody has compared bytes: a file could change twice within one tick of the clock.
    """
    tag = (
        f'W/"{status.st_mtime_ns:x}-{status.st_ctime_ns:x}-{status.st_size:x}{"-" if coding else ""}{coding}"'
    )
    # RFC 9110 8.8.2.1: never later than the answer itself. Nor before 1970, which formatdate may not know.
    modified = max(0, min(status.st_mtime_ns // _SECOND, int(now)))
    return Facts(status.st_size, tag if etag else None, modified if last_modified else None)


def is_settled(status: os.stat_result, now: float) -> bool:
    """Whether the file has rested for longer than a tick of any clock, so that its next change will show in its times.

    Parameters:
        status: what fstat says of it. Its ctime is asked where there is one: nobody can set that back.
        now: seconds since 1970.
    """
    changed = status.st_ctime_ns if os.name == "posix" else max(status.st_ctime_ns, status.st_mtime_ns)
    return changed + _TICK <= now * _SECOND
