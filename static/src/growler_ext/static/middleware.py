"""`Static` and `send_file`: the only code here that sees a request and a response.

`source` finds the file, `decide` says what the request gets, and this file writes it down. Small files are read
at once, so that the request needs no task; larger ones are left to the server, with sendfile(2) where it can.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from growler.http.body import FileBody
from growler.http.disposition import content_disposition
from growler.http.errors import (
    HTTPErrorForbidden,
    HTTPErrorMethodNotAllowed,
    HTTPErrorNotFound,
    HTTPErrorPreconditionFailed,
    HTTPErrorRequestedRangeNotSatisfiable,
    HTTPErrorServiceUnavailable,
)
from growler.http.request import Request
from growler.http.response import Response
from growler.paths import OpenedFile, PathRefused, Symlinks, names_folder, open_parts
from growler_ext.static import options
from growler_ext.static.age import Age
from growler_ext.static.decide import NotModified, PreconditionFailed, Whole, decide
from growler_ext.static.facts import facts_of
from growler_ext.static.mime import TYPES, media_type
from growler_ext.static.ranges import Part, Unsatisfiable
from growler_ext.static.redirect import folder_location
from growler_ext.static.source import Dotfiles, Folder, Nothing, Source, read_part

# Up to this a read from the page cache takes less time than a task and a sendfile.
SMALL = 64 * 1024


class Static:
    """Serves the files of folders: `app.use(Static("public"))`, `app.use("/static", Static("theme", "public"))`.

    Parameters:
        roots: folders; the first that has the file wins.
        index: the file that stands for its folder; None if none does.
        redirect: answer a folder without a slash at its end by 301 to the same with it.
        fallthrough: hand on to the next middleware what is not there (404), cannot be read (403), or is asked
            for by another method than GET and HEAD (405); False answers so.
        dotfiles: what names that begin with a dot are: "ignore" as if missing, "deny" 403 in any case, "allow"
            like any other. `/.well-known/` (RFC 8615) is never one.
        symlinks: which links are followed: "inside" those that end below the root, "follow" all, "never" none.
        max_age: how long clients keep an answer without asking: seconds, "30d" or a timedelta; a year at most.
            A Cache-Control that was set before stays.
        charset: said of text; None says nothing.
        types: media types by suffix, added to the table: `{".glb": "model/gltf-binary"}`.

    Raises ValueError that names every mistake in these. Requests: conditions in the order of RFC 9110 13.2.2, one
    range (several: the whole file); HTTPErrorPreconditionFailed and HTTPErrorRequestedRangeNotSatisfiable come
    out as errors of the chain.
    """

    def __init__(
        self,
        *roots: options.Root,
        index: str | None = "index.html",
        redirect: bool = True,
        fallthrough: bool = True,
        dotfiles: Dotfiles = "ignore",
        symlinks: Symlinks = "inside",
        max_age: Age = 0,
        charset: str | None = "utf-8",
        types: Mapping[str, str] | None = None,
    ) -> None:
        checked = options.check(
            roots,
            index=index,
            dotfiles=dotfiles,
            symlinks=symlinks,
            max_age=max_age,
            charset=charset,
            types=types,
        )
        self._source = Source(checked.roots, checked.index, checked.dotfiles, checked.symlinks)
        self._redirect = redirect
        self._fallthrough = fallthrough
        self._cache_control = f"max-age={checked.max_age}"
        self._charset = checked.charset
        self._types = checked.types

    def __call__(self, req: Request, res: Response) -> None:
        """Answer if there is a file; else hand on."""
        method = req.head.method
        if method not in ("GET", "HEAD"):
            if self._fallthrough:
                return
            raise HTTPErrorMethodNotAllowed(headers={"Allow": "GET, HEAD"})
        # The whole path: at a mount point itself, "/files", the path below is "/" though no slash was sent.
        as_folder = names_folder(req.head.path)
        try:
            found = self._source.find(req.raw_path, as_folder=as_folder)
        except OSError as error:
            req.log.error("%r could not be looked up", req, exc_info=error)
            raise HTTPErrorServiceUnavailable from None
        if isinstance(found, OpenedFile):
            kind = media_type(found.path.name, self._types, self._charset)
            _answer(req, res, found, kind, self._cache_control)
        elif isinstance(found, Folder) and self._redirect:
            _redirect(req, res, found)
        else:
            self._refuse(found)

    def _refuse(self, found: Folder | Nothing) -> None:
        # Asked for by name, so no later middleware is asked either.
        if found is Nothing.DENIED:
            raise HTTPErrorForbidden
        if self._fallthrough:
            return
        raise HTTPErrorForbidden if found is Nothing.UNREADABLE else HTTPErrorNotFound


def send_file(
    req: Request,
    res: Response,
    path: str | os.PathLike[str],
    *,
    filename: str | None = None,
    attachment: bool = False,
) -> None:
    """Answer with one file that the application names, conditions and ranges included.

    Parameters:
        path: trusted. A path that came from the client belongs to `Static` or `growler.paths`.
        filename: the name to save it under.
        attachment: offer to save it instead of showing it (RFC 6266).

    Raises HTTPErrorNotFound if there is no such regular file, OSError if it cannot be read.
    """
    where = Path(path)
    try:
        opened = open_parts(where.parent, (where.name,), symlinks="follow")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PathRefused):
        raise HTTPErrorNotFound from None
    kind = media_type(where.name, TYPES, "utf-8")
    _answer(req, res, opened, kind, "max-age=0", content_disposition(filename, attachment=attachment))


def _redirect(req: Request, res: Response, folder: Folder) -> None:
    res.headers["Content-Security-Policy"] = "default-src 'none'"
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.redirect(folder_location(req.base_url, folder.parts, req.head.query), 301)


def _answer(
    req: Request,
    res: Response,
    opened: OpenedFile,
    kind: str,
    cache_control: str,
    disposition: str | None = None,
) -> None:
    """Write down what `decide` says. Takes over the file: it is closed here, or by the core after sending.

    Header fields come last, so that none of them is left on the page of an error raised before.
    """
    body: bytes | FileBody = b""
    status: int | None = None
    try:
        facts = facts_of(opened.stat, time.time())
        outcome = decide(req.head.method, req.headers, facts)
        match outcome:
            case Whole():
                body = _body(req, opened, 0, facts.size)
            case Part(first, last):
                body, status = _body(req, opened, first, last - first + 1), 206
            case NotModified():
                status = 304
            case PreconditionFailed():
                raise HTTPErrorPreconditionFailed
            case Unsatisfiable():
                # RFC 9110 15.5.17: says how long the file is now.
                raise HTTPErrorRequestedRangeNotSatisfiable(
                    headers={"Content-Range": f"bytes */{facts.size}"}
                )
    finally:
        if not isinstance(body, FileBody):
            opened.file.close()
    headers = res.headers
    headers["ETag"] = facts.etag
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = cache_control
    if status == 304:
        res.decide(b"", status=304)
        return
    headers["Last-Modified"] = facts.last_modified
    headers["Accept-Ranges"] = "bytes"
    headers["X-Content-Type-Options"] = "nosniff"
    if isinstance(outcome, Part):
        headers["Content-Range"] = f"bytes {outcome.first}-{outcome.last}/{facts.size}"
    if disposition is not None:
        headers["Content-Disposition"] = disposition
    res.decide(body, kind, status)


def _body(req: Request, opened: OpenedFile, first: int, count: int) -> bytes | FileBody:
    if count > SMALL:
        return FileBody(opened.file, first, count)
    try:
        return read_part(opened, first, count)
    except (EOFError, OSError) as error:
        req.log.error("%r could not be read", req, exc_info=error)
        raise HTTPErrorServiceUnavailable(headers={"Retry-After": "1"}) from None
