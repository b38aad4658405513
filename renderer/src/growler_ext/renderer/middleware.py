"""`Renderer`, the middleware that gives `res.render`, and `Render`, what it gives. Only here are req and res known.

Rendering is plain computation of some 50 microseconds: it is called directly and in no thread, and an error in
a template is raised where `res.render` was called, before any byte has left.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence

from growler.http.media import with_charset
from growler.http.request import Request
from growler.http.response import Response
from growler_ext.renderer import options
from growler_ext.renderer.names import check_type
from growler_ext.renderer.options import EngineChoice, Path
from growler_ext.renderer.renderer import Rendered, Templates


class Renderer:
    """Middleware that gives `res.render`.

        app.use(Renderer("views/", "mako"))

    Parameters:
        path: the directory of the templates, or several of which the first that has a template wins.
        engine: "mako", "format", an engine of your own (see `Engine`) or several, in the order in which they
            are tried for a name without suffix. None: every engine installed.
        globals: values for every template; `res.locals` and the values of a call go over them.
        reload: whether changed files are looked for at every render. None: as `app.in_development`, and outside
            of a request as the environment says (GROWLER_ENV=development).
        symlinks: whether links may lead out of the directory they stand in.

    Raises ValueError that names every mistake.
    """

    def __init__(
        self,
        path: Path | Sequence[Path],
        engine: EngineChoice | Sequence[EngineChoice] | None = None,
        *,
        globals: Mapping[str, object] = {},
        reload: bool | None = None,
        symlinks: bool = False,
    ) -> None:
        self._options = options.check(path, engine, globals=globals, symlinks=symlinks)
        self._reload = reload
        self._kept = Templates(self._options, reload=False)
        self._reloaded = Templates(self._options, reload=True)

    def __call__(self, req: Request, res: Response) -> None:
        res.render = Render(self, res)

    def render(self, name: str, values: Mapping[str, object] | None = None, /) -> str:
        """The text of a template, without a request: for mails and tests.

        Raises TemplateNotFound, TemplateError, and TypeError or ValueError for values that cannot be shown.
        """
        return self.templates(os.environ.get("GROWLER_ENV") == "development").render(name, {}, values).text

    def templates(self, in_development: bool) -> Templates:
        """The templates, kept or looked for anew."""
        reload = in_development if self._reload is None else self._reload
        return self._reloaded if reload else self._kept

    def __repr__(self) -> str:
        engines = ", ".join(engine.name for engine in self._options.engines)
        reload = "in development" if self._reload is None else self._reload
        return f"<Renderer {', '.join(self._options.directories.roots)}; {engines}; reload: {reload}>"


class Render:
    """`res.render`: renders a template and makes it the answer."""

    __slots__ = ("_renderer", "_res")

    def __init__(self, renderer: Renderer, res: Response) -> None:
        self._renderer = renderer
        # Weak: a response that holds what holds it would wait for the garbage collector, at every request.
        self._res = weakref.ref(res)

    def __call__(
        self,
        name: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        status: int | None = None,
        type: str | None = None,
    ) -> None:
        """Answer with a template.

        Parameters:
            name: `home`, `blog/post`, `home.mako`, `feed.xml.mako`; the suffix before the engine's decides
                the media type, which is HTML else.
            values: names and their values; they go over `res.locals`, and these over the renderer's globals.
                None of these mappings is changed.
            status: the status code; `res.status_code` as it is if None.
            type: another media type. One that was set by `res.set_type` counts too.

        Raises TemplateNotFound and TemplateError; TypeError or ValueError for values that cannot be shown, and
        for a type that this template is not escaped for; ResponseEnded for a second answer.
        """
        res = self._response()
        rendered = self._render(res, name, values)
        chosen = type or res.get("Content-Type")
        if chosen is not None:
            check_type(str(chosen), rendered.form.escape)
        if type is not None:
            res.set_type(with_charset(type))
        # Lone surrogates - a file's name, say, that is no UTF-8 - are shown as question marks.
        res.decide(rendered.text.encode("utf-8", "replace"), rendered.form.type, status)

    def to_string(self, name: str, values: Mapping[str, object] | None = None, /) -> str:
        """The text of a template with the same values as an answer would have, `res.locals` among them."""
        return self._render(self._response(), name, values).text

    def _render(self, res: Response, name: str, values: Mapping[str, object] | None) -> Rendered:
        return self._renderer.templates(res.app.in_development).render(name, res.locals, values)

    def _response(self) -> Response:
        res = self._res()
        if res is None:
            raise RuntimeError("the request is over: keep the Renderer, and call its render(), for later")
        return res
