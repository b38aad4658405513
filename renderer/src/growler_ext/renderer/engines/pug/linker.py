"""Joins the files of a template to one tree: includes, and the parents of `extends`, as pug.js does it.

All of it happens when the template is compiled, so blocks see the variables around them, and a render asks for no
file. Every name goes through the loader. Files that include each other, and too many of them, are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from growler_ext.renderer.contract import Loader, Source
from growler_ext.renderer.engines.pug.parser import parse
from growler_ext.renderer.engines.pug.traversal import bodies, walk
from growler_ext.renderer.engines.pug.tree import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Block,
    Extends,
    Group,
    Include,
    Mixin,
    Node,
    Spot,
    Text,
    wrong,
)
from growler_ext.renderer.errors import TemplateError, TemplateNotFound

MAX_FILES = 500
"""Files of one template, each counted as often as it is included."""

MAX_NODES = 200_000
"""Tags, texts and the like of a template and its parents, each counted as often as the block it stands in is filled."""

MAX_WAY = 30
"""Files that include or extend files that include or extend files."""


class Linked(NamedTuple):
    """A file with all it includes, in the place of its parents."""

    body: list[Node]
    blocks: dict[str, list[Block]]
    """Those that files below may fill, by name."""
    extends: bool


class Linker:
    """Links one template.

    Parameters:
        loader: gives the files.
        suffixes: endings of files that are pug; others are included as text.
    """

    def __init__(self, loader: Loader, suffixes: Sequence[str]) -> None:
        self._loader = loader
        self._suffixes = tuple(suffixes)
        self._files = 0
        self._characters = 0

    def link(self, source: Source, via: Spot | None = None) -> Linked:
        """The whole tree of a file. Raises TemplateError."""
        body = parse(source, via)
        extends = body.pop(0) if body and isinstance(body[0], Extends) else None
        for node in walk(body):
            if isinstance(node, Extends):
                raise wrong(node.spot, "extends has to be the first line, and the only one of its kind")
        self._include(body)
        _check_depth(body)
        blocks: dict[str, list[Block]] = {}
        for node in walk(body):
            if isinstance(node, Block) and node.mode == "replace":
                blocks.setdefault(node.name, []).append(node)
        if not isinstance(extends, Extends):
            return Linked(body, blocks, extends=False)
        return self._extend(extends, body, blocks)

    def _include(self, body: list[Node]) -> None:
        """Put the files in the places of the includes."""
        for number, node in enumerate(body):
            if isinstance(node, Include):
                body[number] = Group(node.spot, self._included(node))
            else:
                for inner in bodies(node):
                    self._include(inner)

    def _included(self, node: Include) -> list[Node]:
        source = self._load(node.path, node.spot)
        if "." in source.name.rpartition("/")[2] and not source.name.endswith(self._suffixes):
            return [Text(node.spot, source.text.replace("\r", ""))]
        linked = self.link(source, node.spot)
        if linked.extends:
            _remove_blocks(linked.body)
        return linked.body

    def _extend(self, extends: Extends, body: list[Node], blocks: dict[str, list[Block]]) -> Linked:
        mixins, filled = _top_level(body)
        parent = self.link(self._load(extends.path, extends.spot), extends.spot)
        _fill(parent.blocks, body, set())
        _check_size(parent.body, extends.spot)
        _check_depth(parent.body)
        known = [node.name for node in walk(parent.body) if isinstance(node, Block)]
        for block in filled:
            if block.name not in known:
                near = get_close_matches(block.name, known, 1)
                raise wrong(
                    block.spot,
                    f"no parent has a block {block.name!r}"
                    + (
                        f": did you mean {near[0]!r}?"
                        if near
                        else f", but {', '.join(sorted({*known})) or 'none'}"
                    ),
                )
        return Linked([*mixins, *parent.body], {**parent.blocks, **blocks}, extends=True)

    def _load(self, path: str, spot: Spot) -> Source:
        self._files += 1
        if self._files > MAX_FILES:
            raise wrong(spot, f"the template is made of more than {MAX_FILES} files")
        try:
            source = self._loader.load(path, spot.source.name)
        except TemplateNotFound as error:
            raise wrong(spot, str(error)) from error
        except TemplateError as error:  # it is not UTF-8
            raise TemplateError(error.name, error.reason, (*spot.places(), *error.places)) from error
        way = [place.source.name for place in spot.places()]
        if len(way) > MAX_WAY:
            raise wrong(spot, f"files include or extend files more than {MAX_WAY} deep")
        if source.name in way:
            cycle = [*way[way.index(source.name) :], source.name]
            raise wrong(spot, f"the files include or extend each other: {' > '.join(cycle)}")
        self._characters += len(source.text)
        if self._characters > MAX_CHARACTERS:
            raise wrong(spot, f"the files of the template have more than {MAX_CHARACTERS} characters")
        return source


def _check_size(body: list[Node], spot: Spot) -> None:
    """What fills a block that a parent has twice is there twice, which may double with each parent."""
    if next(islice(walk(body), MAX_NODES, None), None) is not None:
        raise wrong(
            spot,
            f"with its parents it has more than {MAX_NODES} parts: are there blocks that a parent has twice?",
        )


def _check_depth(body: list[Node]) -> None:
    """The limit of the lexer once more, for what stands in the blocks of parents and comes from includes."""
    level = [body]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for one in level for node in one for inner in bodies(node)]
        if not level:
            return
    deepest = next((one[0] for one in level if one), None)
    if deepest is not None:
        raise wrong(
            deepest.spot, f"tags stand in tags more than {MAX_DEPTH} deep, those of all the files together"
        )


def _top_level(body: list[Node]) -> tuple[list[Node], list[Block]]:
    """Mixins and blocks of a file that extends another; there may be nothing else."""
    mixins: list[Node] = []
    blocks: list[Block] = []
    for node in body:
        match node:
            case Block():
                blocks.append(node)
            case Mixin():
                mixins.append(node)
            case Group():
                inner = _top_level(node.body)
                mixins += inner[0]
                blocks += inner[1]
            case _:
                raise wrong(
                    node.spot,
                    "a file that extends another one has only blocks and mixins: put it into a block",
                )
    return mixins, blocks


def _fill(parents: dict[str, list[Block]], body: list[Node], around: set[str]) -> None:
    """Fill the blocks of the parents with those of a body, `around` which blocks of these names stand."""
    for node in body:
        inside = around
        if isinstance(node, Block) and node.name not in around:
            _fill_block(parents, node)
            inside = {*around, node.name}
        for inner in bodies(node):
            _fill(parents, inner, inside)


def _fill_block(parents: dict[str, list[Block]], node: Block) -> None:
    found = _with_parents(parents.get(node.name, []))
    if not found:
        return
    node.parents = found
    for block in found:
        if node.mode == "append":
            block.body = [*block.body, *node.body]
        elif node.mode == "prepend":
            block.body = [*node.body, *block.body]
        else:
            block.body = node.body


def _with_parents(blocks: list[Block]) -> list[Block]:
    """Blocks, and before each those that it fills itself."""
    found: list[Block] = []
    for block in blocks:
        found += _with_parents(block.parents)
        found.append(block)
    return found


def _remove_blocks(body: list[Node]) -> None:
    """Make blocks that are filled already into what stands in them: no other file can fill them again."""
    for number, node in enumerate(body):
        if isinstance(node, Block):
            body[number] = node = Group(node.spot, node.body)
        for inner in bodies(node):
            _remove_blocks(inner)
