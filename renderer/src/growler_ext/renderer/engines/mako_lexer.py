"""Reads mako's templates so that a value with no filter but the default one is escaped at a quarter of the price.

mako's own `h` gives `Markup`, which only a filter behind it would look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mako import parsetree
from mako.lexer import Lexer


def lexer(filters: Sequence[str]) -> type[Lexer]:
    """A lexer for `Template(lexer_cls=)`.

    Parameters:
        filters: names of functions in the template's module that take the place of the default filters where a
            value has no filter of its own.
    """

    class WithFilters(Lexer):  # type: ignore[misc]  # mako has no types
        def parse(self) -> Any:
            tree = super().parse()
            nodes = list(walk(tree))
            # A page's own filters come between the default and the value.
            if not any(isinstance(node, parsetree.PageTag) and node.filter_args.args for node in nodes):
                for node in nodes:
                    if isinstance(node, parsetree.Expression) and not node.escapes_code.args:
                        # In place, so that mako does not take the functions for values of these names.
                        node.escapes_code.args[:] = ["n", *filters]
            return tree

    return WithFilters


def walk(node: Any) -> Iterator[Any]:
    """A node of mako's tree and all below it, in their order."""
    yield node
    for child in node.get_children():
        yield from walk(child)
