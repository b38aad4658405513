"""Reads the lines of code in pug files, `- x = 1`: what sets a variable, what jumps, what is an expression only."""

from __future__ import annotations

import re
from typing import NamedTuple

from growler_ext.renderer.engines.pug.expressions import OURS, REFUSED_NAMES, shorten
from growler_ext.renderer.engines.pug.scan import Unreadable, split
from growler_ext.renderer.engines.pug.tree import Expression, Spot, wrong

_SET = re.compile(r"([A-Za-z_]\w*)\s*(?:([-+*/~%]?)=(?!=)\s*(.*))?\Z", re.DOTALL)
_DECLARES = re.compile(r"(?:var|let|const)\s+")
_COMMENT_LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


class Set(NamedTuple):
    """A line of code that sets a variable; `declares` if it begins with var, let or const."""

    name: str
    declares: bool
    value: Expression
    operator: str
    spot: Spot


class Run(NamedTuple):
    """A line of code that is an expression."""

    value: Expression


class Jump(NamedTuple):
    """`break` or `continue`."""

    word: str
    spot: Spot


Statement = Set | Run | Jump


def statements(text: str, spot: Spot) -> list[Statement]:
    """The lines of code in a text. Raises TemplateError."""
    found: list[Statement] = []
    text = _COMMENT_LINE.sub("", text)
    try:
        for at, part in split(text, "\n;"):
            line = part.strip()
            if line:
                here = Spot(spot.source, spot.line + text.count("\n", 0, at), spot.via)
                found += _statement(line, here)
    except Unreadable as error:
        raise wrong(
            Spot(spot.source, spot.line + text.count("\n", 0, error.at), spot.via), error.reason
        ) from None
    return found


def check_name(name: str, spot: Spot) -> None:
    """Raise TemplateError for what a variable cannot be called."""
    if name in REFUSED_NAMES or name.startswith(OURS) or name in ("true", "false", "none", "None", "null"):
        raise wrong(spot, f"{name} has a meaning of its own: choose another name")


def _statement(line: str, spot: Spot) -> list[Statement]:
    if line in ("break", "continue"):
        return [Jump(line, spot)]
    declares = _DECLARES.match(line)
    if declares is None and "=" not in line:
        return [Run(Expression(line, spot))]
    parts = split(line[declares.end() :], ",") if declares is not None else iter([(0, line)])
    found: list[Statement] = []
    for _, part in parts:
        match = _SET.match(part.strip())
        if match is None:
            target = line.partition("=")[0]
            if declares is not None or ("(" not in target and ("." in target or "[" in target)):
                raise wrong(spot, f"{shorten(line)} sets no variable: write name = value")
            return [Run(Expression(line, spot))]
        name, operator, value = match.groups()
        check_name(name, spot)
        found.append(Set(name, declares is not None, Expression(value or "none", spot), operator or "", spot))
    return found
