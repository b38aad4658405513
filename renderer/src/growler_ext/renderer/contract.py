"""What an engine is: the seam between the renderer and a template language.

The renderer finds files, decides whether to escape, keeps what was compiled and checks the values; an engine
turns one source into a template, and an exception into places in templates. An engine opens no file itself:
whatever else it needs, it asks of the loader. `growler_ext.renderer.testing` checks an engine against this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol


class Stamp(NamedTuple):
    """What tells one state of a file from another. Compared with `!=`: a restored file is older, and new.

    `ctime_ns` cannot be set from outside: it tells an edit that put time and size back.
    """

    mtime_ns: int
    ctime_ns: int
    size: int
    inode: int
    device: int


class Source(NamedTuple):
    """One template file, read.

    `name` is relative to the directory it was found in, in normal form and with its suffix: `blog/post.html.mako`.
    """

    name: str
    text: str
    path: str
    stamp: Stamp


class Place(NamedTuple):
    """A place in a template; lines and columns count from 1, None where the engine does not know."""

    source: Source
    line: int | None
    column: int | None = None


class Fault(NamedTuple):
    """What went wrong, in a sentence, and where: the templates it passed through, outermost first.

    `missing` is the name of the value that is not there, if that is what went wrong: the renderer then says so
    itself, with the names that are nearly so.
    """

    reason: str
    places: tuple[Place, ...] = ()
    missing: str | None = None


class Reference(NamedTuple):
    """A name of another template, as a template says it, and where."""

    name: str
    parent: str | None
    place: Place


class Inspection(NamedTuple):
    """What can be said of a template without rendering it, for `Renderer.check`.

    `references` are the templates it includes or inherits by a name that does not depend on values; `unescaped`
    are the places where it asks for a value to be shown as it is.
    """

    references: tuple[Reference, ...] = ()
    unescaped: tuple[Place, ...] = ()


class Template(Protocol):
    """A compiled template. Rendering leaves no trace in it: threads may share one."""

    def render(self, values: Mapping[str, object], block: str | None = None, /) -> str:
        """The text for these values. Whatever this raises is shown by `Engine.explain`.

        Parameters:
            values: no need to copy them: the mapping is this call's own.
            block: the one block to be rendered, without what stands around it. Raises UnknownBlock.
        """
        ...


class UnknownBlock(LookupError):
    """The template has no block of that name, but those in `known`."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known: tuple[str, ...] = tuple(known)
        super().__init__(name)


class Loader(Protocol):
    """Other files for one template; what it gives depends on the engine and the escaping of who asks.

    `parent` is the name of the template that asks: names are then relative to its folder, or to the directories
    if they begin with a slash. Without it they are relative to the directories. Each name goes through
    `growler.paths`; both methods raise TemplateNotFound, also for names that lead outside.
    """

    @property
    def reloads(self) -> bool:
        """Whether changed files are looked for at every use: then keep nothing that came of another template."""
        ...

    @property
    def globals(self) -> Mapping[str, object]:
        """The renderer's globals. They are among the values of a render already: for what is not given those."""
        ...

    def load(self, name: str, parent: str | None = None) -> Source:
        """A file to be compiled into the template, by its exact name or without the engine's suffix.

        A change of that file makes the template compile anew, when reloading.
        """
        ...

    def template(self, name: str, parent: str | None = None) -> Template:
        """Another template of the same engine, compiled with the same escaping; kept, and reloaded if changed.

        To be called at each use, not kept. Raises TemplateError if it does not compile.
        """
        ...


class Engine(Protocol):
    """A template language."""

    @property
    def name(self) -> str:
        """How `Renderer(path, name)` calls it."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of its files, in the order in which they are tried for a name without any: `(".mako",)`."""
        ...

    @property
    def reserved(self) -> frozenset[str]:
        """Names that values cannot have."""
        ...

    def compile(self, source: Source, loader: Loader, /, *, escape: bool) -> Template:
        """Compile a template.

        Parameters:
            loader: for what the template includes or inherits; may be kept by the template.
            escape: whether values are escaped for HTML and XML; objects with `__html__` say it themselves.

        Raises TemplateError with the line for a template that is wrong.
        """
        ...

    def explain(self, error: Exception, /) -> Fault:
        """What an exception that came out of `render` means. Holds none of the values."""
        ...

    def inspect(self, source: Source, /) -> Inspection:
        """What `Renderer.check` wants to know. Called for sources that compile."""
        ...


class EngineFactory(Protocol):
    """What stands behind a name in the entry-point group `growler.renderer.engines`: a class or a function.

    Called with the `options=` of its engine as keyword arguments; its signature says which there are. Raises
    ModuleNotFoundError for a missing library, ValueError for options that cannot work.
    """

    def __call__(self, **options: object) -> Engine: ...
