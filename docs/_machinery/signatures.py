"""Signatures as they stand in the source: `timedelta(days=14)` and not its repr, `int | None` and not its value.

`parameters` reads them off the syntax tree of a function, and off `inspect` where there is no source of it, as for
the `__init__` of a dataclass.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Kind = inspect._ParameterKind


class Parameter(NamedTuple):
    """One parameter; `default` is source, None where it must be given."""

    name: str
    kind: Kind
    annotation: str
    default: str | None


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """The parameters of a function or a class, without self."""
    written = _defaults_as_written(function)
    return [
        Parameter(name, each.kind, _annotation(each.annotation), written.get(name, _shown(each.default)))
        for name, each in inspect.signature(function).parameters.items()
    ]


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    if isinstance(annotation, typing.ForwardRef):  # of a NamedTuple
        annotation = annotation.__forward_arg__
    return annotation if isinstance(annotation, str) else str(inspect.formatannotation(annotation))


def _shown(default: Any) -> str | None:
    if default is inspect.Parameter.empty:
        return None
    shown = repr(default)
    try:
        ast.parse(shown, mode="eval")
    except SyntaxError:  # the repr of an object that is no literal: its name, if it has one
        return getattr(default, "__name__", "...")
    return shown


def _defaults_as_written(function: Callable[..., Any]) -> dict[str, str]:
    """Source of the defaults, unless it is the name of a constant, which says nothing to the reader."""
    plain = vars(function).get("__init__", function) if isinstance(function, type) else function
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    except (OSError, TypeError, SyntaxError):
        return {}
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return {}
    return {
        name: ast.unparse(default) for name, default in _pairs(node.args) if not isinstance(default, ast.Name)
    }


def _pairs(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(positional[::-1], arguments.defaults[::-1], strict=False):
        yield argument.arg, default
    for argument, either in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if either is not None:
            yield argument.arg, either


def signature(function: Callable[..., Any]) -> str:
    """`(a: int, *, b: str = "x") -> None`, without self."""
    words: list[str] = []
    listed = [each for each in parameters(function) if each.name != "self"]
    kinds = [each.kind for each in listed]
    for number, each in enumerate(listed):
        if (
            each.kind is Kind.KEYWORD_ONLY
            and Kind.VAR_POSITIONAL not in kinds
            and each.kind not in kinds[:number]
        ):
            words.append("*")
        words.append(_word(each))
        if each.kind is Kind.POSITIONAL_ONLY and each.kind not in kinds[number + 1 :]:
            words.append("/")
    returned = (
        "" if isinstance(function, type) else _annotation(inspect.signature(function).return_annotation)
    )
    return f"({', '.join(words)})" + (f" -> {returned}" if returned else "")


def _word(each: Parameter) -> str:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(each.kind.name, "")
    word = stars + each.name + (f": {each.annotation}" if each.annotation else "")
    if each.default is None:
        return word
    return f"{word} = {each.default}" if each.annotation else f"{word}={each.default}"
