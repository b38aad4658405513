"""`Pages`: finished listings, kept for up to a second and for as long as their folder stays as it is.

A folder's own change time says when a name came or went, so such a change shows at once; what changes inside of a
file shows when the second is over. Listings are kept up to a sum of bytes, those not asked for longest go first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Hashable
from dataclasses import dataclass

LIFETIME = 1.0
"""Seconds."""
# What a page takes beside its body and the path it was asked for under: its key, the search in it, its place.
_OVERHEAD = 4096
# A change within the same tick of the file system's clock as the look at the folder would not be noticed.
_SETTLED_AFTER = 100_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a folder from another, and one folder from another."""

    device: int
    inode: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)

    @property
    def is_settled(self) -> bool:
        """Whether the folder has rested for longer than a tick of the clock."""
        return time.time_ns() - max(self.modified, self.changed) > _SETTLED_AFTER


@dataclass(frozen=True, slots=True)
class Page:
    """A finished listing.

    Parameters:
        body: the whole of it.
        path: of the folder it shows.
        stamp: of that folder, before it was looked at.
        until: by the monotonic clock, how long it may be kept.
        link: for the Link header field; "" for none.
        asked: the path it was asked for under: there are countless ways to write each.
    """

    body: bytes
    path: str
    stamp: Stamp
    until: float
    link: str = ""
    asked: bytes = b""

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about; a page of nothing takes some too."""
        return len(self.body) + len(self.asked) + _OVERHEAD

    def is_current(self) -> bool:
        """Whether it may be sent still: one call of the system."""
        return time.monotonic() < self.until and stamp_of(self.path) == self.stamp


def stamp_of(path: str) -> Stamp | None:
    """The state of a folder; None if there is none."""
    try:
        return Stamp.of(os.stat(path))
    except OSError:
        return None


class Pages:
    """Pages by what was asked for; for one thread.

    Parameters:
        size: bytes of all pages together.
    """

    def __init__(self, size: int = 16_000_000) -> None:
        self._size = self._room = size
        self._pages: dict[Hashable, Page] = {}

    def get(self, key: Hashable) -> Page | None:
        """The page, if it is still what the folder holds."""
        page = self._pages.get(key)
        if page is None or page.is_current():
            return page
        self._forget(key)
        return None

    def keep(self, key: Hashable, page: Page) -> None:
        """Keep a page for later, unless it is too large or its folder has only just changed."""
        if page.size * 8 > self._size or not page.stamp.is_settled:
            return
        self._forget(key)
        self._pages[key] = page
        self._room -= page.size
        while self._room < 0:
            self._forget(next(iter(self._pages)))

    def _forget(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._room += page.size
