"""Reads what stands between the brackets of mixins: parameters with defaults and a rest, arguments with a spread."""

from __future__ import annotations

import re
from typing import NamedTuple

from growler_ext.renderer.engines.pug.scan import Unreadable, split
from growler_ext.renderer.engines.pug.statements import check_name
from growler_ext.renderer.engines.pug.tree import Expression, Mixin, wrong

_PARAMETER = re.compile(r"(\.\.\.)?\s*([A-Za-z_]\w*)\s*(?:=(?!=)\s*(.*))?\Z", re.DOTALL)


class Parameter(NamedTuple):
    """`name`, `name=default` or, last of all, `...name` for the arguments that are left."""

    name: str
    default: Expression | None
    rest: bool


class Arguments(NamedTuple):
    """Arguments one by one, and `...items` behind them."""

    values: list[Expression]
    spread: Expression | None


def read_parameters(mixin: Mixin) -> list[Parameter]:
    """The parameters of a mixin. Raises TemplateError."""
    found: list[Parameter] = []
    names = {"block", "attributes"}
    for text in _parts(Expression(mixin.parameters, mixin.spot)):
        match = _PARAMETER.match(text)
        if match is None or (match[1] and match[3]):
            raise wrong(mixin.spot, f"{text} is no parameter: write name, name=default or ...name")
        if found and found[-1].rest:
            raise wrong(mixin.spot, f"behind ...{found[-1].name} there are no arguments left for {match[2]}")
        if match[3] is None and not match[1] and found and found[-1].default is not None:
            raise wrong(
                mixin.spot, f"the parameter {match[2]} needs a default, because the one before it has one"
            )
        if match[2] in names:
            raise wrong(mixin.spot, f"the mixin has a {match[2]} already: choose another name")
        names.add(match[2])
        check_name(match[2], mixin.spot)
        default = None if match[3] is None else Expression(match[3], mixin.spot)
        found.append(Parameter(match[2], default, bool(match[1])))
    return found


def read_arguments(expression: Expression | None) -> Arguments:
    """The arguments of a call. Raises TemplateError."""
    values: list[Expression] = []
    spread: Expression | None = None
    for text in _parts(expression) if expression is not None else []:
        assert expression is not None  # there are parts
        if spread is not None:
            raise wrong(expression.spot, "nothing can stand behind a ... argument")
        if text.startswith("..."):
            spread = Expression(text[3:], expression.spot)
        else:
            values.append(Expression(text, expression.spot))
    return Arguments(values, spread)


def _parts(expression: Expression) -> list[str]:
    try:
        parts = [part.strip() for _, part in split(expression.text, ",")]
    except Unreadable as error:
        raise wrong(expression.spot, error.reason) from None
    if parts[-1] == "":
        parts.pop()  # nothing at all, or a comma at the end
    return parts
