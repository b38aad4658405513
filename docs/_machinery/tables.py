"""Tables of what a class offers, in Markdown: its options, its fields, its members. None is written by hand.

What they say comes from signatures and docstrings, through `signatures` and `reference`.
"""

from __future__ import annotations

import ast
import sys
import types
import typing
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any

from _machinery import docstrings, reference
from _machinery.signatures import Kind, Parameter, parameters


def of_options(owner: Callable[..., Any]) -> str:
    """The options of a class as a Markdown table: name and type, default, what the docstring says."""
    lines = ["| option | default | what it does |", "|---|---|---|"]
    for each, text in options(owner).items():
        kind = _expanded(each.annotation, owner)
        default = "" if each.default is None else f"`{each.default}`"
        if each.kind is Kind.VAR_POSITIONAL:
            kind = f"{kind}, ..."
        shown = f"`{each.name}`" + (f'<br><span class="option-type">`{kind}`</span>' if kind else "")
        lines.append(f"| {_cell(shown)} | {_cell(default)} | {_cell(text)} |")
    return _styled(lines)


def options(owner: Callable[..., Any]) -> dict[Parameter, str]:
    """The parameters, and what the docstring says of each; "" where it says nothing."""
    said = docstrings.split(owner.__doc__)[1]
    return {each: said.get(each.name) or said.get(f"*{each.name}") or "" for each in parameters(owner)}


def of_fields(owner: type) -> str:
    """The fields of a dataclass: name, default as a number people can read, what stands below it."""
    said = reference.attribute_texts(owner)
    lines = ["| field | default | what it bounds |", "|---|---|---|"]
    lines += [
        f"| `{each.name}` | {_size(each.default)} | {_cell(' '.join(said[each.name].split()))} |"
        for each in dataclass_fields(owner)
    ]
    return _styled(lines)


def _size(number: Any) -> str:
    if isinstance(number, int) and number >= 1024 and number % 1024 == 0:
        return f"{number // 1024} KiB" if number % 2**20 else f"{number // 2**20} MiB"
    return f"{number:,}"


def of_members(owner: type) -> str:
    """The methods and properties of a class, with the first paragraph of what is said of them."""
    lines = ["| member | what it is |", "|---|---|"]
    for each in reference.members(owner):
        call = "" if each.kind != "method" else "()" if each.signature.startswith("()") else "(...)"
        target = f"{owner.__module__.partition('.')[0]}.{owner.__name__}.{each.name}"
        text = " ".join(each.text.partition("\n\n")[0].split())
        lines.append(f"| {{py:obj}}`{each.name}{call} <{target}>` | {_cell(text)} |")
    return "\n".join(lines)


def _styled(lines: list[str]) -> str:
    """The table for growler.css, which puts its cells below each other on a phone."""
    return "\n".join(["````{container} options", *lines, "````"])


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _expanded(annotation: str, owner: Callable[..., Any]) -> str:
    """Names of aliases, such as `Duration`, replaced by what they stand for; names of classes stay."""
    known = vars(sys.modules[owner.__module__])
    try:
        tree = ast.parse(annotation, mode="eval")
    except SyntaxError:
        return annotation
    return ast.unparse(_Expander(known).visit(tree))


class _Expander(ast.NodeTransformer):
    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._expand(node, self._known.get(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        owner = self._known.get(node.value.id) if isinstance(node.value, ast.Name) else None
        return self._expand(ast.Name(node.attr), getattr(owner, node.attr, None))

    def _expand(self, node: ast.expr, meant: Any) -> ast.expr:
        if not isinstance(meant, types.UnionType | types.GenericAlias) and typing.get_origin(meant) is None:
            return node
        text = repr(meant)
        for module in ("typing.", "collections.abc.", "datetime.", "growler."):
            text = text.replace(module, "")
        try:
            return ast.parse(text, mode="eval").body
        except SyntaxError:
            return node
