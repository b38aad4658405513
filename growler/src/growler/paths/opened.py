"""`OpenedFile` and `OpenedFolder`: what was reached, by descriptor, so that its name does not matter any more."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from growler.paths.names import PathRefused

if TYPE_CHECKING:
    from growler.paths.root import Root


@dataclass(slots=True)
class OpenedFile:
    """An open regular file and what fstat says of it. Whoever opened it closes it.

    Parameters:
        file: open for reading, unbuffered.
        stat: what fstat says of it.
        path: its path, for messages.
    """

    file: BinaryIO
    stat: os.stat_result
    path: Path


class OpenedFolder:
    """An open folder: what it shows is what was checked, even if another has taken its name since.

        with open_folder(root, ("sub",)) as folder, folder.scan() as entries:
            for entry in entries:
                size = folder.status(entry.name).st_size

    What is opened below it by `open_file` and `open_folder` obeys the same policy for links as the folder itself.
    Whoever opened it closes it; not safe to close in one thread while another uses it.

    Attributes:
        parts: its path below the root.
        stat: what fstat says of it.
    """

    def __init__(self, root: Root, parts: tuple[str, ...], descriptor: int | None) -> None:
        self.root = root
        self.parts = parts
        # None where the system opens no folders (Windows): there names have to do.
        self._descriptor = descriptor
        self.stat: os.stat_result = os.stat(self.path) if descriptor is None else os.fstat(descriptor)

    @property
    def path(self) -> Path:
        """Its path, for messages."""
        return Path(self.root.path, *self.parts)

    def scan(self) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        """`os.scandir` of it. An entry's own `path` is its name alone, and its `stat()` does not obey the policy."""
        return os.scandir(self.path if self._descriptor is None else self._descriptor)

    def status(self, name: str) -> os.stat_result:
        """What an entry is; of a link, what it leads to. Raises PathRefused where it may not be followed, OSError."""
        return self.root.status((*self.parts, name), within=self._descriptor)

    def open_file(self, name: str) -> OpenedFile:
        """Open a regular file in it. Raises as `open_parts`."""
        return self.root.open_file((*self.parts, name), within=self._descriptor)

    def open_folder(self, name: str) -> OpenedFolder:
        """Open a folder in it. Raises as `growler.paths.open_folder`."""
        return self.root.open_folder((*self.parts, name), within=self._descriptor)

    def close(self) -> None:
        """Close it; more than once does no harm."""
        if self._descriptor is not None and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened_file(descriptor: int, path: Path) -> OpenedFile:
    """A descriptor as an OpenedFile. Takes it over: it is closed if this raises; raises as `demand_regular`."""
    try:
        status = os.fstat(descriptor)
        demand_regular(status, path)
        return OpenedFile(cast("BinaryIO", io.FileIO(descriptor, "rb")), status, path)
    except BaseException:
        os.close(descriptor)
        raise


def demand_regular(status: os.stat_result, path: Path) -> None:
    """Raise IsADirectoryError for a folder, PathRefused for what else is no regular file."""
    if stat.S_ISREG(status.st_mode):
        return
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder", str(path))
    raise PathRefused("not a regular file")


def demand_folder(status: os.stat_result, path: Path) -> None:
    """Raise NotADirectoryError for what is no folder."""
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(path))
