"""What can be said of one pug file without rendering it: where it shows a value as it is.

It has no references for the check: what it includes or extends is read when it is compiled, or is an error then.
"""

from __future__ import annotations

from collections.abc import Iterator

import jinja2
from jinja2 import nodes

from growler_ext.renderer.contract import Inspection, Place, Source
from growler_ext.renderer.engines.pug.expressions import parse
from growler_ext.renderer.engines.pug.parser import parse as parse_file
from growler_ext.renderer.engines.pug.statements import Run, Set, statements
from growler_ext.renderer.engines.pug.traversal import walk
from growler_ext.renderer.engines.pug.tree import (
    Call,
    Case,
    Each,
    Expression,
    If,
    Node,
    Script,
    Shown,
    Tag,
    While,
)


def inspect(environment: jinja2.Environment, source: Source) -> Inspection:
    """See `Engine.inspect`."""
    unescaped: set[int] = set()
    for node in walk(parse_file(source)):
        if isinstance(node, Shown) and not node.escaped:
            unescaped.add(node.spot.line)
        elif isinstance(node, Tag | Call):
            unescaped |= {
                one.spot.line
                for one in node.attributes
                if not one.escaped and isinstance(one.value, Expression) and not _is_text(one.value)
            }
        unescaped |= {one.spot.line for one in _expressions(node) if _is_markup(environment, one)}
    return Inspection(unescaped=tuple(Place(source, line) for line in sorted(unescaped)))


def _expressions(node: Node) -> Iterator[Expression]:
    match node:
        case Shown():
            yield node.value
        case Tag() | Call():
            yield from (one.value for one in node.attributes if isinstance(one.value, Expression))
            yield from node.spreads
            if isinstance(node, Call) and node.arguments is not None:
                yield Expression(f"[{node.arguments.text}]", node.arguments.spot)
        case Script():
            for statement in statements(node.text, node.spot):
                if isinstance(statement, Set | Run):
                    yield statement.value
        case If():
            yield from (branch.test for branch in node.branches)
        case Each():
            yield node.items
        case While():
            yield node.test
        case Case():
            yield node.value
        case _:
            pass


def _is_text(value: Expression) -> bool:
    """Whether it is no more than text that the author wrote, such as the class of `.name`."""
    return value.text[:1] in ("'", '"') and value.text.count(value.text[0]) == 2


def _is_markup(environment: jinja2.Environment, expression: Expression) -> bool:
    """Whether it makes HTML of a value: `|safe`, `Markup(...)`."""
    if "safe" not in expression.text and "Markup" not in expression.text:
        return False
    tree = nodes.Tuple([parse(environment, expression, lambda name: nodes.Name(name, "load"))], "load")
    return any(one.name == "safe" for one in tree.find_all(nodes.Filter)) or any(
        isinstance(one.node, nodes.Name) and one.node.name == "Markup" for one in tree.find_all(nodes.Call)
    )
