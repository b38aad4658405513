"""`Tree`: from a URL path to what is in the folder it names. What waits for the disk here is to run in a thread.

Every path goes through the core's resolver, and a folder is read by its descriptor: what is shown is what was
checked, even if a link has taken its name meanwhile.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence

from growler.paths import OpenedFolder, PathRefused, Root, is_inside, split
from growler_ext.indexer.entry import Entry, Kind, entry, looked_at, named
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
        """The parts of a raw URL path; None for one that is hidden by its names. Asks no disk.

        Raises PathRefused for one that is malformed or leads above the root.
        """
        try:
            parts = split(raw)
        except PathRefused as refused:
            # `//` and an encoded slash mean nothing here, and may mean something to others.
            if not refused.malformed and (b"//" in raw or b"%2f" in raw.lower()):
                return None
            raise
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

    def find(self, folder: OpenedFolder) -> Found:
        """What may be seen in an open folder, as far as names and links tell. Raises OSError if it cannot be read."""
        with folder.scan() as scanned:
            names = self.visible.shown(folder.parts, scanned)
        links: dict[str, Entry] = {}
        for name in [name for name, each in names.items() if _is_link(each)]:
            link = self._link(folder, name)
            if link is None:
                del names[name]
            else:
                links[name] = link
        return Found(names, links)

    def entries(self, folder: OpenedFolder) -> list[Entry]:
        """All that may be seen in an open folder, with sizes and dates. Raises OSError if it cannot be read."""
        found = self.find(folder)
        return self.visible.accepted(found.looked_at(found.names))

    def _link(self, folder: OpenedFolder, name: str) -> Entry | None:
        """A link that may be seen; one that leads nowhere may, if nowhere lies inside the root."""
        if self.root.symlinks == "never":
            return None
        try:
            return entry(name, folder.status(name), link=True)
        except (OSError, ValueError, PathRefused):
            broken = Entry(name, "other", link=True)
        if self.root.symlinks == "follow":
            return broken
        try:
            real = os.path.realpath(folder.path / name)
        except (OSError, ValueError):
            return None
        return broken if is_inside(real, os.path.realpath(self.root.path)) else None

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
        link = os.path.islink(os.path.join(self.root.path, *parts))
        try:
            return entry(parts[-1], self.root.status(parts), link=link)
        except (OSError, PathRefused):
            return Entry(parts[-1], "other", link=link)


class Found:
    """The names that were found in a folder; usable while it is open.

    Parameters:
        names: what scandir gave, by name.
        links: those of them that are links, as entries.
    """

    def __init__(self, names: dict[str, os.DirEntry[str]], links: dict[str, Entry]) -> None:
        self.names = names
        self._links = links

    def named(self, names: Iterable[str]) -> list[Entry]:
        """Some of them as entries, without sizes and dates; only links have them."""
        return [self._links.get(name) or named(self.names[name]) for name in names]

    def looked_at(self, names: Iterable[str]) -> list[Entry]:
        """Some of them as entries with sizes and dates, in no order. Waits for the disk."""
        if not self._links:
            return looked_at(map(self.names.__getitem__, names))
        plain, links = [], []
        for name in names:
            if name in self._links:
                links.append(self._links[name])
            else:
                plain.append(self.names[name])
        return [*looked_at(plain), *links]


def _is_link(found: os.DirEntry[str]) -> bool:
    try:
        return found.is_symlink()
    except OSError:
        return False
