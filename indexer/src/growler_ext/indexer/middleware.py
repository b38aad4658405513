"""`Indexer`: the only code here that sees a request and a response.

Files go to Static at once. For a folder, `Tree` looks at the disk in a thread, `arrange` and `Listing` make a value
of what it found, and a format makes that a body; what is neither file nor folder is handed on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import replace

from growler.http.errors import HTTPErrorBadRequest, HTTPErrorNotAcceptable, HTTPErrorServiceUnavailable
from growler.http.media import with_charset
from growler.http.request import Request, decode_path
from growler.http.response import Response
from growler.paths import Symlinks
from growler_ext.indexer import options
from growler_ext.indexer.folder import Folder, Tree
from growler_ext.indexer.formats import FORMATS
from growler_ext.indexer.formats.contract import Format, View
from growler_ext.indexer.listing import Listing
from growler_ext.indexer.order import Direction, Key, Order, arrange
from growler_ext.static import Static
from growler_ext.static.redirect import folder_location


class Indexer:
    """Lists folders, as a page or as JSON, and serves their files: `app.use("/files", Indexer("/srv/files"))`.

    Parameters:
        root: the folder to list, with all that is below it.
        files: serve the files too, by Static; False leaves them to the next middleware.
        hidden: show and serve names that begin with a dot; else they are as if missing.
        symlinks: which links are shown and followed: "inside" those that end below the root, "follow" all,
            "never" none.
        sort, order: how a listing stands unless the client asks otherwise: by "name", "size" or "modified",
            "asc" or "desc". Folders always come first.
        title: what the page calls the root; its path if None.

    The client chooses by Accept or `?format=html|json`, and sorts by `?sort=name|size|modified&order=asc|desc`.
    Answers GET, HEAD and OPTIONS; other methods are handed on. Raises ValueError that names every mistake in the
    options; for requests HTTPErrorBadRequest and HTTPErrorNotAcceptable (RFC 9110 15.5.1 and 15.5.7).
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        files: bool = True,
        hidden: bool = False,
        symlinks: Symlinks = "inside",
        sort: Key = "name",
        order: Direction = "asc",
        title: str | None = None,
    ) -> None:
        self._tree, self._order = options.check(
            root, hidden=hidden, symlinks=symlinks, sort=sort, order=order, title=title
        )
        self._title = title
        self._static = (
            Static(
                self._tree.root,
                index=None,
                dotfiles="allow" if hidden else "ignore",
                symlinks=symlinks,
                redirect=False,
                fallthrough=True,
            )
            if files
            else None
        )

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        """Answer if there is a file or a folder; else hand on."""
        if req.head.method not in ("GET", "HEAD", "OPTIONS"):
            return None
        # The whole path: at a mount point itself, "/files", the path below is "/" though no slash was sent.
        if self._static is not None and not req.head.path.endswith(b"/"):
            self._static(req, res)
            if res.has_ended:
                return None
        return self._answer_folder(req, res)

    async def _answer_folder(self, req: Request, res: Response) -> None:
        folder = await asyncio.to_thread(self._tree.find, req.raw_path)
        if folder is None:
            return
        if req.head.method == "OPTIONS":
            res.headers["Allow"] = "GET, HEAD, OPTIONS"
            res.decide(b"", status=204)
        elif not req.head.path.endswith(b"/"):
            _redirect(req, res, folder)
        else:
            form, view = _choose_format(req), self._view(req)
            try:
                found = await asyncio.to_thread(_render, self._tree, folder, form, view)
            except OSError as error:
                req.log.error("%r could not be listed", req, exc_info=error)
                raise HTTPErrorServiceUnavailable from None
            if found is not None:
                _send(res, form, *found)

    def _view(self, req: Request) -> View:
        query = req.query
        try:
            order = Order.from_query(query.get_first("sort"), query.get_first("order"), self._order)
        except ValueError as error:
            raise HTTPErrorBadRequest(str(error)) from None
        carried = order.query if order != self._order else ""
        mount = decode_path(req.base_url.encode("latin-1"))
        return View(order, carried, mount, self._title)


def _choose_format(req: Request) -> Format:
    """By `?format=`, which links can carry, else by Accept (RFC 9110 12.5.1)."""
    asked = req.query.get_first("format")
    if asked is not None:
        if asked not in FORMATS:
            raise HTTPErrorBadRequest(f"format is one of {', '.join(FORMATS)}")
        return FORMATS[asked]
    by_type = {form.media_type: form for form in FORMATS.values()}
    chosen = req.accepts(*by_type)
    if chosen is None:
        raise HTTPErrorNotAcceptable(f"a listing can be had as {' or '.join(by_type)}")
    return by_type[chosen]


def _render(tree: Tree, folder: Folder, form: Format, view: View) -> tuple[int, bytes] | None:
    """Status and body; None if the folder has gone meanwhile. Waits for the disk; raises OSError where it fails."""
    try:
        entries = tree.scan(folder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        return 403, form.render(Listing.of(folder.parts, ()), replace(view, readable=False))
    return 200, form.render(Listing.of(folder.parts, arrange(entries, view.order)), view)


def _redirect(req: Request, res: Response, folder: Folder) -> None:
    """RFC 9110 15.4.2: relative links need the slash."""
    res.headers["Content-Security-Policy"] = "default-src 'none'"
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.redirect(folder_location(req.base_url, folder.parts, req.head.query), 301)


def _send(res: Response, form: Format, status: int, body: bytes) -> None:
    res.headers.update(form.headers)
    res.headers["Cache-Control"] = "no-cache"
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.vary("Accept")
    res.decide(body, with_charset(form.media_type), status)
