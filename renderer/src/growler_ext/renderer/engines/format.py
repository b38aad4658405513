"""The "format" engine: text with `{name}` in it, as in str.format, and nothing more. For tiny pages.

Attributes, indexes, conversions and formats are refused when the template is read: `{user.__init__.__globals__}`
prints secrets and `{x:>9999999999}` takes the memory.
"""

from __future__ import annotations

import re

from growler_ext.renderer.contract import Fault, Inspection, Loader, Source
from growler_ext.renderer.engines import fields
from growler_ext.renderer.engines.fields import FieldsTemplate

_TOKENS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class FormatEngine:
    """Values are shown as `str` does, or as their `__html__` says.

    Parameters:
        escape: False shows values as they are, in HTML too.
    """

    name = "format"
    suffixes: tuple[str, ...] = (".tmpl", ".html.tmpl")
    reserved: frozenset[str] = frozenset()

    def __init__(self, *, escape: bool = True) -> None:
        self._escape = escape

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> FieldsTemplate:
        return fields.compile(source, _TOKENS, _read, escape=escape and self._escape)

    def explain(self, error: Exception, /) -> Fault:
        return fields.explain(error)

    def inspect(self, source: Source, /) -> Inspection:
        return Inspection()


def _read(token: re.Match[str]) -> fields.Token:
    name = token[1]
    if token[0] in ("{{", "}}"):
        return fields.Text(token[0][0])
    if name is None:
        return fields.Wrong(f"a single {token[0]}: for the brace itself write {token[0] * 2}")
    if not name.isidentifier():
        return fields.Wrong(
            "only a plain name may stand in braces, as in {title}; for a brace itself write {{ or }}"
        )
    return fields.Name(name)
