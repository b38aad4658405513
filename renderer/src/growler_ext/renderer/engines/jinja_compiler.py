"""Templates of jinja2 for the "jinja" engine: compiled here, with other templates from the loader.

jinja2 asks an environment for the other templates of `extends`, `include` and `import`; so each template has one of
its own, an overlay that knows its loader. Nothing is written to disk, whatever jinja2 offers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any, NamedTuple

import jinja2

from growler_ext.renderer.contract import Fault, Loader, Place, Source, UnknownBlock
from growler_ext.renderer.engines.jinja_blocks import make_outline
from growler_ext.renderer.engines.jinja_code import ShowingEnvironment
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.frames import frames
from growler_ext.renderer.functions import FUNCTIONS

RESERVED = frozenset({"self", "super", "loop", "caller", *FUNCTIONS})
"""Names that values cannot have: what Jinja calls so would stand before them."""

_EXTENDS = re.compile(r"\{%[-+]?\s*extends\b")
_MISSING = re.compile(r"'(\w+)' is undefined")


class Origin(NamedTuple):
    """What one compiled template comes from."""

    source: Source
    loader: Loader


class Missing(jinja2.Undefined):
    """A value that is not there: false, and an error where it is shown, counted or gone through."""

    __slots__ = ()
    __str__ = __html__ = __len__ = __iter__ = jinja2.Undefined._fail_with_undefined_error


class JinjaEnvironment(ShowingEnvironment):
    """An environment whose templates come from a `Loader`; of each template there is one, made by `overlay`.

    Parameters:
        options: those of `jinja2.Environment`, without what the renderer decides: loading, caching and escaping.
    """

    origin: Origin

    def __init__(self, **options: Any) -> None:
        options.setdefault("undefined", Missing)
        super().__init__(cache_size=0, **options)
        self.globals.update(FUNCTIONS)

    def get_template(
        self, name: Any, parent: str | None = None, globals: Mapping[str, Any] | None = None
    ) -> jinja2.Template:
        """The other template of an `extends`, `include` or `import`; called by what jinja2 compiles."""
        if isinstance(name, jinja2.Template):
            return name
        found = self._find(name)
        if self.origin.loader.reloads:
            # What it defines for importers was kept by jinja2, and may have come from another file since changed.
            found.jinja._module = None
        return found.jinja

    def select_template(
        self, names: Any, parent: str | None = None, globals: Mapping[str, Any] | None = None
    ) -> jinja2.Template:
        """The first of several that is there."""
        if isinstance(names, jinja2.Undefined):
            names._fail_with_undefined_error()
        for name in names:
            try:
                return self.get_template(name, parent)
            except jinja2.TemplateNotFound:
                continue
        raise jinja2.TemplatesNotFound(list(names), f"no template is called {' or '.join(map(repr, names))}")

    def outline(self, name: str) -> jinja2.Template:
        """The outline of the parent in an `extends`; called by what `jinja_blocks` makes of it."""
        return self._find(name).outline()

    def _find(self, name: Any) -> JinjaTemplate:
        if isinstance(name, jinja2.Undefined):
            name._fail_with_undefined_error()
        if not isinstance(name, str):
            raise TypeError(f"the name of a template is a str, not {type(name).__name__}")
        source, loader = self.origin
        try:
            found = loader.template(name, source.name if is_relative(name) else None)
        except TemplateNotFound as error:
            # Of its own kind, because `include ... ignore missing` waits for that.
            raise jinja2.TemplateNotFound(name, str(error)) from error
        assert isinstance(found, JinjaTemplate)
        return found


class JinjaTemplate:
    """See `Template`."""

    __slots__ = ("_environment", "_outline", "jinja")

    def __init__(self, environment: JinjaEnvironment, code: CodeType) -> None:
        self._environment = environment
        self._outline: jinja2.Template | None = None
        self.jinja: jinja2.Template = self._template(code)

    def render(self, values: Mapping[str, object], block: str | None = None, /) -> str:
        # Without jinja2's own render(): that copies the values once more, and replaces a traceback by one that has
        # lost the templates.
        jinja = self.jinja if block is None else self.outline()
        context = jinja.new_context(values)  # type: ignore[arg-type]  # it says dict, and only reads
        pieces = jinja.root_render_func(context)
        if block is None:
            return "".join(pieces)
        deque(pieces, 0)  # runs it; there are no pieces
        if block not in context.blocks:
            raise UnknownBlock(block, context.blocks)
        return "".join(context.blocks[block][0](context))

    def outline(self) -> jinja2.Template:
        """What is run of the template in front of a single block (see `jinja_blocks`); compiled when first used."""
        if self._outline is None:
            environment = self._environment
            source = environment.origin.source
            tree = make_outline(environment, environment.parse(source.text, source.name), "outline")
            self._outline = self._template(environment.compile(tree, source.name))
        return self._outline

    def _template(self, code: CodeType) -> jinja2.Template:
        environment = self._environment
        shared = {**environment.globals, **environment.origin.loader.globals}
        return jinja2.Template.from_code(environment, code, shared)


def compile(environment: JinjaEnvironment, source: Source, loader: Loader, *, escape: bool) -> JinjaTemplate:
    """A template. Raises TemplateError with the line for what is wrong in it."""
    own = environment.overlay(autoescape=escape, newline_sequence="\r\n" if "\r\n" in source.text else "\n")
    own.origin = Origin(source, loader)
    try:
        return JinjaTemplate(own, own.compile(source.text, source.name))
    except jinja2.TemplateSyntaxError as error:
        reason = error.message or "the syntax is wrong"
        raise TemplateError(source.name, reason, [Place(source, error.lineno)]) from error


def explain(error: Exception) -> Fault:
    """See `Engine.explain`; blocks and macros are among the places."""
    places = tuple(_places(error))
    match = _MISSING.fullmatch(str(error)) if isinstance(error, jinja2.UndefinedError) else None
    if match is not None:
        return Fault(f"there is no value {match[1]!r}", places, match[1])
    if isinstance(error, jinja2.TemplateRuntimeError):
        return Fault(str(error), places)
    if isinstance(error, jinja2.TemplateNotFound) and isinstance(error.__cause__, TemplateNotFound):
        return Fault(str(error.__cause__), places)
    return Fault(f"{type(error).__name__}: {error}", places)


def is_relative(name: str) -> bool:
    """Whether a name in a template is relative to the template's folder; the others are to the directories."""
    return name.startswith(("./", "../"))


def _places(error: BaseException) -> Iterator[Place]:
    """The templates that an exception passed through, with the lines of their sources."""
    passed = []
    for frame, line in frames(error):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and isinstance(template.environment, JinjaEnvironment):
            passed.append((frame, template, template.get_corresponding_lineno(line)))
    for at, (frame, template, line) in enumerate(passed):
        source = template.environment.origin.source
        if at + 1 < len(passed) and frame.f_locals.get("parent_template") is passed[at + 1][1]:
            # jinja2 goes on to the parent behind the last statement, and knows no line of its own for that.
            line = _line_of_extends(source.text) or line
        yield Place(source, line)


def _line_of_extends(text: str) -> int | None:
    match = _EXTENDS.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None
