"""`Indexer`: beside `answer`, the only code here that sees a request and a response.

Files go to Static at once, and so does a listing that was made less than a second ago. Any other is made by `lister`,
in a thread; what is neither file nor folder is handed on.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from growler import App
from growler.http.errors import (
    HTTPError,
    HTTPErrorBadRequest,
    HTTPErrorForbidden,
    HTTPErrorMethodNotAllowed,
    HTTPErrorNotAcceptable,
    HTTPErrorNotFound,
    HTTPErrorServiceUnavailable,
)
from growler.http.request import Request, decode_path
from growler.http.response import Response
from growler.paths import PathRefused, Symlinks
from growler_ext.indexer import options
from growler_ext.indexer.answer import redirect_to_folder, send_archive, send_listing
from growler_ext.indexer.contents import NoSuchPage
from growler_ext.indexer.formats import FORMATS
from growler_ext.indexer.formats.contract import Format, View
from growler_ext.indexer.formats.custom import CustomFormat, Render
from growler_ext.indexer.lister import Lister, Question
from growler_ext.indexer.names import text
from growler_ext.indexer.order import Direction, Key
from growler_ext.indexer.packer import Packer
from growler_ext.indexer.visible import Filter
from growler_ext.indexer.walked_around import walked_around
from growler_ext.indexer.wanted import Wanted

_ALLOW = "GET, HEAD, OPTIONS"


class Indexer:
    """Lists folders, as a page, JSON or text, and serves their files: `app.use("/files", Indexer("/srv/files"))`.

    Parameters:
        root: the folder to list, with all that is below it.
        files: serve the files too, by Static; False leaves them to the next middleware.
        index: a file that is shown in place of the listing of its folder, such as "index.html"; None for none.
        hidden: show and serve names that begin with a dot; else they are as if missing.
        hide: globs of what is as if missing too: of names ("*.bak"), or with a slash of paths ("build/*").
        filter: a function that says of an entry (`Item`) whether it is there at all.
        symlinks: which links are shown and followed: "inside" those that end below the root, "follow" all,
            "never" none.
        sort, order: how a listing stands unless the client asks otherwise: by "name", "size", "date" or "type",
            "asc" or "desc". Folders always come first.
        page_size: how many entries a page has.
        archive: the kinds of archive a folder can be downloaded as, of "zip", "tar.gz", "tar"; () for none. There are
            none without `files`: they hold them.
        archive_limit: how many bytes of files an archive may hold: a number, or one with a unit such as "1GB".
        readme: show the README of a folder below its listing, as text.
        title: what the page calls the root; its path if None.
        render: a function that makes the page's HTML of a `Listing`; None for the page that comes with it.
        static: options for Static besides, such as `{"max_age": "1h", "untrusted": True}`.
        fallthrough: hand on requests with other methods than GET, HEAD and OPTIONS, and those whose path is malformed
            or leads above the root; False answers 405, 400 and 403.

    The client chooses by Accept or `?format=html|json|txt`, sorts by `?sort=name|size|date|type&order=asc|desc`,
    searches by `?q=`, and turns pages by `?page=2` or `?page=all`; `?archive=zip` downloads the folder.

    Raises ValueError that names every mistake in the options; for requests HTTPErrorNotAcceptable (RFC 9110 15.5.7),
    HTTPErrorBadRequest, HTTPErrorForbidden, HTTPErrorMethodNotAllowed, HTTPErrorNotFound for a page or a kind of
    archive that is not there, HTTPErrorRequestEntityTooLarge for an archive over a limit and
    HTTPErrorServiceUnavailable.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        files: bool = True,
        index: str | None = None,
        hidden: bool = False,
        hide: Sequence[str] = (),
        filter: Filter | None = None,
        symlinks: Symlinks = "inside",
        sort: Key = "name",
        order: Direction = "asc",
        page_size: int = 1000,
        archive: Sequence[str] = ("zip", "tar.gz"),
        archive_limit: int | str = "1GB",
        readme: bool = False,
        title: str | None = None,
        render: Render | None = None,
        static: Mapping[str, Any] | None = None,
        fallthrough: bool = False,
    ) -> None:
        checked = options.check(
            root,
            {
                "files": files, "index": index, "hidden": hidden, "hide": hide, "filter": filter,
                "symlinks": symlinks, "sort": sort, "order": order, "page_size": page_size, "archive": archive,
                "archive_limit": archive_limit, "title": title, "render": render, "static": static,
            },
        )  # fmt: skip
        self._tree = checked.tree
        self._order = checked.order
        self._static = checked.static
        self._index = index
        self._archives = checked.archives
        self._title = title
        self._fallthrough = fallthrough
        self._formats: dict[str, Format] = {**FORMATS}
        if render is not None:
            self._formats["html"] = CustomFormat(render)
        self._by_type = {form.media_type: form for form in self._formats.values()}
        self._everything = Wanted(checked.order, default=checked.order)
        self._lister = Lister(checked.tree, page_size, readme)
        self._packer = Packer(checked.tree, checked.archives, checked.limits)

    def __growler_attach__(self, app: App) -> None:
        """See `App.wire`. Raises ValueError where archives would hold what another middleware guards."""
        if self._archives:
            around = walked_around(list(app.router.entries()), self, self._holds)
            if around:
                raise ValueError(
                    f"Indexer: its archives would hold what the middleware at {', '.join(around)} stands in front of, "
                    "without asking it: archive=() makes none, hide=[...] leaves those folders out"
                )

    def _holds(self, parts: tuple[str, ...]) -> bool:
        return self._tree.visible.shows_way(parts) and self._tree.kind(parts) is not None

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        """Answer if there is a file or a folder; else hand on."""
        head = req.head
        if head.method not in ("GET", "HEAD"):
            return self._answer_other_method(req, res)
        # The whole path: at a mount point itself, "/files", the path below is "/" though no slash was sent.
        as_folder = head.path.endswith(b"/")
        if self._static is not None and (not as_folder or self._index is not None):
            index = self._index if as_folder else None
            if self._tree.visible.accepts is not None:
                return self._answer_checked(req, res, as_folder, index)
            sending = self._static(req, res)
            if sending is not None or res.has_ended:
                return sending
        if as_folder and b"archive=" not in head.query:
            question = self._question(req)
            kept = self._lister.kept(question) if question is not None else None
            if question is not None and kept is not None:
                send_listing(res, question.form, kept)
                return None
        return self._answer_folder(req, res, as_folder)

    async def _answer_checked(self, req: Request, res: Response, as_folder: bool, index: str | None) -> None:
        """With a filter, which may want to know of a file what only the disk can tell."""
        assert self._static is not None
        if await self._lister.in_thread(self._tree.accepts_file, req.raw_path, index):
            sending = self._static(req, res)
            if sending is not None:
                await sending
        if not res.has_ended:
            await self._answer_folder(req, res, as_folder)

    async def _answer_other_method(self, req: Request, res: Response) -> None:
        if req.head.method != "OPTIONS" and self._fallthrough:
            return
        parts = self._parts(req)
        kind = await self._lister.in_thread(self._tree.kind, parts) if parts is not None else None
        if kind != "directory" and (kind != "file" or self._static is None):
            return
        if req.head.method != "OPTIONS":
            raise HTTPErrorMethodNotAllowed(headers={"Allow": _ALLOW})
        res.headers["Allow"] = _ALLOW
        res.decide(b"", status=200)

    async def _answer_folder(self, req: Request, res: Response, as_folder: bool) -> None:
        parts = self._parts(req)
        if parts is None:
            return
        archive = req.query.get_first("archive")
        if not as_folder or archive is not None:
            # Neither is often, so it costs nothing to ask first; a folder may go at any time all the same.
            if await self._lister.in_thread(self._tree.kind, parts) != "directory":
                return
            if not as_folder:
                redirect_to_folder(req, res, parts)
            else:
                await self._send_archive(req, res, parts, str(archive))
            return
        try:
            question = self._ask(req)
        except HTTPError:
            # Only where there is a folder is a question about it wrong.
            if await self._lister.in_thread(self._tree.kind, parts) == "directory":
                raise
            return
        try:
            found = await self._lister.answer(question, parts)
        except NoSuchPage as error:
            raise HTTPErrorNotFound(str(error)) from None
        except OSError as error:
            req.log.error("%r could not be listed", req, exc_info=error)
            raise HTTPErrorServiceUnavailable from None
        if found is not None:
            send_listing(res, question.form, found)

    def _parts(self, req: Request) -> tuple[str, ...] | None:
        """The parts of the path; None for what is not there, as far as names tell."""
        try:
            return self._tree.parts(req.raw_path)
        except PathRefused as refused:
            if self._fallthrough:
                return None
            raise (HTTPErrorBadRequest if refused.malformed else HTTPErrorForbidden) from None

    def _question(self, req: Request) -> Question | None:
        """What is asked; None for a question that is wrong."""
        try:
            return self._ask(req)
        except HTTPError:
            return None

    def _ask(self, req: Request) -> Question:
        form = self._choose_format(req)
        try:
            wanted = Wanted.from_query(req.query, self._order) if req.head.query else self._everything
        except ValueError as error:
            raise HTTPErrorBadRequest(str(error)) from None
        base = req.base_url
        mount = decode_path(base.encode("latin-1")) if base else ""
        return Question(req.head.path, form, wanted, View(mount, self._title, self._archives))

    def _choose_format(self, req: Request) -> Format:
        """By `?format=`, which links can carry, else by Accept (RFC 9110 12.5.1)."""
        asked = req.query.get_first("format") if req.head.query else None
        if asked is not None:
            if asked not in self._formats:
                raise HTTPErrorNotAcceptable(f"format is one of {', '.join(self._formats)}")
            return self._formats[asked]
        chosen = req.accepts(*self._by_type)
        if chosen is None:
            raise HTTPErrorNotAcceptable(f"a listing can be had as {', '.join(self._by_type)}")
        return self._by_type[chosen]

    async def _send_archive(self, req: Request, res: Response, parts: tuple[str, ...], kind: str) -> None:
        title = self._title or decode_path(req.base_url.rpartition("/")[2].encode("latin-1"))
        name = (text(parts[-1]) if parts else title) or "files"
        send_archive(res, await self._packer.pack(parts, name, kind), name, kind)
