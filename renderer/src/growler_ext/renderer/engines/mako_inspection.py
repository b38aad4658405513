"""What can be said of a mako template without rendering it: `Engine.inspect` of the "mako" engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mako import parsetree
from mako.lexer import Lexer

from growler_ext.renderer.contract import Inspection, Place, Reference, Source
from growler_ext.renderer.engines.mako_lexer import walk

_TAGS = (parsetree.IncludeTag, parsetree.InheritTag, parsetree.NamespaceTag)
_RAW_CODE = re.compile(r"\bMarkup\s*\(|\bcontext\s*\.\s*write\b").search


def inspect(source: Source, preprocessor: Callable[[str], str] | None) -> Inspection:
    """References with names that do not depend on values; `|n`, `expression_filter="n"`, `context.write`, `Markup`."""
    references = []
    unescaped = []
    for node in walk(Lexer(source.text, preprocessor=preprocessor).parse()):
        name = node.attributes.get("file") if isinstance(node, _TAGS) else None
        if name is not None and "${" not in name:
            references.append(Reference(name, source.name, Place(source, node.lineno)))
        if _is_unescaped(node):
            unescaped.append(Place(source, node.lineno))
    return Inspection(tuple(references), tuple(unescaped))


def _is_unescaped(node: Any) -> bool:
    if isinstance(node, parsetree.Expression):
        return "n" in node.escapes_code.args or _RAW_CODE(node.text) is not None
    if isinstance(node, parsetree.Code | parsetree.ControlLine):
        return _RAW_CODE(node.text) is not None
    if isinstance(node, parsetree.PageTag):
        filters = re.split(r"[\s,]+", node.attributes.get("expression_filter", ""))
        return "n" in filters
    return False
