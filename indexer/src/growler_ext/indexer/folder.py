"""From a URL path to what is in the folder it names. Everything here waits for the disk: run it in a thread.

`Tree.find` goes through the core's resolver and hides what is hidden; `Tree.scan` leaves out what a request for it
would be refused, by the same rules.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from growler.paths import PathRefused, Symlinks, is_inside, resolve_under, split
from growler_ext.indexer.entry import Entry


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that may be listed: where it is, and the parts of the path that named it."""

    path: Path
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder and everything below it that may be listed.

    Parameters:
        root: the folder.
        hidden: whether names that begin with a dot are part of it.
        symlinks: which links are: those that lead inside the root, all, or none.
    """

    root: str
    hidden: bool = False
    symlinks: Symlinks = "inside"

    def find(self, raw: bytes) -> Folder | None:
        """The folder that a raw URL path names; None if there is none or it may not be listed."""
        try:
            parts = split(raw)
            if not self.hidden and any(is_hidden(part) for part in parts):
                return None
            path = resolve_under(self.root, raw, symlinks=self.symlinks)
        except PathRefused:
            return None
        return Folder(path, parts) if os.path.isdir(path) else None

    def scan(self, folder: Folder) -> list[Entry]:
        """What is in a folder, in no order. Raises OSError if the folder itself cannot be read."""
        real_root = os.path.realpath(self.root)
        with os.scandir(folder.path) as found:
            return [Entry.of(each) for each in found if self._shows(each, real_root)]

    def _shows(self, found: os.DirEntry[str], real_root: str) -> bool:
        if not self.hidden and is_hidden(found.name):
            return False
        if self.symlinks == "follow":
            return True
        try:
            if not found.is_symlink():
                return True
            return self.symlinks == "inside" and is_inside(os.path.realpath(found.path), real_root)
        except (OSError, ValueError):  # whether it is a link cannot be known: then it is not shown
            return False


def is_hidden(name: str) -> bool:
    return name.startswith(".")
