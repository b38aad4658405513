"""The "pug" engine, also called "jade" (https://pugjs.org): pug with expressions of Jinja.

pypugjs cuts a file into tokens; reading, linking and compiling are ours, because pypugjs compiles common pug wrongly
without a word. A template is one function of jinja2 with all its parents and includes in it; it opens no file and
asks for no other template when it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jinja2

from growler_ext.renderer.contract import Fault, Inspection, Loader, Place, Source, UnknownBlock
from growler_ext.renderer.engines.jinja_code import ShowingEnvironment
from growler_ext.renderer.engines.jinja_compiler import Missing
from growler_ext.renderer.engines.pug import inspection
from growler_ext.renderer.engines.pug.compiler import compile_tree
from growler_ext.renderer.engines.pug.expressions import OURS, REFUSED_NAMES
from growler_ext.renderer.engines.pug.linker import Linker
from growler_ext.renderer.engines.pug.runtime import FILTERS
from growler_ext.renderer.engines.pug.tree import Node, Spot, wrong
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.frames import frames
from growler_ext.renderer.functions import FUNCTIONS

# The global of a compiled template under which its lines are found when a traceback passes through.
_SPOTS = "_growler_spots"
_MISSING = re.compile(r"'(\w+)' is undefined")
_NOT_GIVEN = re.compile(r"parameter '(\w+)' was not provided")


class PugEngine:
    """Pug templates: `.pug`, `.jade`.

    Names in `extends` and `include` are relative to the template's folder, or to the directories if they begin with
    a slash.

    Parameters:
        escape: False shows values as they are, in HTML too; those of attributes are escaped all the same.
        filters, tests: more of them for expressions, by name.
    """

    name = "pug"
    suffixes: tuple[str, ...] = (".pug", ".html.pug", ".jade", ".html.jade")
    reserved: frozenset[str] = REFUSED_NAMES | frozenset(FUNCTIONS)

    def __init__(
        self,
        *,
        escape: bool = True,
        filters: Mapping[str, Callable[..., Any]] = {},
        tests: Mapping[str, Callable[..., Any]] = {},
    ) -> None:
        self._escape = escape
        self._environments = {
            escaped: _make_environment(filters, tests, escape=escaped) for escaped in (True, False)
        }

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> PugTemplate:
        environment = self._environments[escape and self._escape]
        try:
            body = Linker(loader, self.suffixes).link(source).body
            return PugTemplate(environment, source, body, loader.globals)
        except RecursionError as error:
            raise TemplateError(source.name, "it is too deep for Python") from error

    def explain(self, error: Exception, /) -> Fault:
        places = tuple(_places(error))
        text = str(error)
        if isinstance(error, jinja2.UndefinedError):
            match = _MISSING.fullmatch(text) or _NOT_GIVEN.fullmatch(text)
            if match is not None:
                return Fault(f"there is no value {match[1]!r}", places, match[1])
        if isinstance(error, jinja2.TemplateRuntimeError):
            return Fault(text, places)
        return Fault(f"{type(error).__name__}: {error}", places)

    def inspect(self, source: Source, /) -> Inspection:
        return inspection.inspect(self._environments[True], source)


class PugTemplate:
    """See `Template`."""

    __slots__ = ("_blocks", "_body", "_environment", "_globals", "_jinja", "_known", "_source")

    def __init__(
        self, environment: jinja2.Environment, source: Source, body: list[Node], shared: Mapping[str, object]
    ) -> None:
        self._environment = environment
        self._source = source
        self._body = body
        self._globals = {**environment.globals, **shared}
        self._blocks: dict[str, jinja2.Template] = {}
        self._jinja, self._known = self._make(None)

    def render(self, values: Mapping[str, object], block: str | None = None, /) -> str:
        jinja = self._jinja if block is None else self._block(block)
        # Without jinja2's own render(): that copies the values once more, and replaces a traceback by one that has
        # lost the templates.
        return "".join(jinja.root_render_func(jinja.new_context(values)))  # type: ignore[arg-type]  # it only reads

    def _block(self, name: str) -> jinja2.Template:
        """The template that shows one block; compiled when first used."""
        if name not in self._known:
            raise UnknownBlock(name, sorted(self._known))
        if name not in self._blocks:
            self._blocks[name], _ = self._make(name)
        return self._blocks[name]

    def _make(self, block: str | None) -> tuple[jinja2.Template, frozenset[str]]:
        environment = self._environment
        compiled = compile_tree(environment, self._body, block)
        try:
            code = environment.compile(compiled.tree, self._source.name)
        except jinja2.TemplateSyntaxError as error:  # a filter or a test that is not there
            raise wrong(
                _spot(compiled.spots, error.lineno), error.message or "the syntax is wrong"
            ) from error
        template = jinja2.Template.from_code(environment, code, self._globals)
        template.root_render_func.__globals__[_SPOTS] = compiled.spots
        return template, compiled.blocks


def _make_environment(
    filters: Mapping[str, Callable[..., Any]], tests: Mapping[str, Callable[..., Any]], *, escape: bool
) -> jinja2.Environment:
    environment = ShowingEnvironment(
        autoescape=escape,
        undefined=Missing,
        cache_size=0,
    )
    environment.globals.update(FUNCTIONS)
    environment.filters.update(filters)
    environment.tests.update(tests)
    environment.filters.update({OURS + name: function for name, function in FILTERS.items()})
    return environment


def _places(error: BaseException) -> Iterator[Place]:
    """The lines that an exception passed through."""
    for frame, line in frames(error):
        spots = frame.f_globals.get(_SPOTS)
        if spots:
            template = frame.f_globals["__jinja_template__"]
            yield from _spot(spots, template.get_corresponding_lineno(line)).places()


def _spot(spots: Sequence[Spot], line: int) -> Spot:
    return spots[max(line, 1) - 1]
