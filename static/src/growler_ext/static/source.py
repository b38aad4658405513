"""Finds the file a URL path names below one or several folders: the first that has it wins.

Every path goes through `growler.paths`; this file adds what a file server means by dotfiles, hidden names, a folder
and a missing suffix. The answer is one of a closed set, so whoever renders it cannot forget a case.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from growler.paths import OpenedFile, PathRefused, Root, split
from growler_ext.static.hiding import Dotfiles, Hiding, has_dotfile


@dataclass(frozen=True, slots=True)
class Found:
    """An open file, the caller's to close, and where it was found: the parts of its path below a root."""

    opened: OpenedFile
    root: Root
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """The path names a folder, but without the slash at its end that makes relative links work."""

    parts: tuple[str, ...]


class Nothing(Enum):
    """Why there is no file to send."""

    MISSING = "missing"
    HIDDEN = "hidden"  # as if missing, and nothing takes its place either
    UNREADABLE = "unreadable"
    DENIED = "denied"
    OUTSIDE = "outside"
    MALFORMED = "malformed"


# Not the path's fault but the machine's: said as such, or a cache would keep a 404 for a file that is there.
_MACHINE_FAILED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})


class Source:
    """Folders to find files in.

    Parameters:
        roots: asked in this order.
        index: the files that stand for their folder, the first that is there.
        extensions: suffixes to try for a last part that has none, such as ".html".
        dotfiles: see `Dotfiles`.
        hiding: what is not to be seen.
    """

    def __init__(
        self,
        roots: Sequence[Root],
        *,
        index: Sequence[str] = (),
        extensions: Sequence[str] = (),
        dotfiles: Dotfiles = "ignore",
        hiding: Hiding | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._index = tuple(index)
        self._extensions = tuple(extensions)
        self._dotfiles = dotfiles
        self._hiding = hiding

    def find(self, raw: bytes, *, as_folder: bool) -> Found | Folder | Nothing:
        """What a URL path names.

        Parameters:
            raw: the percent-encoded path below the mount point.
            as_folder: the path asks for a folder, so only its index file will do.

        Raises OSError where the machine fails: no more descriptors, no memory, a broken disk.
        """
        try:
            parts = split(raw)
        except PathRefused as refused:
            if refused.malformed:
                return Nothing.MALFORMED
            if b"//" in raw:
                return self._behind_slashes(raw) if raw.startswith(b"//") else Nothing.HIDDEN
            return Nothing.OUTSIDE
        if self._dotfiles != "allow" and has_dotfile(parts):
            return Nothing.DENIED if self._dotfiles == "deny" else Nothing.HIDDEN
        if self.hides(parts):
            return Nothing.HIDDEN
        found: Found | Folder | Nothing = Nothing.MISSING
        for root in self._roots:
            for candidate in self._candidates(parts, as_folder=as_folder):
                here = self._look(root, candidate)
                # A folder that has the name of an index file, or of the file that a suffix was to complete, is none.
                if isinstance(here, Folder) and (as_folder or candidate != parts):
                    here = Nothing.MISSING
                if not isinstance(here, Nothing):
                    return here
                if found is Nothing.MISSING:
                    found = here
        return found

    def find_page(self, parts: tuple[str, ...]) -> Found | None:
        """One file of a known name, from the first folder that has it."""
        for root in self._roots:
            found = self._look(root, parts)
            if isinstance(found, Found):
                return found
        return None

    def hides(self, parts: tuple[str, ...]) -> bool:
        """Whether the globs hide a path."""
        return self._hiding is not None and self._hiding.hides(parts)

    def _candidates(self, parts: tuple[str, ...], *, as_folder: bool) -> Iterator[tuple[str, ...]]:
        if as_folder:
            for name in self._index:
                if not self.hides((*parts, name)):
                    yield (*parts, name)
            return
        yield parts
        if self._extensions and parts and "." not in parts[-1]:
            for suffix in self._extensions:
                completed = (*parts[:-1], parts[-1] + suffix)
                if not self.hides(completed):
                    yield completed

    def _behind_slashes(self, raw: bytes) -> Folder | Nothing:
        """A folder behind several slashes is one to redirect to. A file behind them is not served: a guard that stands
        before its folder has not seen the request, for to the router `//a` is another path than `/a`."""
        found = self.find(b"/" + raw.strip(b"/"), as_folder=False)
        if isinstance(found, Found):
            found.opened.file.close()
        return found if isinstance(found, Folder) else Nothing.HIDDEN

    def _look(self, root: Root, parts: tuple[str, ...]) -> Found | Folder | Nothing:
        try:
            return Found(root.open_file(parts), root, parts)
        except IsADirectoryError:
            return Folder(parts)
        except PermissionError:
            return Nothing.UNREADABLE
        except PathRefused:
            return Nothing.MISSING
        except OSError as error:
            # Everything else says that there is no such file: too long a name, a file in the middle of a path ...
            if error.errno in _MACHINE_FAILED:
                raise
            return Nothing.MISSING


@contextmanager
def closed_on_error(opened: OpenedFile) -> Iterator[None]:
    """Close a file if what stands below fails before it has handed it on."""
    try:
        yield
    except BaseException:
        opened.file.close()
        raise


def read_part(opened: OpenedFile, first: int, count: int) -> bytes:
    """Bytes of an opened file. Raises EOFError if it has become shorter than that."""
    opened.file.seek(first)
    data = opened.file.read(count)
    if len(data) < count:
        raise EOFError(f"{opened.path} became shorter while it was read")
    return data
