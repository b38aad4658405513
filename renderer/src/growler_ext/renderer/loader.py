"""The only place that opens templates: directories in order, every file through `growler.paths`.

What is read is a whole file, also while somebody writes it (`settled`), with the stamp of the state that was read.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from heapq import nlargest
from itertools import islice
from typing import NamedTuple

from growler import paths
from growler_ext.renderer.contract import Place, Source, Stamp
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.names import raw, stem
from growler_ext.renderer.settled import read_whole

_MAX_MISTYPED = 100  # characters of a name for which near misses are looked for
_MAX_COMPARED = 50
# The clock of a file system stands still for up to 10 ms: of a file that was changed a moment ago the stamp may stay
# the same through another change.
_YOUNG = 50_000_000  # nanoseconds
# A name too long for the file system, links that lead in a circle, a socket, a name that Windows does not know:
# as if the file was not there. A file that may not be read is there.
_ABSENT = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.ENXIO, errno.EINVAL}
)


class Found(NamedTuple):
    """Where a search ended, and in which state the file was; `is_sure`: no change since would leave it like this."""

    path: str
    stamp: Stamp
    is_sure: bool


class Directories:
    """Where templates are looked for.

    Parameters:
        roots: absolute paths, the first wins.
        symlinks: whether links may lead out of the root they stand in.
    """

    def __init__(self, roots: Sequence[str], *, symlinks: bool) -> None:
        self.roots: tuple[str, ...] = tuple(roots)
        self._symlinks: paths.Symlinks = "follow" if symlinks else "inside"

    def look(self, names: Sequence[str]) -> Found | None:
        """Where `read` would find one of these names now."""
        for _, opened in self._open(self.roots, names):
            with opened.file:
                return _found(str(opened.path), opened.stat)
        return None

    def read(self, names: Sequence[str]) -> tuple[Source, Found] | None:
        """The first file that one of these names - in normal form - has in one of the directories.

        The directories are asked in order, each for all the names. Raises TemplateError for what is no UTF-8,
        BeingWritten, OSError for what cannot be read.
        """
        for name, opened in self._open(self.roots, names):
            with opened.file:
                data, status = read_whole(opened.file)
            found = _found(str(opened.path), status)
            return _decode(name, data, found), found
        return None

    def others(self, found: Source, names: Sequence[str]) -> list[str]:
        """Those of the names that the directory has too in which a template was found."""
        root = found.path.removesuffix(found.name.replace("/", os.sep))
        others = []
        for name, opened in self._open([root], [name for name in names if name != found.name]):
            opened.file.close()
            others.append(name)
        return others

    def all(self, suffixes: Sequence[str]) -> list[str]:
        """The names of all files with such suffixes, sorted; a link that leads out of its root is none."""
        found = set()
        for root in self.roots:
            for folder, _, files in os.walk(root, followlinks=self._symlinks == "follow"):
                for file in files:
                    if file.endswith(tuple(suffixes)):
                        found.add(os.path.relpath(os.path.join(folder, file), root).replace(os.sep, "/"))
        return sorted(name for name in found if self.look((name,)) is not None)

    def near(self, name: str, suffixes: Sequence[str], most: int) -> list[str]:
        """Up to three templates in the folder of a name that are called nearly so, suffixes aside.

        Parameters:
            most: how many files are looked at in each directory; a thousand take some milliseconds.
        """
        folder, slash, wanted = name.rpartition("/")
        wanted = stem(wanted, suffixes)
        if len(wanted) > _MAX_MISTYPED:
            return []
        files = {
            stem(entry, suffixes): entry
            for root in self.roots
            for entry in self._list(root, folder, most)
            if entry.endswith(tuple(suffixes))
        }
        # Comparing takes its time: of many only those that share the most pairs of letters.
        pairs = _pairs(wanted)
        likely = nlargest(_MAX_COMPARED, files, key=lambda one: len(pairs & _pairs(one)) / (len(one) + 2))
        return [folder + slash + files[match] for match in get_close_matches(wanted, likely, 3)]

    def _open(self, roots: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, paths.OpenedFile]]:
        for root in roots:
            for name in names:
                try:
                    opened = paths.open_parts(root, tuple(name.split("/")), symlinks=self._symlinks)
                except paths.PathRefused:
                    continue
                except OSError as error:
                    if error.errno not in _ABSENT:
                        raise
                    continue
                yield name, opened

    def _list(self, root: str, folder: str, most: int) -> list[str]:
        try:
            where = paths.resolve_under(root, raw(folder), symlinks=self._symlinks)
            with os.scandir(where) as entries:
                return [entry.name for entry in islice(entries, most) if entry.is_file()]
        except (paths.PathRefused, OSError):
            return []


def _pairs(name: str) -> set[str]:
    """The letters of a name, two by two."""
    padded = f" {name} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _found(path: str, status: os.stat_result) -> Found:
    stamp = Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
    return Found(path, stamp, time.time_ns() - status.st_ctime_ns > _YOUNG)


def _decode(name: str, data: bytes, found: Found) -> Source:
    """The source in a file: UTF-8, a byte order mark dropped, line ends kept."""
    try:
        return Source(name, data.decode("utf-8-sig"), found.path, found.stamp)
    except UnicodeDecodeError as error:
        source = Source(name, data.decode("utf-8-sig", "replace"), found.path, found.stamp)
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise TemplateError(name, reason, [Place(source, line)]) from None
