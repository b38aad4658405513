"""Writes down what `decide` says of a file. Beside `middleware`, the only code here that sees a response.

Small contents are sent at once, so that the request needs no task; larger ones are left to the server, with
sendfile(2) where it can.
"""

from __future__ import annotations

from html import escape

from growler.exchange import Fields
from growler.http.body import FileBody
from growler.http.errors import (
    HTTPErrorPreconditionFailed,
    HTTPErrorRequestedRangeNotSatisfiable,
    HTTPErrorServiceUnavailable,
)
from growler.http.request import Request
from growler.http.response import Response
from growler.paths import OpenedFile
from growler_ext.static.decide import NotModified, Outcome, PreconditionFailed, Whole, decide
from growler_ext.static.hot import LARGEST, Kept
from growler_ext.static.keeping import PUBLIC
from growler_ext.static.ranges import Part, Unsatisfiable
from growler_ext.static.redirect import folder_location
from growler_ext.static.shown import Shown
from growler_ext.static.source import read_part

# The request fields that an answer depends on, the encoding aside: without one, it is the whole file.
_ASKED = frozenset(
    {b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"range",
     b"authorization"}
)  # fmt: skip
# What an earlier middleware may have said of the body.
_OF_A_BODY = ("Content-Encoding", "Content-Language", "Content-Range", "Content-Type")
_INITIALS = frozenset({b"A", b"I", b"R", b"a", b"i", b"r"})
_MORE = b""  # no tag is like that


def answer_from_memory(req: Request, res: Response, kept: Kept) -> None:
    """Answer by a file that is kept.

    The heads of the two usual answers - the file, or that the client has it already - are there as bytes.
    """
    content, shown = kept.content, kept.shown
    assert content is not None
    assert shown is not None
    if res.untouched:
        known = req.head.derived(_known)
        if known is None:
            if kept.whole is not None:
                res.decide_prepared(kept.whole, content)
                return
        elif known == kept.etag and kept.unchanged is not None:
            res.decide_prepared(kept.unchanged, b"", 304)
            return
    answer(req, res, shown, content)


def _known(fields: Fields) -> bytes | None:
    """The tag that the client has, by its If-None-Match; None if nothing is asked, _MORE if it is more than that.

    No more than a short cut for what a browser sends that has just this file: other tags are looked at elsewhere.
    """
    conditional, tag = False, None
    for name, value in fields:
        # The first letter spares most names the rest.
        if name[:1] in _INITIALS and (name := name.lower()) in _ASKED:
            conditional = True
            if name == b"if-none-match":
                tag = value
            elif name != b"if-modified-since":  # RFC 9110 13.1.3: with If-None-Match, the date does not count
                return _MORE
    return tag or _MORE if conditional else None


def answer(req: Request, res: Response, shown: Shown, file: OpenedFile | bytes) -> None:
    """Answer by a file or its contents. Takes over the file: it is closed here, or by the core after sending.

    Header fields come last, so that none of them is left on the page of an error raised before.
    """
    size = shown.facts.size
    body: bytes | FileBody = b""
    status: int | None = None
    try:
        outcome = _outcome(req, res, shown)
        match outcome:
            case Whole():
                body = _body(req, file, 0, size)
            case Part(first, last):
                body, status = _body(req, file, first, last - first + 1), 206
            case NotModified():
                status = 304
            case PreconditionFailed():
                raise HTTPErrorPreconditionFailed
            case Unsatisfiable():
                # RFC 9110 15.5.17: says how long the file is now.
                raise HTTPErrorRequestedRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    finally:
        if not isinstance(body, FileBody) and isinstance(file, OpenedFile):
            file.file.close()
    _set_fields(req, res, shown, unchanged=status == 304)
    if isinstance(outcome, Part):
        res.headers["Content-Range"] = f"bytes {outcome.first}-{outcome.last}/{size}"
    res.decide(body, status=status)


def redirect_to_folder(req: Request, res: Response, parts: tuple[str, ...]) -> None:
    """Send the client to the folder's path with its slash, for good (RFC 9110 15.4.2)."""
    # A policy that somebody has set for the whole site says more than ours.
    res.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.location(folder_location(req.base_url, parts, req.head.query))
    where = escape(str(res.get("Location")))
    res.send_html(
        f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>Redirecting to {where}</title>\n'
        f'<p>Redirecting to <a href="{where}">{where}</a></p></html>\n',
        301,
    )


def _outcome(req: Request, res: Response, shown: Shown) -> Outcome:
    if not 200 <= res.status_code < 300:
        # RFC 9110 13.2.1: conditions count only where the answer without them would be a success. Somebody has set
        # another status, and the file is what is shown with it.
        return Whole()
    return decide(req.head.method, req.headers, shown.facts, ranges="Accept-Ranges" in shown.usual)


def _set_fields(req: Request, res: Response, shown: Shown, *, unchanged: bool) -> None:
    headers = res.headers
    if unchanged:
        # RFC 9110 15.4.5: what describes a body has no place where there is none.
        for name in _OF_A_BODY:
            headers.pop(name, None)
    for name, value in shown.usual.items():
        if name == "Cache-Control" and value.startswith(PUBLIC) and "authorization" in req.headers:
            # RFC 9111 3.5: what was sent to credentials is then for nobody else.
            value = value.removeprefix(PUBLIC)
        if name not in headers and shown.belongs_to(name, unchanged=unchanged):
            headers[name] = value
    for name, value in shown.fixed.items():
        if shown.belongs_to(name, unchanged=unchanged):
            headers[name] = value
    if shown.vary:
        headers.vary(*shown.vary)
    if shown.sandboxed:
        # Beside a policy for the whole site: a browser keeps to both. With a 304 too: some caches would put the one
        # policy that it has in the place of the two they know (RFC 9111 3.2).
        headers.append("Content-Security-Policy", "sandbox")


def _body(req: Request, file: OpenedFile | bytes, first: int, count: int) -> bytes | FileBody:
    if isinstance(file, bytes):
        return file if count == len(file) else file[first : first + count]
    if count > LARGEST:
        return FileBody(file.file, first, count)
    try:
        return read_part(file, first, count)
    except (EOFError, OSError) as error:
        req.log.error("%r could not be read", req, exc_info=error)
        raise HTTPErrorServiceUnavailable(headers={"Retry-After": "1"}) from None
