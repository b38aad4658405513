"""Checks what `Indexer` was given, once, when the app is wired; names all mistakes together."""

from __future__ import annotations

import os
from typing import get_args

from growler.paths import Symlinks
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.order import DIRECTIONS, KEYS, Direction, Key, Order


def check(
    root: str | os.PathLike[str],
    *,
    hidden: bool,
    symlinks: Symlinks,
    sort: Key,
    order: Direction,
    title: str | None,
) -> tuple[Tree, Order]:
    """The tree to list and the order it is listed in. Raises ValueError that names every mistake."""
    mistakes = []
    if not os.path.isdir(root):
        mistakes.append(
            f"root is {os.fspath(root)!r}, which is no folder: make it, or name one that is there"
        )
    if symlinks not in get_args(Symlinks):
        mistakes.append(f'symlinks is {symlinks!r}: choose "inside", "follow" or "never"')
    if sort not in KEYS:
        mistakes.append(f'sort is {sort!r}: choose "name", "size" or "modified"')
    if order not in DIRECTIONS:
        mistakes.append(f'order is {order!r}: choose "asc" or "desc"')
    if title is not None and not title.strip():
        mistakes.append(f"title is {title!r}: give a name to show, or None to show the path")
    if mistakes:
        raise ValueError(
            "Indexer cannot list like this:\n" + "\n".join(f"- {mistake}" for mistake in mistakes)
        )
    # Absolute now: a later chdir must not move what is listed.
    return Tree(os.path.abspath(root), hidden, symlinks), Order(sort, order)
