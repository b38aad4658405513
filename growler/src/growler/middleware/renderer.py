"""Render engines of old Growler: `RenderEngine` to derive from, and `StringRenderer`.

Engines written for Growler 0.x run on these; for new programs there is the extension: `from growler.ext import
Renderer`. The first engine of a request sets `res.render`, every other one joins it. Where the extension's Renderer
stands in front of them, its templates are looked for first.
"""

from __future__ import annotations

import logging
import os
import string
import weakref
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from growler.http.request import Request
from growler.http.response import Response
from growler.paths import PathRefused, resolve_under

log: logging.Logger = logging.getLogger("growler.renderer")


class RenderEngine:
    """Middleware that renders the templates of one directory; derive from it and write `render_source`.

    Parameters:
        path: the directory.

    Raises NotADirectoryError if it is none.
    """

    default_file_extensions: Sequence[str] = ()
    """What is tried behind a template's name, with the dot."""

    _is_known_to_escape = False

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Path = Path(path).resolve()
        if not self.path.is_dir():
            raise NotADirectoryError(f"templates are looked for in {str(self.path)!r}, which is no directory")

    def __call__(self, req: Request, res: Any) -> None:
        """Join what is `res.render`, or become it; `res` may be anything that stands in for a response."""
        render = getattr(res, "render", None)
        if not isinstance(render, Renderer):
            if not isinstance(getattr(res, "locals", None), dict):
                res.locals = {}
            render = res.render = Renderer(res, before=render)
        render.add_engine(self)

    def find_template_filename(self, template_name: str) -> Path | None:
        """The file of a template, named with or without its suffix; None if there is none below the directory."""
        for suffix in ("", *self.default_file_extensions):
            try:
                file = resolve_under(self.path, b"/" + quote(f"{template_name}{suffix}").encode())
            except PathRefused:
                continue
            if file.is_file():
                return file
        return None

    def render_source(self, filename: Path, obj: Mapping[str, Any]) -> str:
        """The text of a template with these values."""
        raise NotImplementedError(f"{type(self).__name__} has to define render_source(filename, obj)")


class Renderer:
    """`res.render` of old engines: asks each of them for the template and sends what it makes as HTML.

    Parameters:
        res: the response.
        before: a `res.render` of another kind that is asked first.
    """

    render_engine_map: dict[str, type[RenderEngine]] = {}
    """Engines by name, for those who look one up."""

    def __init__(self, res: Response, before: Callable[..., Any] | None = None) -> None:
        # Weak: a response that holds what holds it would wait for the garbage collector.
        self._res = weakref.ref(res)
        self._before = before
        self.engines: list[RenderEngine] = []

    def add_engine(self, engine: RenderEngine) -> None:
        self.engines.append(engine)

    def __call__(self, template: str, obj: Mapping[str, Any] | None = None, **options: Any) -> None:
        """Answer with a template.

        Parameters:
            template: its name.
            obj: values, which go over those of `res.locals`; neither is changed.
            options: for the render of another kind, where that has the template.

        Raises ValueError if there is no such template.
        """
        res = self._res()
        if res is None:
            raise RuntimeError("the request is over")
        missing = None
        if self._before is not None:
            try:
                self._before(template, obj, **options)
                return
            except LookupError as error:
                if not isinstance(error, ValueError):  # only what is both says that there is no such template
                    raise
                missing = error
        for engine in self._in_order(template):
            file = engine.find_template_filename(template)
            if file is not None:
                _tell(engine)
                res.send_html(engine.render_source(file, {**res.locals, **(obj or {})}))
                return
        tried = ", ".join(str(engine.path) for engine in self.engines)
        raise ValueError(f"there is no template {template!r} in {tried}") from missing

    def _in_order(self, template: str) -> list[RenderEngine]:
        """The engines whose suffix the name has, then the others, each in the order of `use`."""
        return sorted(
            self.engines, key=lambda engine: not template.endswith(tuple(engine.default_file_extensions))
        )


def _tell(engine: RenderEngine) -> None:
    """Log once that an engine of somebody else's may not escape."""
    if not engine._is_known_to_escape:
        engine._is_known_to_escape = True
        log.warning(
            "%s is an engine of old Growler: nobody but it escapes what it shows", type(engine).__name__
        )


class StringRenderer(RenderEngine):
    """Templates `NAME.html.tmpl` for `str.format`: `{title}` shows a value, escaped for HTML.

    A value with the method `__html__` - markupsafe's Markup, say - is shown as that gives it.
    """

    default_file_extensions = (".html.tmpl",)
    _is_known_to_escape = True

    def render_source(self, filename: str | Path, obj: Mapping[str, Any] | None = None) -> str:
        text = self.path.joinpath(filename).read_text(encoding="utf-8")
        return text if obj is None else _FORMATTER.vformat(text, (), obj)


class _EscapingFormatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if hasattr(value, "__html__") and not format_spec:
            return str(value.__html__())
        return escape(format(value, format_spec))


_FORMATTER = _EscapingFormatter()

Renderer.render_engine_map["string"] = StringRenderer
