"""`Root`: a folder to serve from, and which links may be followed below it. It opens what the parts of a path name.

A way without links is walked (`walk`). If there is a link on it, the policy decides; one that may lead inside the
root is resolved, and the way it stands for is walked in its place - again without following any, so that a link
swapped in meanwhile leads to a refusal and not out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from growler.paths import walk
from growler.paths.names import PathRefused, check_name, is_inside, split
from growler.paths.opened import OpenedFile, OpenedFolder, demand_folder, demand_regular, opened_file

Symlinks = Literal["inside", "follow", "never"]
"""Links whose target lies inside the root are followed; all are; none is."""

T = TypeVar("T")
_Act = Callable[[int | None, str, bool], T]
"""Done where a path ends: given a folder's descriptor, a name in it, and whether to follow links."""


class Root:
    """A folder to serve from.

    Parameters:
        path: the folder. Links on the way to it are followed at each use, so that a deployment may switch them.
        symlinks: which links below it are followed.

    Raises ValueError for any other word: to take a misspelt "never" for the default would follow links.
    """

    def __init__(self, path: str | os.PathLike[str], *, symlinks: Symlinks = "inside") -> None:
        self.path: str = os.fspath(path)
        self.symlinks = _known(symlinks)

    def open_file(self, parts: tuple[str, ...], *, within: int | None = None) -> OpenedFile:
        """Open a regular file; see `open_parts`.

        Parameters:
            within: a descriptor of the folder that all parts but the last name, where one is at hand.
        """
        path = Path(self.path, *parts)

        def read(here: int | None, name: str, follow: bool) -> int:
            demand_regular(walk.status(here, name, follow=follow), path)
            return walk.read(here, name, follow=follow)

        return opened_file(self._reach(parts, read, within), path)

    def open_folder(self, parts: tuple[str, ...], *, within: int | None = None) -> OpenedFolder:
        """Open a folder; see `growler.paths.open_folder`."""

        def read(here: int | None, name: str, follow: bool) -> int | None:
            demand_folder(walk.status(here, name, follow=follow), Path(self.path, *parts))
            return walk.read(here, name, follow=follow) if walk.POSSIBLE else None

        return OpenedFolder(self, parts, self._reach(parts, read, within))

    def status(self, parts: tuple[str, ...], *, within: int | None = None) -> os.stat_result:
        """What is there, without opening it: of a link, what it leads to. Raises PathRefused, OSError."""
        return self._reach(parts, lambda here, name, follow: walk.status(here, name, follow=follow), within)

    def _reach(self, parts: tuple[str, ...], act: _Act[T], within: int | None) -> T:
        for part in parts:
            check_name(part)
        if self.symlinks == "follow":
            if within is not None:
                return act(within, parts[-1], True)
            return act(None, os.path.join(self.path, *parts), True)
        if walk.POSSIBLE:
            try:
                return _walk(self.path, parts, act) if within is None else act(within, parts[-1], False)
            except walk.LinkMet:
                if self.symlinks == "never":
                    raise PathRefused("a symbolic link") from None
        try:
            resolved = self._resolved(parts)
            return _walk(self.path, resolved, act) if walk.POSSIBLE else self._by_name(resolved, act)
        except walk.LinkMet:
            raise PathRefused("a loop of links, or one that was made meanwhile") from None

    def _resolved(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The parts without links. Raises PathRefused for a way out."""
        real_root = os.path.realpath(self.path)
        real = _realpath(os.path.join(self.path, *parts))
        _check_real(real, real_root, parts, self.symlinks)
        below = os.path.relpath(real, real_root)
        return () if below == os.curdir else tuple(below.split(os.sep))

    def _by_name(self, parts: tuple[str, ...], act: _Act[T]) -> T:
        """Where there are no descriptors of folders (Windows): look afterwards whether a link has come between."""
        path = os.path.join(os.path.realpath(self.path), *parts)
        result = act(None, path, False)
        if _still_there(path, result):
            return result
        if isinstance(result, int):
            os.close(result)
        raise PathRefused("changed while it was opened")


def _walk(root: str, parts: tuple[str, ...], act: _Act[T]) -> T:
    here = walk.enter(root, parts[:-1])
    try:
        return act(here, parts[-1] if parts else os.curdir, False)
    finally:
        os.close(here)


def _still_there(path: str, result: object) -> bool:
    """Whether a resolved path has no link on it yet, and names what was opened, if anything was."""
    try:
        if os.path.realpath(path) != path:
            return False
        return not isinstance(result, int) or os.path.samestat(os.stat(path), os.fstat(result))
    except OSError:
        return False


def open_under(root: str | os.PathLike[str], raw: bytes, *, symlinks: Symlinks = "inside") -> OpenedFile:
    """Open the regular file that a URL path names below `root`.

    Parameters:
        root: a folder.
        raw: the percent-encoded path as it came, such as `req.raw_path`.
        symlinks: which links may be on the way.

    Raises PathRefused for a path that `split` refuses, a link that leads where it may not, and devices, pipes and
    sockets; FileNotFoundError and its like (OSError) for what is not there or cannot be read; IsADirectoryError
    for a folder.
    """
    return open_parts(root, split(raw), symlinks=symlinks)


def open_parts(
    root: str | os.PathLike[str], parts: tuple[str, ...], *, symlinks: Symlinks = "inside"
) -> OpenedFile:
    """`open_under` for parts that `split` gave."""
    return Root(root, symlinks=symlinks).open_file(parts)


def open_folder(
    root: str | os.PathLike[str], parts: tuple[str, ...], *, symlinks: Symlinks = "inside"
) -> OpenedFolder:
    """Open the folder that parts from `split` name below `root`; () is the root itself. Close it after use.

    Raises PathRefused as `open_under`, NotADirectoryError for a file, OSError for what is not there or not readable.
    """
    return Root(root, symlinks=symlinks).open_folder(parts)


def resolve_under(root: str | os.PathLike[str], raw: bytes, *, symlinks: Symlinks = "inside") -> Path:
    """The path below `root` that a URL path names; it need not exist.

    Parameters as in `open_under`.

    Raises PathRefused. The answer can be outdated by a link made a moment later: to read, use `open_under`.
    """
    parts = split(raw)
    path = Path(root, *parts)
    if _known(symlinks) != "follow":
        _check_real(_realpath(path), os.path.realpath(root), parts, symlinks)
    return path


def _known(symlinks: Symlinks) -> Symlinks:
    if symlinks not in ("inside", "follow", "never"):
        raise ValueError(f"symlinks={symlinks!r} is no policy: use 'inside', 'follow' or 'never'")
    return symlinks


def _check_real(real: str, real_root: str, parts: tuple[str, ...], symlinks: Symlinks) -> None:
    """Refuse a resolved path that links have led where they may not."""
    if symlinks == "never":
        if real != os.path.join(real_root, *parts):
            raise PathRefused("a symbolic link")
    elif not is_inside(real, real_root):
        raise PathRefused("a link out of the root")


def _realpath(path: str | Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        raise PathRefused("the path cannot be resolved") from None
