"""Templates that are texts in memory, for tests of engines."""

from __future__ import annotations

from collections.abc import Mapping

from growler_ext.renderer.contract import Engine, Source, Stamp, Template
from growler_ext.renderer.errors import TemplateNotFound
from growler_ext.renderer.names import join


class MemoryLoader:
    """A loader of texts. `files` may be changed at any time.

    Parameters:
        engine: compiles them.
        files: texts by name.
        escape: whether what templates print is escaped for HTML.
        globals: names that every template knows; none by default.
    """

    reloads = True

    def __init__(
        self,
        engine: Engine,
        files: Mapping[str, str],
        *,
        escape: bool = True,
        globals: Mapping[str, object] = {},
    ) -> None:
        self.engine = engine
        self.files = files
        self.escape = escape
        self.globals = globals

    def load(self, name: str, parent: str | None = None) -> Source:
        """The text of a name, relative to that of `parent`. Raises TemplateNotFound."""
        wanted = join(name, parent)
        if wanted not in self.files:
            raise TemplateNotFound(wanted, "not among these")
        return make_source(self.files[wanted], wanted)

    def template(self, name: str, parent: str | None = None) -> Template:
        """The same, compiled anew each time."""
        return self.engine.compile(self.load(name, parent), self, escape=self.escape)


def make_source(text: str, name: str = "page") -> Source:
    """A source that is in no file."""
    return Source(name, text, f"/templates/{name}", Stamp(0, 0, len(text), 0, 0))
