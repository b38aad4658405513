"""The only place that opens templates: directories in order, every file through `growler.paths`.

A file's stamp is taken of the opened file before it is read, so a change made meanwhile is seen the next time.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from growler import paths
from growler_ext.renderer.contract import Place, Source, Stamp
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.names import raw, stem

_MAX_LISTED = 1000  # files looked at for near misses
# A name too long for the file system, links that lead in a circle, a socket, a name that Windows does not know:
# as if the file was not there. A file that may not be read is there.
_ABSENT = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.ENXIO, errno.EINVAL}
)


class Found(NamedTuple):
    """Where a search ended, and in which state the file was."""

    path: str
    stamp: Stamp


class Directories:
    """Where templates are looked for.

    Parameters:
        roots: absolute paths, the first wins.
        symlinks: whether links may lead out of the root they stand in.
    """

    def __init__(self, roots: Sequence[str], *, symlinks: bool) -> None:
        self.roots = tuple(roots)
        self._symlinks: paths.Symlinks = "follow" if symlinks else "inside"

    def look(self, names: Sequence[str]) -> Found | None:
        """Where `read` would find one of these names now."""
        for _, opened in self._open(names):
            with opened.file:
                return Found(str(opened.path), _stamp(opened.stat))
        return None

    def read(self, names: Sequence[str]) -> Source | None:
        """The first file that one of these names - in normal form - has in one of the directories.

        The directories are asked in order, each for all the names. Raises TemplateError for what is no UTF-8,
        OSError for what cannot be read.
        """
        for name, opened in self._open(names):
            with opened.file:
                data = opened.file.read()
            return _decode(name, data, str(opened.path), _stamp(opened.stat))
        return None

    def near(self, name: str, suffixes: Sequence[str]) -> list[str]:
        """Up to three templates in the folder of a name that are called nearly so, suffixes aside."""
        folder, slash, wanted = name.rpartition("/")
        files = {
            stem(entry, suffixes): entry
            for root in self.roots
            for entry in self._list(root, folder)
            if entry.endswith(tuple(suffixes))
        }
        return [
            folder + slash + files[match] for match in get_close_matches(stem(wanted, suffixes), files, 3)
        ]

    def _open(self, names: Sequence[str]) -> Iterator[tuple[str, paths.OpenedFile]]:
        for root in self.roots:
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

    def _list(self, root: str, folder: str) -> list[str]:
        try:
            where = paths.resolve_under(root, raw(folder), symlinks=self._symlinks)
            with os.scandir(where) as entries:
                return [entry.name for entry in islice(entries, _MAX_LISTED) if entry.is_file()]
        except (paths.PathRefused, OSError):
            return []


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


def _decode(name: str, data: bytes, path: str, stamp: Stamp) -> Source:
    """The source in a file: UTF-8, a byte order mark dropped, line ends kept."""
    try:
        return Source(name, data.decode("utf-8-sig"), path, stamp)
    except UnicodeDecodeError as error:
        source = Source(name, data.decode("utf-8-sig", "replace"), path, stamp)
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise TemplateError(name, reason, [Place(source, line)]) from None
