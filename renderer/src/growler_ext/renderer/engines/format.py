"""The "format" engine: text with `{name}` in it, as in str.format, and nothing more. For tiny pages.

Attributes, indexes, conversions and formats are refused when the template is read: `{user.__init__.__globals__}`
prints secrets and `{x:>9999999999}` takes the memory. Parsed once, joined at each render.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from markupsafe import escape as escape_html

from growler_ext.renderer.contract import Fault, Loader, Place, Source
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.frames import frames

_TOKENS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Field(NamedTuple):
    """A `{name}` and the text in front of it."""

    before: str
    name: str
    position: int


class FormatEngine:
    """Values are shown as `str` does, or as their `__html__` says."""

    name = "format"
    suffixes = (".tmpl", ".html.tmpl")
    reserved: frozenset[str] = frozenset()

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> FormatTemplate:
        fields, rest = parse(source)
        return FormatTemplate(source, fields, rest, escape_html if escape else str)

    def explain(self, error: Exception, /) -> Fault:
        for frame, _ in frames(error):
            if frame.f_code is FormatTemplate.render.__code__:
                source, field = frame.f_locals["self"].source, frame.f_locals["field"]
                # Else the KeyError is a value's own, out of its __str__ or __html__.
                missing = isinstance(error, KeyError) and field.name not in frame.f_locals["values"]
                reason = (
                    f"there is no value {field.name!r}" if missing else f"{type(error).__name__}: {error}"
                )
                return Fault(reason, (_place(source, field.position),))
        return Fault(f"{type(error).__name__}: {error}")


class FormatTemplate:
    """Text and fields in turn."""

    __slots__ = ("fields", "rest", "show", "source")

    def __init__(
        self, source: Source, fields: tuple[Field, ...], rest: str, show: Callable[[object], str]
    ) -> None:
        self.source = source
        self.fields = fields
        self.rest = rest
        self.show = show

    def render(self, values: Mapping[str, object], /) -> str:
        show = self.show
        pieces = []
        for field in self.fields:
            pieces.append(field.before)
            pieces.append(show(values[field.name]))
        pieces.append(self.rest)
        return "".join(pieces)


def parse(source: Source) -> tuple[tuple[Field, ...], str]:
    """The fields of a template, and the text behind the last one. Raises TemplateError."""
    fields = []
    text = source.text
    before: list[str] = []
    end = 0
    for token in _TOKENS.finditer(text):
        before.append(text[end : token.start()])
        end = token.end()
        name = token[1]
        if token[0] in ("{{", "}}"):
            before.append(token[0][0])
        elif name is None:
            raise _wrong(source, token, f"a single {token[0]}: for the brace itself write {token[0] * 2}")
        elif not name.isidentifier():
            raise _wrong(
                source, token,
                "only a plain name may stand in braces, as in {title}; for a brace itself write {{ or }}",
            )  # fmt: skip
        else:
            fields.append(Field("".join(before), name, token.start()))
            before = []
    return tuple(fields), "".join([*before, text[end:]])


def _wrong(source: Source, token: re.Match[str], reason: str) -> TemplateError:
    return TemplateError(source.name, reason, (_place(source, token.start()),))


def _place(source: Source, position: int) -> Place:
    text = source.text
    return Place(source, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))
