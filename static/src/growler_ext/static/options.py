"""What `Static` and `send_file` can be given, and how mistakes in it are told: all at once, each with its mend.

`places` checks the options that say which files there are, `presenting` those that say how they are sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import TypedDict

from growler.paths import Symlinks
from growler_ext.static.age import Age
from growler_ext.static.hiding import Dotfiles
from growler_ext.static.keeping import Immutable
from growler_ext.static.shown import ExtraHeaders

Folder = str | PathLike[str]

_PREFIX = re.compile(r"(https?://[^/?#\s]+)?(/[^?#\s]*)?").fullmatch


class FileOptions(TypedDict, total=False):
    """The options that `Static` and `send_file` share; see `Static`."""

    max_age: Age
    immutable: Immutable
    cache_control: str | bool | None
    etag: bool
    last_modified: bool
    ranges: bool
    encodings: Sequence[str]
    types: Mapping[str, str] | None
    charset: str | None
    headers: ExtraHeaders | None
    untrusted: bool


class StaticOptions(FileOptions, total=False):
    """All options of `Static`."""

    index: str | Sequence[str] | None
    extensions: str | Sequence[str]
    spa: str | None
    redirect: bool
    fallthrough: bool
    dotfiles: Dotfiles
    hide: Iterable[str]
    symlinks: Symlinks
    prefix: str | None
    memory: int


class Mistakes(list[str]):
    """What is wrong, in sentences that name the mend."""

    def raise_any(self, who: str) -> None:
        """Raise ValueError that names all of them, one per line."""
        if self:
            raise ValueError(
                f"{who} cannot serve like this:\n" + "\n".join(f"- {mistake}" for mistake in self)
            )


def check_prefix(mistakes: Mistakes, prefix: str | None) -> None:
    if prefix is not None and not matches(_PREFIX, prefix):
        mistakes.append(
            f'prefix is {prefix!r}: give what stands before a file\'s path in its URL, such as "/static" or '
            '"https://cdn.example.com/static"'
        )


def check_memory(mistakes: Mistakes, memory: int) -> None:
    if type(memory) is not int or memory < 0:
        mistakes.append(f"memory is {memory!r}: give bytes, 0 to keep no file in memory")


def matches(pattern: Callable[[str], object], value: object) -> bool:
    """The annotations are a promise that only type checkers keep; a mistake may be of any type."""
    return isinstance(value, str) and pattern(value) is not None
