"""Reads the expressions of pug files as Jinja's, and says so where they are JavaScript's.

Three things of JavaScript stay what they are in pug: `null`, the keys of `{active: x}`, and `.length`. Everything
else that Python says otherwise is refused with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import jinja2
from jinja2 import nodes
from jinja2.parser import Parser
from jinja2.visitor import NodeTransformer

from growler_ext.renderer.engines.pug.scan import Brackets, Lexeme, Unreadable, lexemes
from growler_ext.renderer.engines.pug.tree import Expression, Spot, wrong
from growler_ext.renderer.errors import TemplateError

OURS = "_pug_"
"""How the names begin that the compiler makes; templates cannot use such names."""

MAX_DEPTH = 60
"""Operations in operations of one expression: what jinja2 and Python can take, and more than can be read."""

REFUSED_NAMES = frozenset({"self", "super", "loop", "caller", "varargs", "kwargs"})
"""What Jinja calls so would stand before a value."""

_JAVASCRIPT = {
    "&&": "write and instead of &&",
    "||": "write or instead of ||",
    "===": "write == instead of ===",
    "!==": "write != instead of !==",
    "!": "write not instead of !",
    "?": "write b if a else c instead of a ? b : c",
    "`": 'write "..." ~ value instead of a string in backticks',
    "=>": "expressions are Jinja's: there are no functions with =>",
    "++": "write n += 1, on a line of its own that begins with -",
    "--": "write n -= 1, on a line of its own that begins with -",
    "=": "write == to compare; to set a variable, write a line that begins with -",
    ";": "a ; has no meaning here",
}
# Words that make no sense to Jinja, but are no errors by themselves: a value may be called so.
_WORDS = {
    "typeof": "write x is string, x is number or x is defined instead of typeof",
    "new": "expressions are Jinja's: there is no new",
    "function": "expressions are Jinja's: there are no functions in them",
    "instanceof": "expressions are Jinja's: there is no instanceof",
}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|([\s\S]))"
)
_SAME_ESCAPES = frozenset("\\'\"bfnrtvxu01234567")

Lookup = Callable[[str], nodes.Expr]
"""What a name means at a place of the template."""


def parse(environment: jinja2.Environment, expression: Expression, lookup: Lookup) -> nodes.Expr:
    """The expression as a part of Jinja's tree. Raises TemplateError."""
    spot = expression.spot
    text = _checked(expression)
    try:
        parser = Parser(environment, text, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            reason = f"something is missing in front of {parser.stream.current.value!r}"
            raise wrong(spot, _explain(expression.text, reason))
    except jinja2.TemplateSyntaxError as error:
        raise wrong(spot, _explain(expression.text, error.message or "")) from error
    except RecursionError:
        raise _too_deep(spot) from None
    _check_depth(tree, spot)
    read = _Names(lookup, spot).visit(tree)
    assert isinstance(read, nodes.Expr)
    return read.set_environment(environment)  # type: ignore[return-value]  # gives back what it was called on


def _checked(expression: Expression) -> str:
    """The text for jinja2, with the strings of JavaScript made those of Python. Raises TemplateError."""
    pieces = []
    brackets = Brackets()
    before: Lexeme | None = None
    try:
        for lexeme in lexemes(expression.text, 0, len(expression.text)):
            brackets.see(lexeme)
            text = lexeme.text
            if lexeme.kind == "string":
                text = _ESCAPE.sub(_escape, text)
            # Jinja's own = is that of f(key=value).
            elif lexeme.kind == "operator" and text in _JAVASCRIPT and (text != "=" or not brackets):
                raise wrong(expression.spot, f"{shorten(expression.text)}: {_JAVASCRIPT[text]}")
            if lexeme.kind != "blank":
                before = lexeme
            pieces.append(text)
        brackets.check_closed()
    except Unreadable as error:
        raise wrong(expression.spot, f"{shorten(expression.text)}: {error.reason}") from None
    if before is None:
        raise wrong(expression.spot, "an expression is missing")
    return "".join(pieces)


class _Names(NodeTransformer):
    """Gives names their meaning, in place."""

    def __init__(self, lookup: Lookup, spot: Spot) -> None:
        self._lookup = lookup
        self._spot = spot

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.name == "null":
            return nodes.Const(None)
        if node.name == "undefined":
            raise wrong(self._spot, "there is no undefined: write x is defined, or x is not defined")
        if node.name in REFUSED_NAMES or node.name.startswith(OURS):
            raise wrong(
                self._spot,
                f"{node.name} is not there in pug: each has value, key in items, mixins have block",
            )
        return self._lookup(node.name)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        self.generic_visit(node)
        if node.attr == "length":
            return nodes.Filter(node.node, OURS + "length", [], [], None, None)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:
        if isinstance(node.key, nodes.Name):
            node.key = nodes.Const(node.key.name)
        return self.generic_visit(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        if node.name.startswith(OURS):
            raise wrong(self._spot, f"there is no filter {node.name}")
        return self.generic_visit(node)


def _check_depth(tree: nodes.Node, spot: Spot) -> None:
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return
    raise _too_deep(spot)


def _escape(match: re.Match[str]) -> str:
    """What JavaScript understands by a backslash in a string, as Python says it."""
    point, high, low, char = match.groups()
    if high is not None:  # two halves of one character
        point = format(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00, "x")
    if point is not None:
        return f"\\U{point:0>8}"
    if char in _SAME_ESCAPES:
        return match[0]
    return "" if char == "\n" else str(char)


def _explain(text: str, reason: str) -> str:
    """What is wrong with an expression, by the word of JavaScript in it if there is one."""
    for lexeme in lexemes(text, 0, len(text)):
        if lexeme.text in _WORDS:
            reason = _WORDS[lexeme.text]
    return f"{shorten(text)} is no expression: {reason}"


def _too_deep(spot: Spot) -> TemplateError:
    return wrong(
        spot,
        f"the expression has more than {MAX_DEPTH} operations in operations: set a variable to a part of it",
    )


def shorten(text: str) -> str:
    """A text in one line, for an error."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
