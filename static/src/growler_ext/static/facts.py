"""What a file is to its validators: size, entity tag, time of its last change (RFC 9110 section 8.8)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.utils import formatdate

# The coarsest clock of a file system in use is FAT's: it ticks every two seconds.
_SETTLED_AFTER = 2
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that conditions and ranges are decided on.

    Parameters:
        size: bytes.
        tag: the opaque part of the entity tag, with its quotes.
        modified: seconds since 1970.
        strong: whether tag and time change with every byte: False while the file is too young to know.
    """

    size: int
    tag: str
    modified: int
    strong: bool = True

    @property
    def etag(self) -> str:
        """The entity tag as it travels."""
        return self.tag if self.strong else f"W/{self.tag}"

    @property
    def last_modified(self) -> str:
        """The time as it travels (RFC 9110 5.6.7)."""
        return formatdate(self.modified, usegmt=True)


def facts_of(status: os.stat_result, now: float) -> Facts:
    """The facts of an open file.

    Parameters:
        status: what fstat says of it.
        now: seconds since 1970.

    The tag is made of size, time of change and - where the system has one - time of the last change of the
    inode. Size and mtime alone would not do: builds that are made to be reproducible give every file the same
    mtime, and a page that names hashed scripts keeps its size when a hash changes. A ctime cannot be set back;
    its price is that two machines give two tags to the same file, so a client that changes machines fetches again.

    The tag is strong, so that a download can be resumed (RFC 9110 13.1.5 wants a strong one in If-Range), but only
    once the file has rested for longer than a clock tick; before that it could change twice under one time, and
    the tag is weak. RFC 9110 8.8.2.2 asks the same of Last-Modified.
    """
    seconds = status.st_mtime_ns // _SECOND
    return Facts(
        status.st_size,
        f'"{status.st_mtime_ns:x}-{status.st_ctime_ns:x}-{status.st_size:x}"',
        # RFC 9110 8.8.2.1: never later than the answer itself. Nor before 1970, which formatdate may not know.
        max(0, min(seconds, int(now))),
        status.st_mtime_ns + _SETTLED_AFTER * _SECOND <= now * _SECOND,
    )
