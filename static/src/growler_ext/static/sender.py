"""`Sender`: answers a request by the file found for it, in the form and version asked for, and keeps small ones.

What it does is put together here from `precompressed` (which form), `versions` (which version), `shown` (how it is
presented), `memory` (what is kept) and `answer` (what is written down).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from growler.http.request import Request
from growler.http.response import Response
from growler_ext.static import versions
from growler_ext.static.answer import answer
from growler_ext.static.memory import Key, Memory
from growler_ext.static.precompressed import form_for
from growler_ext.static.redirect import is_canonical
from growler_ext.static.shown import Presentation
from growler_ext.static.source import Found, closed_on_error
from growler_ext.static.versions import Versions, version_in

PAGE = b"page of the application"
"""What the page of a single-page application is kept under; no path, for those begin with a slash."""


class Sender:
    """Sends the files of a Static.

    Parameters:
        presentation: how they are presented.
        versions: those that `Static.url` knows.
        memory: what is kept of them.
        hides: whether a path is hidden, so that no compressed form is taken from there.
    """

    def __init__(
        self,
        presentation: Presentation,
        versions: Versions,
        memory: Memory,
        hides: Callable[[tuple[str, ...]], bool],
    ) -> None:
        self._presentation = presentation
        self._versions = versions
        self._memory = memory
        self._hides = hides

    def send(self, req: Request, res: Response, found: Found, key: Key) -> Awaitable[None] | None:
        """Answer by a file. Takes it over.

        Parameters:
            key: what it may be kept under.
        """
        wanted = version_in(req.head.query)
        version = None
        if wanted is not None:
            version = self._versions.known(found.opened.stat)
            if version is None and found.opened.stat.st_size > versions.AT_ONCE:
                return self._send_later(req, res, found, key, wanted)
        with closed_on_error(found.opened):
            if wanted is not None and version is None:
                version = self._versions.compute(found.opened)
            self._send(req, res, found, key, versioned=wanted is not None and version == wanted)
        return None

    async def _send_later(self, req: Request, res: Response, found: Found, key: Key, wanted: str) -> None:
        """`send` for a large file whose contents have to be hashed first."""
        with closed_on_error(found.opened):
            version = await self._versions.compute_later(found.opened)
            self._send(req, res, found, key, versioned=version == wanted)

    def _send(self, req: Request, res: Response, found: Found, key: Key, *, versioned: bool) -> None:
        form = form_for(found, req.get("accept-encoding"), self._presentation.encodings, self._hides)
        encoded = form.encoded
        now = time.time()
        sent = encoded or found
        with closed_on_error(sent.opened):
            shown = self._presentation.show(
                found.opened.stat,
                found.opened.path,
                "/".join(found.parts),
                now,
                coding=form.coding,
                encoded=encoded.opened.stat if encoded is not None else None,
                vary=form.vary + (("Accept",) if key is PAGE else ()),
                versioned=versioned,
            )
            keepable = key is PAGE or (is_canonical(req.raw_path) and (versioned or isinstance(key, bytes)))
            content = None
            if keepable and not callable(self._presentation.headers):
                content = self._memory.remember(key, found, encoded, shown, form.codings, now)
            if encoded is not None:
                found.opened.file.close()
            if content is not None:
                sent.opened.file.close()
            answer(req, res, shown, sent.opened if content is None else content)
