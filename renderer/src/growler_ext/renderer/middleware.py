"""`Renderer`, the middleware that gives `res.render`, and `Render`, what it gives. Only here are req and res known.

Rendering is plain computation of 50 to 350 microseconds, during which nothing else runs: it is called directly, for a
thread would cost more than that. An error in a template is raised where `res.render` was called, before any byte
has left.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from sys import modules
from typing import Any
from weakref import ref

from growler.http.media import with_charset
from growler.http.request import Request
from growler.http.response import Response, ResponseEnded
from growler_ext.renderer import checking
from growler_ext.renderer import options as wiring
from growler_ext.renderer.contract import Place
from growler_ext.renderer.errors import TemplateError
from growler_ext.renderer.names import check_type
from growler_ext.renderer.options import EngineChoice, Path
from growler_ext.renderer.renderer import Rendered, Templates
from growler_ext.renderer.values import refuse

_OLD_ENGINES = "growler.middleware.renderer"


class Renderer:
    """Middleware that gives `res.render`.

        app.use(Renderer("views/", "mako"))

    Parameters:
        path: the directory of the templates, or several of which the first that has a template wins.
        engine: "mako", "pug" (or "jade"), "jinja" (or "jinja2"), "format", "template", the name of an engine that
            somebody else has registered, an engine of your own (see `Engine`) - or several, in the order in which
            they are tried for a name without suffix. None: every engine installed.
        globals: values for every template; `res.locals` and the values of a call go over them.
        options: of the engines, by their names: `{"mako": {"imports": ["from shop.filters import price"]}}`.
        reload: whether changed files are looked for at every render. None: as `app.in_development`, and outside
            of a request as the environment said when the Renderer was made (GROWLER_ENV=development).
        symlinks: whether links may lead out of the directory they stand in.

    Raises ValueError that names every mistake.
    """

    def __init__(
        self,
        path: Path | Sequence[Path],
        engine: EngineChoice | Sequence[EngineChoice] | None = None,
        *,
        globals: Mapping[str, object] = {},
        options: Mapping[str, Mapping[str, object]] = {},
        reload: bool | None = None,
        symlinks: bool = False,
    ) -> None:
        self._options = wiring.check(
            path, engine, globals=globals, options=options, reload=reload, symlinks=symlinks
        )
        self._reload = reload
        # Asked once: it would be a fiftieth of a page.
        self._in_development = os.environ.get("GROWLER_ENV") == "development"
        self._kept = Templates(self._options, reload=False)
        self._reloaded = Templates(self._options, reload=True)

    def __call__(self, req: Request, res: Response) -> None:
        # A response's dict is made when first asked for; only those who have engines of old Growler pay for it.
        if _OLD_ENGINES in modules and _is_old(before := res.__dict__.get("render")):
            res.render = JoinedRender(self, req, res, before)
        else:
            res.render = Render(self, req, res)

    def render(
        self, name: str, values: Mapping[str, object] | None = None, /, *, block: str | None = None
    ) -> str:
        """The text of a template, without a request: for mails and tests.

        Raises TemplateNotFound, TemplateError, and TypeError or ValueError for values that cannot be shown.
        """
        return self.templates(self._in_development).render(name, {}, values, block).text

    def check(self) -> list[TemplateError]:
        """Compile every template, and look for those they include or inherit by name; all that is wrong.

        Errors that depend on values show only when a template is rendered. Templates that were compiled are kept.
        """
        return checking.mistakes(self._kept)

    def unescaped(self) -> list[Place]:
        """Where templates ask for a value to be shown as it is: `|n`, `|safe`, `!=`. To be read by a person."""
        return checking.unescaped(self._kept)

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

    __slots__ = ("_rendered", "_renderer", "_req", "_res")

    _rendered: str
    """What was rendered first; not set before."""

    def __init__(self, renderer: Renderer, req: Request, res: Response) -> None:
        self._renderer = renderer
        self._req = req
        # Weak: a response that holds what holds it would wait for the garbage collector, at every request.
        self._res = ref(res)

    def __call__(
        self,
        name: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        status: int | None = None,
        type: str | None = None,
        block: str | None = None,
    ) -> None:
        """Answer with a template.

        Parameters:
            name: `home`, `blog/post`, `home.mako`, `feed.xml.mako`; the suffix before the engine's decides
                the media type, which is HTML else.
            values: names and their values; they go over `res.locals`, and these over the renderer's globals.
                None of these mappings is changed.
            status: the status code; `res.status_code` as it is if None.
            type: another media type. One that was set by `res.set_type` counts too.
            block: the one block of the template to be sent, without what stands around it.

        Raises TemplateNotFound and TemplateError; TypeError or ValueError for values that cannot be shown, and
        for a type that this template is not escaped for; ResponseEnded for a second answer.
        """
        res = self._response()
        if res.has_ended:
            first = f" by res.render({self._rendered!r})" if hasattr(self, "_rendered") else ""
            raise ResponseEnded(
                f"the response is decided already{first}: return after it, or do not render {name!r}"
            )
        rendered = self._render(res, name, values, block)
        chosen = type or res.get("Content-Type")
        if chosen is not None:
            check_type(str(chosen), rendered.form.escape)
        if type is not None:
            res.set_type(with_charset(type))
        self._rendered = name
        # Lone surrogates - a file's name, say, that is no UTF-8 - are shown as question marks.
        res.decide(rendered.text.encode("utf-8", "replace"), rendered.form.type, status)

    def to_string(
        self, name: str, values: Mapping[str, object] | None = None, /, *, block: str | None = None
    ) -> str:
        """The text of a template with the same values as an answer would have, `res.locals` among them."""
        return self._render(self._response(), name, values, block).text

    def _render(
        self, res: Response, name: str, values: Mapping[str, object] | None, block: str | None
    ) -> Rendered:
        # Plain dicts, which nothing but their identity tells from one that the handler made.
        if values is not None:
            if values is self._req.params:
                refuse("req.params")
            if values is self._req._json:
                refuse("req.json")
        templates = self._renderer.templates(res.app.in_development)
        return templates.render(name, res.locals, values, block)

    def _response(self) -> Response:
        res = self._res()
        if res is None:
            raise RuntimeError("the request is over: keep the Renderer, and call its render(), for later")
        return res


class JoinedRender(Render):
    """`res.render` where engines of old Growler stand in front of the Renderer: they are asked first."""

    __slots__ = ("_before",)

    def __init__(self, renderer: Renderer, req: Request, res: Response, before: Any) -> None:
        super().__init__(renderer, req, res)
        self._before = before

    def __call__(
        self,
        name: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        status: int | None = None,
        type: str | None = None,
        block: str | None = None,
    ) -> None:
        """See `Render`. Raises ValueError for a block of a template of those engines."""
        if all(engine.find_template_filename(name) is None for engine in self._before.engines):
            super().__call__(name, values, status=status, type=type, block=block)
            return
        if block is not None:
            raise ValueError(f"{name!r} is a template of an engine of old Growler, which knows no blocks")
        res = self._response()
        if type is not None:
            res.set_type(with_charset(type))
        self._before(name, values)
        if status is not None:
            res.status_code = status


def _is_old(render: object) -> bool:
    """Whether a `res.render` is that of engines of old Growler."""
    return isinstance(render, modules[_OLD_ENGINES].Renderer)
