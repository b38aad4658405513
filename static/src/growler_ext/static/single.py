"""`send_file`: one file that the application names, conditions and ranges included."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Unpack

from growler.http.disposition import content_disposition
from growler.http.errors import HTTPErrorNotFound
from growler.http.request import Request
from growler.http.response import Response
from growler.paths import PathRefused, Root
from growler_ext.static.answer import answer
from growler_ext.static.options import FileOptions, Mistakes
from growler_ext.static.precompressed import form_for
from growler_ext.static.presenting import check_presentation
from growler_ext.static.shown import Presentation
from growler_ext.static.source import Found, closed_on_error

_USUAL = Presentation(encodings=())


class Decided:
    """What `send_file` returns: there is nothing to wait for, but an async handler may."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


_DECIDED = Decided()


def send_file(
    req: Request,
    res: Response,
    path: str | os.PathLike[str],
    filename: str | None = None,
    attachment: bool = False,
    **others: Unpack[FileOptions],
) -> Decided:
    """Answer with one file: `send_file(req, res, "report.pdf", filename="Bericht März.pdf", attachment=True)`.

    Parameters:
        path: trusted. A path that came from the client belongs to `Static` or `growler.paths`.
        filename: the name to save it under, in any script (RFC 6266, RFC 8187).
        attachment: offer to save it instead of showing it.
        others: how to present it, as for `Static`: max_age, immutable, cache_control, etag, last_modified, ranges,
            types, charset, headers, untrusted; and encodings, which are none unless given here.

    May be called as it is or awaited. Raises HTTPErrorNotFound if there is no such regular file, OSError if it cannot
    be read, ValueError for options that cannot work.
    """
    presentation = _presentation(others) if others else _USUAL
    where = Path(path)
    root = Root(where.parent, symlinks="follow")
    try:
        found = Found(root.open_file((where.name,)), root, (where.name,))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PathRefused):
        raise HTTPErrorNotFound from None
    with closed_on_error(found.opened):
        form = form_for(found, req.get("accept-encoding"), presentation.encodings)
        encoded = form.encoded
        sent = encoded or found
        with closed_on_error(sent.opened):
            shown = presentation.show(
                found.opened.stat,
                where,
                where.name,
                time.time(),
                coding=form.coding,
                encoded=encoded.opened.stat if encoded is not None else None,
                vary=form.vary,
                disposition=content_disposition(filename, attachment=attachment),
            )
        if encoded is not None:
            found.opened.file.close()
        answer(req, res, shown, sent.opened)
    return _DECIDED


def _presentation(others: FileOptions) -> Presentation:
    mistakes = Mistakes()
    options: FileOptions = {"encodings": (), **others}
    presentation = check_presentation(mistakes, **options)
    mistakes.raise_any("send_file")
    return presentation
