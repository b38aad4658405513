"""Goes through the tree of a pug file."""

from __future__ import annotations

from collections.abc import Iterator

from growler_ext.renderer.engines.pug.tree import (
    Block,
    Call,
    Case,
    Comment,
    Each,
    Group,
    If,
    Mixin,
    Node,
    Tag,
    While,
)


def bodies(node: Node) -> Iterator[list[Node]]:
    """The lists of nodes inside a node."""
    match node:
        case If():
            for branch in node.branches:
                yield branch.body
            yield node.orelse
        case Each():
            yield node.body
            yield node.orelse
        case Case():
            for when in node.whens:
                if when.body is not None:
                    yield when.body
        case Tag() | Comment() | Block() | Group() | Mixin() | Call() | While():
            yield node.body
        case _:
            pass


def walk(body: list[Node]) -> Iterator[Node]:
    """All nodes, each before those inside it."""
    for node in body:
        yield node
        for inner in bodies(node):
            yield from walk(inner)
