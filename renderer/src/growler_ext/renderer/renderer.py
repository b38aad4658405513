"""`Templates`: finds, compiles and keeps templates, and renders them.

What was compiled is kept under the name it was asked for, in normal form, once it was found: so endless other
names and spellings take no memory. In production nothing is looked at again; when reloading, every render repeats
the search for each file that was read, so a new file in an earlier directory is seen too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import RLock
from typing import NamedTuple

from growler_ext.renderer import names, values
from growler_ext.renderer.compiled import Compiled, fail
from growler_ext.renderer.contract import Engine, Source, Template
from growler_ext.renderer.errors import TemplateError, TemplateNotFound
from growler_ext.renderer.loader import Directories, Found
from growler_ext.renderer.names import Form
from growler_ext.renderer.options import Options
from growler_ext.renderer.settled import BeingWritten

# Files looked at for names that are nearly so: in production whoever asks may be a stranger who asks for much.
_LISTED, _LISTED_IN_DEVELOPMENT = 2_000, 50_000

log: logging.Logger = logging.getLogger("growler.renderer")

# One for the process: mako exchanges warnings.showwarning while it compiles. Reentrant: a template may render
# another one when it is compiled.
_COMPILING = RLock()


class Rendered(NamedTuple):
    """The text of a template, and as what it may be sent."""

    text: str
    form: Form


class Read:
    """A file that went into a compiled template: what was looked for, and what was found."""

    __slots__ = ("found", "names", "text")

    def __init__(self, names: tuple[str, ...], text: str, found: Found) -> None:
        self.names: tuple[str, ...] = names
        self.text: str = text
        self.found: Found = found

    def is_fresh(self, directories: Directories) -> bool:
        """Whether the same search leads to the same text."""
        now = directories.look(self.names)
        if now == self.found and self.found.is_sure:
            return True
        if now is None or now.path != self.found.path:
            return False
        # Touched, or changed so shortly ago that stamps say nothing.
        try:
            again = directories.read(self.names)
        except BeingWritten:
            return True  # until it is written, what was there before is shown
        except TemplateError:
            return False
        if again is None or again[0].text != self.text or again[1].path != self.found.path:
            return False
        self.found = again[1]
        return True


class Kept(NamedTuple):
    """A compiled template, and the files that led to it."""

    compiled: Compiled
    reads: tuple[Read, ...]


class Templates:
    """The templates of some directories.

    Parameters:
        options: what `Renderer` was given.
        reload: whether every render looks for changed files.
    """

    def __init__(self, options: Options, *, reload: bool) -> None:
        self.directories: Directories = options.directories
        self.engines: tuple[Engine, ...] = options.engines
        self.globals: Mapping[str, object] = options.globals
        self.reloads = reload
        self._kept: dict[tuple[str, Engine | None, bool | None], Kept] = {}
        self._by_file: dict[tuple[str, bool], Kept] = {}

    def render(
        self,
        name: str,
        local: Mapping[str, object],
        given: Mapping[str, object] | None,
        block: str | None = None,
    ) -> Rendered:
        """Render a template; `given` values go over `local` ones, and these over the globals.

        Raises TemplateNotFound, TemplateError, TypeError and ValueError (see `values`).
        """
        compiled = self.get(name)
        merged = values.merge(self.globals, local, given)
        values.check_reserved(merged, compiled.engine.reserved, compiled.engine.name)
        return Rendered(compiled.render(merged, block), compiled.form)

    def get(self, name: str, engine: Engine | None = None, escape: bool | None = None) -> Compiled:
        """A template by its name.

        Parameters:
            engine: whose template it has to be; any one's if None.
            escape: whether it escapes; as its name says if None.
        """
        kept = self._kept.get((name, engine, escape))
        if kept is None or self.reloads:
            return self._compile_once(names.normalise(name), engine, escape)
        return kept.compiled

    def _compile_once(self, name: str, engine: Engine | None, escape: bool | None) -> Compiled:
        key = (name, engine, escape)
        with _COMPILING:
            kept = self._kept.get(key)
            if kept is not None and not (self.reloads and self._is_stale(kept)):
                return kept.compiled
            try:
                kept = self._kept[key] = self._compile(name, engine, escape)
            except BeingWritten:
                if kept is None:
                    raise TemplateError(name, "somebody is writing the file at the moment") from None
            return kept.compiled

    def _compile(self, name: str, engine: Engine | None, escape: bool | None) -> Kept:
        wanted = self.engines if engine is None else (engine,)
        source, read = self.read(name, tuple(suffix for engine in wanted for suffix in engine.suffixes))
        if engine is None:
            self._tell_others(name, source, read)
        engine = next(engine for engine in wanted if source.name.endswith(engine.suffixes))
        try:
            form = names.form_of(source.name)
        except ValueError as error:
            raise TemplateError(source.name, str(error)) from None
        if escape is None:
            escape = form.escape
        # Under another name - without its suffix, from within a template - it may have been compiled already.
        key = (source.path, escape)
        made = self._by_file.get(key)
        if made is None or (
            self.reloads and (made.compiled.source.text != source.text or self._is_stale(made))
        ):
            loader = EngineLoader(self, engine, escape)
            try:
                template = engine.compile(source, loader, escape=escape)
            except BeingWritten:
                raise
            except Exception as error:
                fail(source.name, engine, error)
            made = self._by_file[key] = Kept(Compiled(source, engine, form, template), tuple(loader.reads))
        return Kept(made.compiled, (read, *made.reads))

    def _is_stale(self, kept: Kept) -> bool:
        return not all(read.is_fresh(self.directories) for read in kept.reads)

    def read(self, name: str, suffixes: tuple[str, ...], *, as_it_is: bool = False) -> tuple[Source, Read]:
        """The file that a name means among those with such suffixes, or - `as_it_is` - without any.

        Raises TemplateNotFound, which says what was tried.
        """
        candidates = names.candidates(name, suffixes)
        if as_it_is and name not in candidates:
            candidates = (name, *candidates)
        result = self.directories.read(candidates)
        if result is None:
            near = self.directories.near(name, suffixes, _LISTED_IN_DEVELOPMENT if self.reloads else _LISTED)
            # The name itself is told elsewhere, as it may be told in a log.
            ends = [end for end in (one.removeprefix(name) for one in candidates) if end]
            looked = "there is no such file" + (f" with {', '.join(ends)}" if ends else "")
            if name not in candidates and self.directories.look((name,)) is not None:
                looked = f"the file {name!r} has no ending that an engine goes by, and " + looked
            raise TemplateNotFound(name, f"{looked} in {', '.join(self.directories.roots)}", candidates, near)
        source, found = result
        return source, Read(candidates, source.text, found)

    def _tell_others(self, name: str, source: Source, read: Read) -> None:
        others = self.directories.others(source, read.names) if len(read.names) > 1 else []
        if others:
            log.warning(
                "%r is %s, and never %s beside it: name the one you mean",
                name,
                source.name,
                " or ".join(others),
            )


class EngineLoader:
    """The loader of one template that is compiled; notes the files that go into it. See `Loader`."""

    def __init__(self, templates: Templates, engine: Engine, escape: bool) -> None:
        self.escape = escape
        self.reads: list[Read] = []
        self.reloads: bool = templates.reloads
        self.globals: Mapping[str, object] = templates.globals
        self._templates = templates
        self._engine = engine

    def load(self, name: str, parent: str | None = None) -> Source:
        wanted = names.normalise(names.join(name, parent))
        source, read = self._templates.read(wanted, self._engine.suffixes, as_it_is=True)
        self.reads.append(read)
        return source

    def template(self, name: str, parent: str | None = None) -> Template:
        return self._templates.get(names.join(name, parent), self._engine, self.escape).template
