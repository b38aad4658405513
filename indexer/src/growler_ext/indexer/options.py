"""Checks what `Indexer` was given, once, when the app is wired; names all mistakes together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from growler.paths import Root, Symlinks
from growler_ext.indexer.archive import KINDS, Limits
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.order import DIRECTIONS, KEYS, Order
from growler_ext.indexer.visible import Visible
from growler_ext.indexer.wanted import SYNONYMS
from growler_ext.static import Static
from growler_ext.static.hiding import Hiding

_SIZE = re.compile(r"([0-9]{1,15}) ?(|B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)").fullmatch
_UNITS = {
    "": 1, "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip
# What the listing and its files have to agree on, so the Indexer says it.
_NOT_FOR_STATIC = ("dotfiles", "fallthrough", "hide", "index", "redirect", "spa", "symlinks")


@dataclass(frozen=True, slots=True)
class Options:
    """What is left of the arguments after the check."""

    tree: Tree
    order: Order
    archives: tuple[str, ...]
    limits: Limits
    static: Static | None


def check(root: str | os.PathLike[str], given: Mapping[str, Any]) -> Options:
    """The options, ready for use. Raises ValueError that names every mistake.

    Parameters:
        given: what `Indexer` takes besides, by its names.
    """
    mistakes = [
        *_wrong_folder(root, given),
        *_wrong_view(given),
        *_wrong_archive(given),
        *_wrong_functions(given),
    ]
    static = None
    if not mistakes and given["files"]:
        try:
            static = _static(os.fspath(root), given)
        except (TypeError, ValueError) as error:
            if not given["static"]:
                raise
            mistakes.append(f"static is {given['static']!r}: {error}")
    if mistakes:
        raise ValueError(
            "Indexer cannot list like this:\n" + "\n".join(f"- {mistake}" for mistake in mistakes)
        )
    # Absolute now: a later chdir must not move what is listed.
    where = Root(os.path.abspath(root), symlinks=given["symlinks"])
    visible = Visible(hidden=given["hidden"], hide=given["hide"], accepts=given["filter"])
    return Options(
        Tree(where, visible),
        Order(SYNONYMS.get(given["sort"], given["sort"]), given["order"]),
        # An archive would give out the files that are another's to serve, or to refuse.
        tuple(given["archive"]) if given["files"] else (),
        Limits(parse_size(given["archive_limit"]) or 0),
        static,
    )


def _static(root: str, given: Mapping[str, Any]) -> Static:
    return Static(
        os.path.abspath(root),
        index=given["index"],
        hide=given["hide"],
        dotfiles="allow" if given["hidden"] else "ignore",
        symlinks=given["symlinks"],
        redirect=False,
        fallthrough=True,
        # In a folder that somebody looks through, `log.gz` is a file of its own and no form of `log`.
        **{"encodings": (), **(given["static"] or {})},
    )


def _wrong_folder(root: str | os.PathLike[str], given: Mapping[str, Any]) -> Iterator[str]:
    if not os.path.isdir(root):
        yield f"root is {root!r}, which is no folder: make it, or name one that is there"
    if given["symlinks"] not in get_args(Symlinks):
        yield f'symlinks is {given["symlinks"]!r}: choose "inside", "follow" or "never"'
    hide = given["hide"]
    if isinstance(hide, str) or not _are_texts(hide):
        yield f'hide is {hide!r}: give a tuple of globs, such as ("*.bak", "build/*")'
    else:
        try:
            Hiding(hide)
        except ValueError as error:
            yield f"hide has a mistake: {error}"
    if given["static"] is not None:
        if not given["files"]:
            yield "static says how files are served, but files is False: leave one of the two out"
        elif not isinstance(given["static"], Mapping):
            yield f'static is {given["static"]!r}: give options of Static, such as {{"max_age": "1h"}}'
        else:
            for name in _NOT_FOR_STATIC:
                if name in given["static"]:
                    yield f"static has {name!r}: the Indexer says that itself, so that pages and files agree"
    index = given["index"]
    if index is not None and not (
        isinstance(index, str) and index not in ("", ".", "..") and "/" not in index
    ):
        yield f'index is {index!r}: give the name of a file, such as "index.html", or None for none'
    if index is not None and not given["files"]:
        yield "index is a file, but files is False: leave one of the two out"


def _wrong_view(given: Mapping[str, Any]) -> Iterator[str]:
    if given["sort"] not in KEYS and given["sort"] not in SYNONYMS:
        yield f'sort is {given["sort"]!r}: choose "name", "size", "date" or "type"'
    if given["order"] not in DIRECTIONS:
        yield f'order is {given["order"]!r}: choose "asc" or "desc"'
    size = given["page_size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        yield f"page_size is {size!r}: give how many entries a page has, at least 1"
    title = given["title"]
    if title is not None and not (isinstance(title, str) and title.strip()):
        yield f"title is {title!r}: give a name to show, or None to show the path"


def _wrong_archive(given: Mapping[str, Any]) -> Iterator[str]:
    kinds = given["archive"]
    if isinstance(kinds, str) or not _are_texts(kinds) or any(kind not in KINDS for kind in kinds):
        yield f'archive is {kinds!r}: give a tuple of some of "zip", "tar.gz" and "tar", or () for no archives'
    if parse_size(given["archive_limit"]) is None:
        yield f'archive_limit is {given["archive_limit"]!r}: give bytes, or a number and a unit: "1GB"'


def _wrong_functions(given: Mapping[str, Any]) -> Iterator[str]:
    for name, example in (
        ("filter", "lambda entry: entry.type == 'directory'"),
        ("render", "a function of a listing"),
    ):
        if given[name] is not None and not callable(given[name]):
            yield f"{name} is {given[name]!r}, which cannot be called: give {example}, or None"


def _are_texts(values: object) -> bool:
    return isinstance(values, Sequence) and all(isinstance(value, str) and value for value in values)


def parse_size(value: object) -> int | None:
    """A number of bytes, or one with a unit; None for what is neither."""
    if isinstance(value, str):
        found = _SIZE(value.strip())
        return int(found[1]) * _UNITS[found[2]] if found else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
