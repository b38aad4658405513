"""The "template" engine: text with `$name` or `${name}` in it, as in string.Template, and nothing more.

For tiny pages in which braces have a meaning of their own. A lone `$` is refused when the template is read.
"""

from __future__ import annotations

import re

from growler_ext.renderer.contract import Fault, Inspection, Loader, Source
from growler_ext.renderer.engines import fields
from growler_ext.renderer.engines.fields import FieldsTemplate

# Names are those of string.Template: ASCII, so that `$größe` is refused and not read as `$gr`.
_TOKENS = re.compile(r"\$(?:(\$)|\{([^}\n]*)\}|(\w+))?")
_IS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch


class TemplateEngine:
    """Values are shown as `str` does, or as their `__html__` says.

    Parameters:
        escape: False shows values as they are, in HTML too.
    """

    name = "template"
    suffixes: tuple[str, ...] = (".tpl", ".html.tpl")
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
    if token[1] is not None:
        return fields.Text("$")
    name = token[2] if token[2] is not None else token[3]
    if name is None:
        return fields.Wrong("a single $: for the sign itself write $$")
    if not _IS_NAME(name):
        return fields.Wrong(
            "only a plain name may follow a $, as in $title or ${title}; for the sign itself write $$"
        )
    return fields.Name(name)
