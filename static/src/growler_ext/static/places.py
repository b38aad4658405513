"""Checks the options of `Static` that say which files there are, and makes of them what finds files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from os.path import isdir
from pathlib import Path
from typing import Any, get_args

from growler.paths import PathRefused, Root, Symlinks, split
from growler_ext.static.hiding import Dotfiles, Hiding
from growler_ext.static.options import Folder, Mistakes, matches
from growler_ext.static.source import Source
from growler_ext.static.top_names import TopNames

_NAME = re.compile(r"[^/\\\0]+").fullmatch
_EXTENSION = re.compile(r"\.?[^./\\\0][^/\\\0]*").fullmatch


@dataclass(frozen=True, slots=True)
class Places:
    """Where files are looked for.

    Parameters:
        source: finds them.
        top_names: rules out what is none of them.
        spa: the path of the page that stands for others.
    """

    source: Source
    top_names: TopNames
    spa: tuple[str, ...] | None


def check_places(
    mistakes: Mistakes,
    roots: Sequence[Folder],
    *,
    index: str | Sequence[str] | None,
    extensions: str | Sequence[str],
    spa: str | None,
    dotfiles: Dotfiles,
    hide: Iterable[str],
    symlinks: Symlinks,
) -> Places:
    """The options that say which files there are. Adds to `mistakes`."""
    mistakes += _wrong_roots(roots)
    indexes = _several(index)
    if not all(matches(_NAME, name) and name not in (".", "..") for name in indexes):
        mistakes.append(
            f'index is {index!r}: give the name of a file, such as "index.html", a list of names, or None for no index'
        )
    suffixes = _several(extensions)
    if not all(matches(_EXTENSION, suffix) for suffix in suffixes):
        mistakes.append(f'extensions is {extensions!r}: give suffixes such as ["html"]')
    page = None
    if spa is not None:
        try:
            page = split(b"/" + spa.encode())
        except (AttributeError, PathRefused):
            page = ()
        if not page:
            mistakes.append(f'spa is {spa!r}: give the path of a page below the root, such as "index.html"')
    if dotfiles not in get_args(Dotfiles):
        mistakes.append(f'dotfiles is {dotfiles!r}: choose "ignore", "deny" or "allow"')
    if symlinks not in get_args(Symlinks):
        mistakes.append(f'symlinks is {symlinks!r}: choose "inside", "follow" or "never"')
    hiding = None
    if isinstance(hide, str):
        mistakes.append(f"hide is {hide!r}: give a list of globs, [{hide!r}]")
    else:
        try:
            hiding = Hiding(hide)
        except ValueError as error:
            mistakes.append(f"hide: {error}")
    if mistakes:
        roots = ()
        indexes = suffixes = ()
    # Absolute now: a later chdir must not move what is served. Links on the way stay as they are, so that a
    # deployment may switch them.
    folders = [Root(Path(root).absolute(), symlinks=symlinks) for root in roots]
    extensions = [suffix if suffix.startswith(".") else f".{suffix}" for suffix in suffixes]
    source = Source(folders, index=indexes, extensions=extensions, dotfiles=dotfiles, hiding=hiding)
    return Places(source, TopNames([folder.path for folder in folders], indexes, extensions), page)


def _several(value: object) -> tuple[Any, ...]:
    """One or several, as several; what is neither stays, to be complained about."""
    if value is None or value is False:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _wrong_roots(roots: Sequence[object]) -> Iterator[str]:
    if not roots:
        yield 'no folder is given: Static("public")'
    for root in roots:
        if not isinstance(root, str | PathLike) or not isinstance(fspath(root), str):
            yield f"{root!r} is no folder: give each as an argument of its own, a str or a Path"
        elif not fspath(root):
            yield 'a folder is "": write "." for the current one'
        # Not Path.is_dir, which raises for a path that is too long.
        elif not isdir(root):
            yield f"there is no folder {Path(root).absolute()}: create it or correct the path"
