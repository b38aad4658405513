"""`Tree`: from a URL path to what is in the folder it names. What waits for the disk here is to run in a thread.

Every path goes through the core's resolver, and a folder is read by its descriptor: what is shown is what was
checked, even if a link has taken its name meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence

from growler.paths import OpenedFolder, PathRefused, Root, is_inside, split
from growler_ext.indexer.entry import Entry, Kind, entry_of, look
from growler_ext.indexer.visible import Visible


class Tree:
    """A folder and everything below it that may be seen.

    Parameters:
        root: the folder, and which links below it are followed.
        visible: what may be seen of it.
    """

    def __init__(self, root: Root, visible: Visible) -> None:
        self.root = root
        self.visible = visible

    def parts(self, raw: bytes) -> tuple[str, ...] | None:
        """The parts of a raw URL path; None for one that is refused or hidden by its names. Asks no disk."""
        try:
            parts = split(raw)
        except PathRefused:
            return None
        return parts if self.visible.shows_way(parts) else None

    def kind(self, parts: tuple[str, ...]) -> Kind | None:
        """What is there; None if nothing is, or nothing that may be seen."""
        try:
            mode = self.root.status(parts).st_mode
        except (OSError, PathRefused):
            return None
        if not self._accepts_way(parts):
            return None
        return "directory" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"

    def open(self, parts: tuple[str, ...]) -> OpenedFolder:
        """Open a folder; close it after use. Raises PathRefused for one that may not be seen, and OSError."""
        if not self._accepts_way(parts):
            raise PathRefused("hidden")
        return self.root.open_folder(parts)

    def entries(self, folder: OpenedFolder, *, looked_at: bool) -> list[Entry]:
        """What may be seen in an open folder, in no order.

        Parameters:
            looked_at: with sizes and dates; without, only links have them.

        Raises OSError if the folder itself cannot be read.
        """
        shows, above = self.visible.shows, folder.parts
        with folder.scan() as found:
            entries = [entry_of(each) for each in found if shows(above, each.name)]
        links = [entry for entry in entries if entry.link]
        if links:
            look(links, folder.status)
            gone = {entry.name for entry in links if not self._shows_link(folder, entry)}
            entries = [entry for entry in entries if entry.name not in gone]
        if looked_at or self.visible.accepts is not None:
            look(entries, folder.status)
        return self.visible.accepted(entries)

    def _shows_link(self, folder: OpenedFolder, entry: Entry) -> bool:
        """Whether a link may be seen; one that leads nowhere may, if nowhere lies inside the root."""
        if self.root.symlinks == "never":
            return False
        if self.root.symlinks == "follow" or entry.mtime is not None:
            return True
        try:
            real = os.path.realpath(folder.path / entry.name)
        except (OSError, ValueError):
            return False
        return is_inside(real, os.path.realpath(self.root.path))

    def accepts_file(self, raw: bytes, index: str | None) -> bool:
        """Whether the filter accepts the file that a raw URL path names, or the index file of the folder it names.

        Nothing else is asked: the other rules are Static's as well.
        """
        try:
            parts = split(raw)
        except PathRefused:
            return False
        return self._accepts_way(parts if index is None else (*parts, index))

    def _accepts_way(self, parts: Sequence[str]) -> bool:
        """Whether the filter accepts every entry on the way."""
        return self.visible.accepts is None or all(
            self.visible.accepted([self._entry(tuple(parts[: place + 1]))]) for place in range(len(parts))
        )

    def _entry(self, parts: tuple[str, ...]) -> Entry:
        """One entry as a listing of its folder would show it."""
        entry = Entry(parts[-1], "other", link=os.path.islink(os.path.join(self.root.path, *parts)))
        # Else it is shown without size and date, and so is it asked about.
        with contextlib.suppress(OSError, PathRefused):
            entry.learn(self.root.status(parts))
        return entry
