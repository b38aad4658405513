"""`Templates`: finds, compiles and keeps templates, and renders them.

What was compiled is kept under the name it was asked for, in normal form, once it was found: so endless other
names and spellings take no memory. In production nothing is looked at again; when reloading, every render repeats
the search for each file that was read and compares its stamp, so a new file in an earlier directory is seen too.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import NamedTuple, NoReturn

from growler.http.errors import HTTPError
from growler_ext.renderer import names, values
from growler_ext.renderer.contract import Engine, Source, Template
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.loader import Found
from growler_ext.renderer.names import Form
from growler_ext.renderer.options import Options

# One for the process: mako exchanges warnings.showwarning while it compiles. Reentrant: a template may render
# another one when it is compiled.
_COMPILING = RLock()


class Rendered(NamedTuple):
    """The text of a template, and as what it may be sent."""

    text: str
    form: Form


class Read(NamedTuple):
    """A file that went into a compiled template: what was looked for, and what was found."""

    names: tuple[str, ...]
    found: Found


class Compiled:
    """A template ready to render, with all that is needed to see whether it still is what the files say."""

    __slots__ = ("engine", "form", "name", "reads", "template")

    def __init__(
        self, name: str, engine: Engine, form: Form, template: Template, reads: tuple[Read, ...]
    ) -> None:
        self.name = name
        self.engine = engine
        self.form = form
        self.template = template
        self.reads = reads

    def render(self, merged: Mapping[str, object]) -> str:
        """The text. Raises TemplateError; an HTTPError that something in the template raised stays what it is."""
        try:
            return self.template.render(merged)
        except HTTPError:
            raise
        except Exception as error:
            _fail(self.name, self.engine, error)


class Templates:
    """The templates of some directories.

    Parameters:
        options: what `Renderer` was given.
        reload: whether every render looks for changed files.
    """

    def __init__(self, options: Options, *, reload: bool) -> None:
        self._directories = options.directories
        self._engines = options.engines
        self._globals = options.globals
        self._reload = reload
        self._compiled: dict[tuple[str, Engine | None, bool | None], Compiled] = {}

    def render(self, name: str, local: Mapping[str, object], given: Mapping[str, object] | None) -> Rendered:
        """Render a template; `given` values go over `local` ones, and these over the globals.

        Raises TemplateNotFound, TemplateError, TypeError and ValueError (see `values`).
        """
        compiled = self.get(name)
        merged = values.merge(self._globals, local, given)
        values.check_reserved(merged, compiled.engine.reserved, compiled.engine.name)
        return Rendered(compiled.render(merged), compiled.form)

    def get(self, name: str, engine: Engine | None = None, escape: bool | None = None) -> Compiled:
        """A template by its name.

        Parameters:
            engine: whose template it has to be; any one's if None.
            escape: whether it escapes; as its name says if None.
        """
        compiled = self._compiled.get((name, engine, escape))
        if compiled is None or (self._reload and not self._is_fresh(compiled)):
            return self._compile_once(names.normalise(name), engine, escape)
        return compiled

    def _is_fresh(self, compiled: Compiled) -> bool:
        return all(self._directories.look(read.names) == read.found for read in compiled.reads)

    def _compile_once(self, name: str, engine: Engine | None, escape: bool | None) -> Compiled:
        key = (name, engine, escape)
        with _COMPILING:
            compiled = self._compiled.get(key)
            if compiled is None or (self._reload and not self._is_fresh(compiled)):
                compiled = self._compiled[key] = self._compile(name, engine, escape)
            return compiled

    def _compile(self, name: str, engine: Engine | None, escape: bool | None) -> Compiled:
        wanted = self._engines if engine is None else (engine,)
        source, read = self.read(name, tuple(suffix for engine in wanted for suffix in engine.suffixes))
        engine = next(engine for engine in wanted if source.name.endswith(engine.suffixes))
        try:
            form = names.form_of(source.name)
        except ValueError as error:
            raise TemplateError(source.name, str(error)) from None
        loader = EngineLoader(self, engine, form.escape if escape is None else escape)
        try:
            template = engine.compile(source, loader, escape=loader.escape)
        except Exception as error:
            _fail(source.name, engine, error)
        return Compiled(source.name, engine, form, template, (read, *loader.reads))

    def read(self, name: str, suffixes: tuple[str, ...], *, as_it_is: bool = False) -> tuple[Source, Read]:
        """The file that a name means among those with such suffixes, or - `as_it_is` - without any.

        Raises TemplateNotFound, which says what was tried.
        """
        candidates = names.candidates(name, suffixes)
        if as_it_is and name not in candidates:
            candidates = (name, *candidates)
        source = self._directories.read(candidates)
        if source is None:
            near = self._directories.near(name, suffixes)
            raise TemplateNotFound(
                name,
                f"there is no {' or '.join(candidates)} in {' or '.join(self._directories.roots)}"
                + (f"; did you mean {' or '.join(near)}?" if near else ""),
                candidates,
            )
        return source, Read(candidates, Found(source.path, source.stamp))


class EngineLoader:
    """The loader of one template that is compiled; notes the files that go into it."""

    def __init__(self, templates: Templates, engine: Engine, escape: bool) -> None:
        self.escape = escape
        self.reads: list[Read] = []
        self._templates = templates
        self._engine = engine

    def load(self, name: str, parent: str | None = None) -> Source:
        """See `Loader.load`."""
        wanted = names.normalise(names.join(name, parent))
        source, read = self._templates.read(wanted, self._engine.suffixes, as_it_is=True)
        self.reads.append(read)
        return source

    def template(self, name: str, parent: str | None = None) -> Template:
        """See `Loader.template`."""
        return self._templates.get(names.join(name, parent), self._engine, self.escape).template


def _fail(name: str, engine: Engine, error: Exception) -> NoReturn:
    """Raise the TemplateError for what came out of an engine."""
    fault = engine.explain(error)
    if isinstance(error, TemplateError):
        # A template that another one asked for did not compile: put before it the way that led there.
        if not fault.places:
            raise error
        raise TemplateError(error.name, error.reason, (*fault.places, *error.places)) from error
    raise TemplateError(name, *fault) from error
