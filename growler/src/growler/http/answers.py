"""The ways of answering: `Answers`, the part of a Response that turns text, JSON, files, streams into a decided answer.

Each of them comes down to `Response.decide`; nothing travels yet.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from growler.exchange import Exchange
from growler.http.body import Body, FileBody
from growler.http.errors import HTTPErrorNotFound, HTTPErrorPreconditionFailed
from growler.http.headers import RequestHeaders
from growler.http.json_text import to_json
from growler.http.media import type_by_suffix, with_charset
from growler.http.response_head import ResponseHead
from growler.http.status import phrase
from growler.paths import PathRefused, open_parts

if TYPE_CHECKING:
    from growler.app import App

REDIRECTS = (300, 301, 302, 303, 307, 308)
"""RFC 9110 15.4, without those that lead nowhere."""


class Answers(ResponseHead):
    """The part of a Response that answers."""

    app: App
    exchange: Exchange

    @abstractmethod
    def decide(self, body: Body, default_type: str | None = None, status: int | None = None) -> None:
        """Make this the answer."""

    def send(self, value: Any = b"", status: int | None = None) -> None:
        """Send what it is: a status code with its phrase, str as text, bytes as they are, anything else as JSON."""
        if isinstance(value, bool) or not isinstance(value, int | str | bytes):
            self.send_json(value, status)
        elif isinstance(value, int):
            self.send_text(phrase(value), value)
        elif isinstance(value, str):
            self.send_text(value, status)
        else:
            self.decide(value, "application/octet-stream" if value else None, status)

    def send_text(self, text: object, status: int | None = None) -> None:
        """Send text/plain in UTF-8: a str, bytes as they are, of anything else its `str()`.

        The type is used unless one was set; the status is the one set before, 200 by default.
        Raises ResponseEnded for a second answer, as all that send do.
        """
        body = text if isinstance(text, bytes) else str(text).encode()
        self.decide(body, "text/plain; charset=utf-8", status)

    def send_html(self, html: str | bytes, status: int | None = None) -> None:
        """Send text/html in UTF-8, as it is: what came from a client must be escaped before."""
        self.decide(html if isinstance(html, bytes) else html.encode(), "text/html; charset=utf-8", status)

    def send_json(self, value: Any, status: int | None = None) -> None:
        """Send JSON (RFC 8259). Raises TypeError or ValueError for what JSON has not, NaN among it."""
        self.decide(to_json(value).encode(), "application/json", status)

    json = send_json

    def redirect(self, url: str, status: int = 302) -> None:
        """Send the client elsewhere; headers and cookies set before are kept.

        The URL is sent as given: check it first if it came from the client.
        Raises TypeError for a URL that is no str, ValueError for CR, LF, NUL in it and for other statuses than 3xx.
        """
        if status not in REDIRECTS:
            raise ValueError(f"{status!r} is no redirect; RFC 9110 15.4 has {', '.join(map(str, REDIRECTS))}")
        self.location(url)
        self.send_text(f"Redirecting to {self.headers['Location']}\n", status)

    def send_file(self, path: str | os.PathLike[str], status: int | None = None) -> None:
        """Send a file that the application names; type by its suffix. Ranges and conditions are Static's.

        The path is trusted: for a path that came from the client use Static or `growler.paths`.
        Raises HTTPErrorNotFound if there is no such regular file, OSError if it cannot be read.
        """
        where = Path(path)
        try:
            opened = open_parts(where.parent, (where.name,), symlinks="follow")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PathRefused):
            raise HTTPErrorNotFound from None
        try:
            kind = with_charset(type_by_suffix(where.name) or "application/octet-stream")
            self.decide(FileBody(opened.file, 0, opened.stat.st_size), kind, status)
        except BaseException:
            opened.file.close()
            raise

    def stream(self, pieces: AsyncIterator[bytes], status: int | None = None) -> None:
        """Send what an async iterator gives, piece by piece; the hooks run before its first byte.

        Set Content-Length first where it is known; else the body travels chunked.
        Raises TypeError for what is no async iterator.
        """
        _demand_async("res.stream", pieces)
        self.decide(pieces, "application/octet-stream", status)

    def sse(self, events: AsyncIterator[Any], *, heartbeat: float | None = 15) -> None:
        """Send server-sent events as they come (WHATWG HTML, section 9.2), until they end, the client goes
        or the server is told to stop: a browser connects again by itself.

        Parameters:
            events: gives `growler.http.sse.Event`, or what is to be the data of one: str, or anything that JSON has.
                It is closed in the end.
            heartbeat: seconds of silence after which a comment is sent; None for never - then nothing tells
                that a silent client has gone.

        Raises ValueError for a heartbeat that is not positive, TypeError for what is no async iterator.
        """
        from growler.http.sse import event_stream  # for those who send events

        _demand_async("res.sse", events)
        if heartbeat is not None and not heartbeat > 0:
            raise ValueError(f"heartbeat is in seconds, more than 0, or None; not {heartbeat!r}")
        self.decide(event_stream(events, heartbeat, self.app.stopping))
        self.headers["Content-Type"] = "text/event-stream"
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Accel-Buffering"] = "no"  # nginx would collect them first

    def revalidate(self, *, etag: str | None = None, last_modified: datetime | float | None = None) -> bool:
        """Say which version of a resource this is about, and find out whether the client wants it (RFC 9110 13).

            if not res.revalidate(etag=article.version):
                res.send_json(article)

        Call it before anything is changed, for PUT, PATCH and DELETE too: there a client that sends If-Match with an
        older version gets 412, and nobody's changes are lost. For GET and HEAD the validators are sent along.

        Parameters:
            etag: changes whenever the content does; `W/"..."` for a weak one, of which If-Match knows nothing.
            last_modified: with a time zone, or seconds since 1970. Neither: the resource does not exist yet.

        Returns whether the answer is decided: 304, because the client has this version.
        Raises HTTPErrorPreconditionFailed, and ValueError for what is no entity tag or no moment.
        """
        from growler.http import conditional  # for those whose resources have versions

        tag = None if etag is None else conditional.written_etag(etag)
        modified = None if last_modified is None else conditional.seconds(last_modified)
        head = self.exchange.head
        outcome = conditional.evaluate(head.method, RequestHeaders(head.fields).get, tag, modified)
        if outcome is conditional.Outcome.FAILED:
            raise HTTPErrorPreconditionFailed("it is another version by now")
        if head.method in ("GET", "HEAD"):
            if tag is not None:
                self.headers["ETag"] = tag
            if modified is not None:
                self.headers["Last-Modified"] = conditional.written_date(modified)
        if outcome is conditional.Outcome.PERFORM:
            return False
        self.decide(b"", status=304)
        return True


def _demand_async(call: str, pieces: object) -> None:
    """Refuse what would fail when the head has left already, and the connection with it."""
    if hasattr(pieces, "__aiter__"):
        return
    name = getattr(pieces, "__name__", "")
    fix = f"call it, {name}()" if callable(pieces) else "write an `async def` that yields, and call it"
    raise TypeError(f"{call}(...) takes an async iterator, not a {type(pieces).__name__}: {fix}")
