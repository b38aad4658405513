"""Finds the file a URL path names below one or several folders: the first that has it wins.

Every path goes through `growler.paths`; this file adds what a file server means by dotfiles and by a folder.
The answer is one of a closed set, so whoever renders it cannot forget a case.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from growler.paths import OpenedFile, PathRefused, Symlinks, open_parts, split

Dotfiles = Literal["ignore", "deny", "allow"]
"""Names that begin with a dot do not exist, are refused, or are like any other."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The path names a folder, but without the slash at its end that makes relative links work."""

    parts: tuple[str, ...]


class Nothing(Enum):
    """Why there is no file to send."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    DENIED = "denied"


Found = OpenedFile | Folder | Nothing

# Not the path's fault but the machine's: said as such, or a cache would keep a 404 for a file that is there.
_MACHINE_FAILED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})


class Source:
    """Folders to find files in.

    Parameters:
        roots: absolute folders, asked in this order.
        index: the file that stands for its folder; None if none does.
        dotfiles: see `Dotfiles`. `/.well-known/` is not one (RFC 8615).
        symlinks: see `growler.paths.Symlinks`.
    """

    def __init__(
        self, roots: Sequence[Path], index: str | None, dotfiles: Dotfiles, symlinks: Symlinks
    ) -> None:
        self._roots = tuple(roots)
        self._index = index
        self._dotfiles = dotfiles
        self._symlinks = symlinks

    def find(self, raw: bytes, *, as_folder: bool) -> Found:
        """What a URL path names; an opened file is the caller's to close.

        Parameters:
            raw: the percent-encoded path below the mount point.
            as_folder: the path asks for a folder, so only its index file will do.

        Raises OSError where the machine fails: no more descriptors, no memory, a broken disk.
        """
        try:
            parts = split(raw)
        except PathRefused:
            return Nothing.MISSING
        if self._dotfiles != "allow" and _has_dotfile(parts):
            return Nothing.DENIED if self._dotfiles == "deny" else Nothing.MISSING
        if as_folder:
            if self._index is None:
                return Nothing.MISSING
            parts = (*parts, self._index)
        found: Found = Nothing.MISSING
        for root in self._roots:
            here = self._look(root, parts, as_folder=as_folder)
            if not isinstance(here, Nothing):
                return here
            if found is Nothing.MISSING:
                found = here
        return found

    def _look(self, root: Path, parts: tuple[str, ...], *, as_folder: bool) -> Found:
        try:
            return open_parts(root, parts, symlinks=self._symlinks)
        except IsADirectoryError:
            # A folder that has the index file's name is nothing to send.
            return Nothing.MISSING if as_folder else Folder(parts)
        except PermissionError:
            return Nothing.UNREADABLE
        except PathRefused:
            return Nothing.MISSING
        except OSError as error:
            # Everything else says that there is no such file: too long a name, a loop of links, a socket ...
            if error.errno in _MACHINE_FAILED:
                raise
            return Nothing.MISSING


def read_part(opened: OpenedFile, first: int, count: int) -> bytes:
    """Bytes of an opened file. Raises EOFError if it has become shorter than that."""
    opened.file.seek(first)
    data = opened.file.read(count)
    if len(data) < count:
        raise EOFError(f"{os.fspath(opened.path)} became shorter while it was read")
    return data


def _has_dotfile(parts: tuple[str, ...]) -> bool:
    visible = parts[1:] if parts[:1] == (".well-known",) else parts
    return any(part.startswith(".") for part in visible)
