"""Writes down what was found: a listing, an archive, the way to a folder. Beside `middleware`, the only code here that
sees a response."""

from __future__ import annotations

from growler import Request, Response
from growler.http.disposition import content_disposition
from growler.http.media import with_charset
from growler_ext.indexer.archive import KINDS
from growler_ext.indexer.formats.contract import Format
from growler_ext.indexer.lister import Answer
from growler_ext.indexer.streamed import Streamed
from growler_ext.static.redirect import folder_location


def redirect_to_folder(req: Request, res: Response, parts: tuple[str, ...]) -> None:
    """RFC 9110 15.4.2: relative links need the slash."""
    # A policy that somebody has set for the whole site says more than ours.
    res.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.redirect(folder_location(req.base_url, parts, req.head.query), 301)


def send_listing(res: Response, form: Format, answer: Answer) -> None:
    """Send a listing in its format."""
    headers = res.headers
    headers.update(form.headers)
    headers["Cache-Control"] = "no-cache"
    headers["X-Content-Type-Options"] = "nosniff"
    if answer.link:
        headers["Link"] = answer.link
    res.vary("Accept")
    res.decide(answer.body, with_charset(form.media_type), answer.status)


def send_archive(res: Response, archive: Streamed, name: str, kind: str) -> None:
    """Send an archive as it is made; it is closed in any case."""
    # Also where nobody asks for a single piece: HEAD, an error in somebody's hook.
    res.on("after_send", archive.aclose)
    res.headers["Content-Disposition"] = content_disposition(f"{name}.{kind}", attachment=True)
    res.headers["Cache-Control"] = "no-cache"
    res.headers["X-Content-Type-Options"] = "nosniff"
    res.decide(archive, KINDS[kind].media_type)
