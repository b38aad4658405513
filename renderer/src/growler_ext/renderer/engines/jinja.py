"""The "jinja" engine (https://jinja.palletsprojects.com): Jinja's own language, with inheritance, includes and macros.

Values are escaped by autoescape, which the name of the template decides and not its last suffix. What is not there
is false in `{% if %}` and an error where it is shown. All else is in `jinja_compiler`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension

from growler_ext.renderer.contract import Fault, Inspection, Loader, Place, Reference, Source
from growler_ext.renderer.engines import jinja_compiler
from growler_ext.renderer.engines.jinja_compiler import RESERVED, JinjaEnvironment, JinjaTemplate, is_relative


class JinjaEngine:
    """Jinja templates: `.jinja`, `.jinja2`, `.j2`.

    Names in `extends`, `include` and `import` are relative to the directories; with `./` or `../` in front to the
    template's folder.

    Parameters:
        escape: False shows values as they are, in HTML too.
        extensions: as those of `jinja2.Environment`, such as "jinja2.ext.loopcontrols".
        filters, tests: more of them, by name.
        trim_blocks, lstrip_blocks, line_statement_prefix, line_comment_prefix, keep_trailing_newline: as those of
            `jinja2.Environment`; but the last newline of a file is kept.
    """

    name = "jinja"
    suffixes: tuple[str, ...] = (".jinja", ".html.jinja", ".jinja2", ".html.jinja2", ".j2", ".html.j2")
    reserved = RESERVED

    def __init__(
        self,
        *,
        escape: bool = True,
        extensions: Sequence[str | type[Extension]] = (),
        filters: Mapping[str, Callable[..., Any]] = {},
        tests: Mapping[str, Callable[..., Any]] = {},
        trim_blocks: bool = False,
        lstrip_blocks: bool = False,
        line_statement_prefix: str | None = None,
        line_comment_prefix: str | None = None,
        keep_trailing_newline: bool = True,
    ) -> None:
        self._escape = escape
        environment = JinjaEnvironment(
            extensions=extensions,
            trim_blocks=trim_blocks,
            lstrip_blocks=lstrip_blocks,
            line_statement_prefix=line_statement_prefix,
            line_comment_prefix=line_comment_prefix,
            keep_trailing_newline=keep_trailing_newline,
        )
        environment.filters.update(filters)
        environment.tests.update(tests)
        self._environment = environment

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> JinjaTemplate:
        return jinja_compiler.compile(self._environment, source, loader, escape=escape and self._escape)

    def explain(self, error: Exception, /) -> Fault:
        return jinja_compiler.explain(error)

    def inspect(self, source: Source, /) -> Inspection:
        tree = self._environment.parse(source.text, source.name)
        return Inspection(
            tuple(
                Reference(name, source.name if is_relative(name) else None, Place(source, line))
                for name, line in references(tree)
            ),
            tuple(Place(source, line) for line in unescaped(tree)),
        )


def references(tree: nodes.Template) -> list[tuple[str, int]]:
    """Names of other templates that do not depend on values, and the lines they stand in.

    Left out is what may be missing: one of several, and `ignore missing`.
    """
    found = []
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for node in tree.find_all(kinds):
        name = node.template  # type: ignore[attr-defined]  # each of these kinds has one
        may_be_missing = getattr(node, "ignore_missing", False)
        if isinstance(name, nodes.Const) and isinstance(name.value, str) and not may_be_missing:
            found.append((name.value, node.lineno))
    return found


def unescaped(tree: nodes.Template) -> list[int]:
    """Lines in which something is shown as it is: `|safe`, `Markup(...)`, `{% autoescape false %}`."""
    lines = {node.lineno for node in tree.find_all(nodes.Filter) if node.name == "safe"}
    lines |= {
        call.lineno for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "Markup"
    }  # fmt: skip
    for modifier in tree.find_all(nodes.ScopedEvalContextModifier):
        # Whatever is no plain `true` may be false.
        if any(
            not (isinstance(option.value, nodes.Const) and option.value.value) for option in modifier.options
        ):
            lines.add(modifier.lineno)
    return sorted(lines)
