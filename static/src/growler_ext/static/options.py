"""Checks what `Static` is given, when it is given: every mistake is named at once, each with its mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import get_args

from growler.paths import Symlinks
from growler_ext.static.age import Age, parse_age
from growler_ext.static.mime import TYPES
from growler_ext.static.source import Dotfiles

Root = str | PathLike[str]

_TCHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rf"{_TCHARS}/{_TCHARS}(;[\t\x20-\x7e]*)?").fullmatch
_CHARSET = re.compile(_TCHARS).fullmatch
_NAME = re.compile(r"[^/\\\0]+").fullmatch
_SUFFIX = re.compile(r"\.[^./\\\0]+").fullmatch


@dataclass(frozen=True, slots=True)
class Options:
    """What is left of the arguments after the check."""

    roots: tuple[Path, ...]
    index: str | None
    dotfiles: Dotfiles
    symlinks: Symlinks
    max_age: int
    charset: str | None
    types: Mapping[str, str]


def check(
    roots: Sequence[Root],
    *,
    index: str | None,
    dotfiles: Dotfiles,
    symlinks: Symlinks,
    max_age: Age,
    charset: str | None,
    types: Mapping[str, str] | None,
) -> Options:
    """The options, ready for use. Raises ValueError that names all mistakes, one per line."""
    mistakes = [*_wrong_roots(roots), *_wrong_types(types or {})]
    if index is not None and not _is_name(index):
        mistakes.append(
            f'index is {index!r}: give the name of a file, such as "index.html", or None for no index'
        )
    if dotfiles not in get_args(Dotfiles):
        mistakes.append(f'dotfiles is {dotfiles!r}: choose "ignore", "deny" or "allow"')
    if symlinks not in get_args(Symlinks):
        mistakes.append(f'symlinks is {symlinks!r}: choose "inside", "follow" or "never"')
    if charset is not None and not _matches(_CHARSET, charset):
        mistakes.append(f'charset is {charset!r}: give a name such as "utf-8", or None to say nothing of it')
    seconds = 0
    try:
        seconds = parse_age(max_age)
    except ValueError as error:
        mistakes.append(str(error))
    if mistakes:
        raise ValueError(
            "Static cannot serve like this:\n" + "\n".join(f"- {mistake}" for mistake in mistakes)
        )
    return Options(
        # Absolute now: a later chdir must not move what is served. Links on the way stay as they are, so that
        # a deployment may switch them.
        tuple(Path(root).absolute() for root in roots),
        index,
        dotfiles,
        symlinks,
        seconds,
        charset,
        TYPES if types is None else {**TYPES, **{suffix.lower(): kind for suffix, kind in types.items()}},
    )


def _wrong_roots(roots: Sequence[object]) -> Iterator[str]:
    if not roots:
        yield 'no folder is given: Static("public")'
    for root in roots:
        if not isinstance(root, str | PathLike) or not isinstance(fspath(root), str):
            yield f"{root!r} is no folder: give each as an argument of its own, a str or a Path"
        elif not fspath(root):
            yield 'a folder is "": write "." for the current one'
        elif not Path(root).is_dir():
            yield f"there is no folder {Path(root).absolute()}: create it or correct the path"


def _wrong_types(types: Mapping[str, str]) -> Iterator[str]:
    for suffix, kind in types.items():
        if not _matches(_SUFFIX, suffix):
            yield f'types has {suffix!r}: a suffix is one dot and a name, such as ".glb"'
        if not _matches(_MEDIA_TYPE, kind):
            yield f'types has {kind!r} for {suffix!r}: a media type is like "model/gltf-binary" (RFC 9110 8.3.1)'


def _is_name(value: object) -> bool:
    """Whether this is the name of one file: no path, and nothing that means another folder."""
    return _matches(_NAME, value) and value not in (".", "..")


def _matches(pattern: Callable[[str], object], value: object) -> bool:
    """The annotations are a promise that only type checkers keep; a mistake may be of any type."""
    return isinstance(value, str) and pattern(value) is not None
