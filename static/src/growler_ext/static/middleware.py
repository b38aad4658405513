"""`Static`: finds the file that a request names, or the page or redirect in its place, and has `sender` send it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self, Unpack

from growler.http.errors import (
    HTTPError,
    HTTPErrorBadRequest,
    HTTPErrorForbidden,
    HTTPErrorMethodNotAllowed,
    HTTPErrorNotFound,
    HTTPErrorServiceUnavailable,
)
from growler.http.request import Request
from growler.http.response import Response
from growler.paths import Symlinks, names_folder
from growler_ext.static import options, versions
from growler_ext.static.age import Age
from growler_ext.static.answer import answer_from_memory, redirect_to_folder
from growler_ext.static.hiding import Dotfiles
from growler_ext.static.keeping import Immutable
from growler_ext.static.memory import Key, Memory
from growler_ext.static.mount import Mounts
from growler_ext.static.navigation import is_navigation
from growler_ext.static.package import package_folder
from growler_ext.static.places import check_places
from growler_ext.static.presenting import check_presentation
from growler_ext.static.redirect import quoted
from growler_ext.static.sender import PAGE, Sender
from growler_ext.static.shown import ExtraHeaders
from growler_ext.static.source import Folder, Found, Nothing
from growler_ext.static.versions import Versions

if TYPE_CHECKING:
    from growler.router.pattern import Pattern
    from growler.router.router import Router

_ERRORS: Mapping[Nothing, type[HTTPError]] = {
    Nothing.MISSING: HTTPErrorNotFound,
    Nothing.HIDDEN: HTTPErrorNotFound,
    Nothing.UNREADABLE: HTTPErrorForbidden,
    Nothing.DENIED: HTTPErrorForbidden,
    Nothing.OUTSIDE: HTTPErrorForbidden,
    Nothing.MALFORMED: HTTPErrorBadRequest,
}


class Static:
    """Serves the files of folders: `app.use(Static("public"))`, `app.use("/static", Static("theme", "public"))`.

    Parameters:
        roots: folders; the first that has the file wins.
        index: the file that stands for its folder, or several, the first that is there; None if none does.
        extensions: suffixes to try for a path whose last part has none: `["html"]` lets /about be about.html.
        spa: the page, below the first root that has it, that stands for every path without a file that a browser opens
            as a page: single-page applications. A last part with a dot is a file's name, and stays 404.
        redirect: answer a folder without a slash at its end by 301 to the same with it.
        fallthrough: hand on to the next middleware what is not there (404), may not be asked for (400, 403), cannot be
            read (403), or is asked for by another method than GET and HEAD (405); False answers so.
        dotfiles: what names that begin with a dot are: "ignore" as if missing, "deny" 403 in any case, "allow"
            like any other. `/.well-known/` (RFC 8615) is never one.
        hide: globs of what is as if missing: `["*.map", "docs/drafts"]`; see `growler_ext.static.hiding`.
        symlinks: which links are followed: "inside" those that end below the root, "follow" all, "never" none.
        max_age: how long clients keep an answer without asking: seconds, "30d" or a timedelta; a year at most.
            A Cache-Control that was set before stays.
        immutable: which files never change under their name (RFC 8246): True for all, or a regex that is searched in
            their path below the root, or a function of it. Kept for a year, or `max_age` where that is given with True.
        cache_control: the value to send instead; False for none.
        etag, last_modified, ranges: whether to send entity tags and dates, and to give out parts.
        encodings: compressed forms that are sent where they lie beside a file: `.br`, `.zst`, `.gz`; the first of
            those the client likes best. None if `untrusted`: whoever may lay files there could replace any of them so.
        types: media types by suffix, added to the table: `{".glb": "model/gltf-binary"}`.
        charset: said of text; None says nothing.
        headers: more header fields for files that are sent: a dict, or a function of path and stat that returns one.
        untrusted: the files come from strangers: what could act in the name of the site - pages, drawings,
            scripts - is offered for saving, sandboxed.
        prefix: what `url` puts before a path, instead of the mount point: "https://cdn.example.com/static".
        memory: bytes of small files that are kept in memory; 0 for none.

    Raises ValueError that names every mistake in these. Requests: conditions in the order of RFC 9110 13.2.2; one
    range, or several that join (others: the whole file); HTTPErrorPreconditionFailed and
    HTTPErrorRequestedRangeNotSatisfiable come out as errors of the chain.
    """

    def __init__(
        self,
        *roots: options.Folder,
        index: str | Sequence[str] | None = "index.html",
        extensions: str | Sequence[str] = (),
        spa: str | None = None,
        redirect: bool = True,
        fallthrough: bool = True,
        dotfiles: Dotfiles = "ignore",
        hide: Iterable[str] = (),
        symlinks: Symlinks = "inside",
        max_age: Age = 0,
        immutable: Immutable = False,
        cache_control: str | bool | None = None,
        etag: bool = True,
        last_modified: bool = True,
        ranges: bool = True,
        encodings: Sequence[str] = ("br", "zstd", "gzip"),
        types: Mapping[str, str] | None = None,
        charset: str | None = "utf-8",
        headers: ExtraHeaders | None = None,
        untrusted: bool = False,
        prefix: str | None = None,
        memory: int = 32 * 1024 * 1024,
    ) -> None:
        mistakes = options.Mistakes()
        places = check_places(
            mistakes,
            roots,
            index=index,
            extensions=extensions,
            spa=spa,
            dotfiles=dotfiles,
            hide=hide,
            symlinks=symlinks,
        )
        presentation = check_presentation(
            mistakes,
            max_age=max_age,
            immutable=immutable,
            cache_control=cache_control,
            etag=etag,
            last_modified=last_modified,
            ranges=ranges,
            encodings=encodings,
            types=types,
            charset=charset,
            headers=headers,
            untrusted=untrusted,
        )
        options.check_prefix(mistakes, prefix)
        options.check_memory(mistakes, memory)
        mistakes.raise_any("Static")
        self._source = places.source
        # Where what is not there is handed on, whatever the reason: the way there must not have another end.
        self._top_names = places.top_names if fallthrough and spa is None and dotfiles != "deny" else None
        self._spa = places.spa
        self._redirect = redirect
        self._fallthrough = fallthrough
        self._versions = Versions()
        self._memory = Memory(memory)
        self._sender = Sender(presentation, self._versions, self._memory, places.source.hides)
        self._mounts = Mounts(prefix)

    @classmethod
    def package(cls, package: str, folder: str = "", **others: Unpack[options.StaticOptions]) -> Self:
        """Serve a folder of an installed package: `Static.package("myapp", "assets", max_age="1h")`.

        Parameters:
            package: as it is imported.
            folder: the path in it, with slashes.
            others: as for `Static`.

        Raises ValueError for a package or folder that is not there. One in a zip archive is unpacked first.
        """
        return cls(package_folder(package, folder), **others)

    def url(self, path: str) -> str:
        """The URL of a file, with a piece of the hash of its contents: `url("css/app.css")` gives
        "/static/css/app.css?v=1f3a9c2e".

        Under it the file is kept by clients for good: when it changes, so does the URL. The first call for a state of
        a file reads all of it.
        Raises FileNotFoundError, and RuntimeError as long as it is not known where this Static is mounted.
        """
        parts = [part for part in path.split("/") if part]
        raw = "/" + "/".join(map(quoted, parts)) + ("/" if parts and path.endswith("/") else "")
        prefix = self._mounts.prefix
        found = self._source.find(raw.encode(), as_folder=raw.endswith("/"))
        if not isinstance(found, Found):
            raise FileNotFoundError(f"there is no file {path!r} to be served, so it has no URL")
        with found.opened.file:
            version = self._versions.known(found.opened.stat) or self._versions.compute(found.opened)
        return f"{prefix}{raw}?{versions.QUERY.decode()}{version}"

    def __growler_mounted__(self, router: Router, pattern: Pattern) -> None:
        """Called by the core for every mount point."""
        self._mounts.add(router, pattern)

    # Requests

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        """Answer if there is a file; else hand on."""
        head = req.head
        if head.method not in ("GET", "HEAD"):
            if self._fallthrough:
                return None
            raise HTTPErrorMethodNotAllowed(headers={"Allow": "GET, HEAD"})
        raw = req.raw_path
        key: Key = (raw, head.query) if head.query and head.query.startswith(versions.QUERY) else raw
        # At a mount point itself, "/files", the path below is "/" though no slash was sent.
        if len(raw) > 1 or head.path.endswith(b"/"):
            kept = self._memory.recall(key, head)
            if kept is not None:
                answer_from_memory(req, res, kept)
                return None
            if self._top_names is not None and self._top_names.rule_out(raw):
                return None
        return self._find(req, res, raw, key)

    def _find(self, req: Request, res: Response, raw: bytes, key: Key) -> Awaitable[None] | None:
        try:
            found = self._source.find(raw, as_folder=names_folder(req.head.path))
            if found is Nothing.MISSING and self._spa is not None and is_navigation(req.get("accept"), raw):
                key = PAGE
                if (kept := self._memory.recall(key, req.head)) is not None:
                    answer_from_memory(req, res, kept)
                    return None
                found = self._source.find_page(self._spa) or found
        except OSError as error:
            req.log.error("%r could not be looked up", req, exc_info=error)
            raise HTTPErrorServiceUnavailable from None
        if isinstance(found, Found):
            return self._sender.send(req, res, found, key)
        if isinstance(found, Folder) and self._redirect:
            redirect_to_folder(req, res, found.parts)
        elif isinstance(found, Folder):
            self._refuse(Nothing.MISSING)
        else:
            self._refuse(found)
        return None

    def _refuse(self, found: Nothing) -> None:
        # What is denied was asked for by name, so no later middleware is asked either.
        if not self._fallthrough or found is Nothing.DENIED:
            raise _ERRORS[found]
