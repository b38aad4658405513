"""What a handler knows of a request. Everything costly is made when somebody asks for it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from growler.exchange import Exchange, RequestHead
from growler.http import accept
from growler.http.errors import (
    HTTPErrorBadRequest,
    HTTPErrorRequestEntityTooLarge,
    HTTPErrorUnsupportedMediaType,
)
from growler.http.headers import RequestHeaders
from growler.http.methods import METHODS, HTTPMethod
from growler.http.query import Query
from growler.missing import missing_attribute

if TYPE_CHECKING:
    from growler.app import App
    from growler_ext.auth import AuthInfo, User
    from growler_ext.cookieparser import Cookies
    from growler_ext.session import SessionData


class Request:
    """One request.

    Middleware may set attributes of their own on it; those of the suite's extensions (`cookies`, `session`,
    `user`, `auth`) are known to type checkers.
    """

    if TYPE_CHECKING:
        cookies: Cookies
        session: SessionData
        user: User | None
        auth: AuthInfo

    # Class-level defaults instead of assignments: a plain request pays for none of these.
    params: Mapping[str, str] = {}
    _depth: int = 0
    _headers: RequestHeaders | None = None
    _query: Query | None = None
    _body: bytes | None = None
    _body_taken: bool = False

    def __init__(self, app: App, exchange: Exchange) -> None:
        self.app = app
        self.exchange = exchange
        self.head: RequestHead = exchange.head

    def __getattr__(self, name: str) -> Any:
        raise missing_attribute("req", self, name)

    # The request line

    @property
    def method(self) -> HTTPMethod:
        """The method, comparable to HTTPMethod.GET and to "GET"."""
        return METHODS[self.head.method]

    @property
    def raw_path(self) -> bytes:
        """The path below the mount point, percent-encoded as it came. Always begins with "/"."""
        return split_mount(self.head.path, self._depth)[1]

    @property
    def path(self) -> str:
        """The path below the mount point, decoded; bytes that are no UTF-8 read as U+FFFD."""
        return decode_path(self.raw_path)

    @property
    def base_url(self) -> str:
        """The mount point: what was cut off `original_url` in front of `path`; "" at the root."""
        return split_mount(self.head.path, self._depth)[0].decode("latin-1")

    @property
    def original_url(self) -> str:
        """Path and query as the client sent them."""
        head = self.head
        return (head.path + b"?" + head.query if head.query else head.path).decode("latin-1")

    originalURL = original_url

    @property
    def query_string(self) -> str:
        return self.head.query.decode("latin-1")

    @property
    def query(self) -> Query:
        """The query's fields. Raises HTTPErrorBadRequest over `Limits.max_query_fields`."""
        if self._query is None:
            self._query = Query.parse(self.query_string, max_fields=self.app.limits.max_query_fields)
        return self._query

    def param(self, name: str, default: str | None = None) -> str | None:
        """A parameter of the route, else the first value of that name in the query, else the default."""
        if name in self.params:
            return self.params[name]
        return self.query.get_first(name, default)

    # The header fields

    @property
    def headers(self) -> RequestHeaders:
        if self._headers is None:
            self._headers = RequestHeaders(self.head.fields)
        return self._headers

    def get(self, name: str, default: str | None = None) -> str | None:
        """A header field's value."""
        return self.headers.get(name, default)

    @property
    def hostname(self) -> str:
        """The host the client asked for, without its port; "" if it sent none. Chosen by the client: never trust it."""
        host = self.get("host", "") or ""
        return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]

    def type_is(self, mime: str) -> bool:
        """Whether the body is of this media type, parameters aside."""
        return (self.get("content-type", "") or "").partition(";")[0].strip().lower() == mime.lower()

    def accepts(self, *offers: str) -> str | None:
        """The best of the offered types ("html", "json", "text" or media types); None if none is wanted."""
        return accept.best(self.get("accept"), offers)

    # The connection

    @property
    def ip(self) -> str:
        """The address of the peer; "" where there is none (a Unix socket)."""
        client = self.head.connection.client
        return client[0] if client else ""

    @property
    def protocol(self) -> str:
        """ "http" or "https", of the connection to this server."""
        return self.head.connection.scheme

    @property
    def peercert(self) -> Any:
        """The client's TLS certificate as `ssl.SSLSocket.getpeercert` gives it; None without one."""
        transport = self.head.connection.transport
        return transport.get_extra_info("peercert") if transport is not None else None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    @property
    def log(self) -> logging.Logger:
        return self.app.log

    # The body

    async def stream(self) -> AsyncIterator[bytes]:
        """The body piece by piece, as it arrives; unbounded.

        Raises ClientDisconnected, and RuntimeError when the body was read before.
        """
        if self._body_taken:
            raise RuntimeError("the body was read already; keep what req.body() gave")
        self._body_taken = True
        while piece := await self.exchange.receive():
            yield piece

    async def body(self, *, limit: int | None = None) -> bytes:
        """The whole body. May be called again.

        Parameters:
            limit: bytes; `Limits.max_body` (1 MiB) if None.

        Raises HTTPErrorRequestEntityTooLarge over the limit, before more than that is kept.
        """
        if self._body is None:
            limit = self.app.limits.max_body if limit is None else limit
            declared = self.get("content-length", "") or ""
            if declared.isdecimal() and int(declared) > limit:
                raise HTTPErrorRequestEntityTooLarge(f"the body may have {limit} bytes")
            pieces, size = [], 0
            async for piece in self.stream():
                size += len(piece)
                if size > limit:
                    raise HTTPErrorRequestEntityTooLarge(f"the body may have {limit} bytes")
                pieces.append(piece)
            self._body = b"".join(pieces)
        return self._body

    async def text(self) -> str:
        """The body as UTF-8 text. Raises HTTPErrorBadRequest if it is none."""
        try:
            return (await self.body()).decode()
        except UnicodeDecodeError:
            raise HTTPErrorBadRequest("the body is not UTF-8") from None

    async def json(self) -> Any:
        """The body as JSON, whatever its Content-Type. Raises HTTPErrorBadRequest if it is none."""
        try:
            return json.loads(await self.body())
        except (ValueError, RecursionError):
            raise HTTPErrorBadRequest("the body is not JSON") from None

    async def form(self) -> Query:
        """The fields of an application/x-www-form-urlencoded body.

        Raises HTTPErrorUnsupportedMediaType for other types, HTTPErrorBadRequest over `Limits.max_query_fields`.
        """
        if not self.type_is("application/x-www-form-urlencoded"):
            raise HTTPErrorUnsupportedMediaType("a form of type application/x-www-form-urlencoded is wanted")
        text = (await self.body()).decode("utf-8", "replace")
        return Query.parse(text, max_fields=self.app.limits.max_query_fields)

    def __repr__(self) -> str:
        return f"<Request {self.head.method} {self.head.path!r}>"


def split_mount(path: bytes, depth: int) -> tuple[bytes, bytes]:
    """Cut a raw path behind its first `depth` segments: the mount point and the rest, which begins with "/"."""
    end = 0
    for _ in range(depth):
        end = path.find(b"/", end + 1)
        if end < 0:
            return path, b"/"
    return path[:end], path[end:] or b"/"


def decode_path(raw: bytes) -> str:
    """A percent-encoded path as text, decoded once; what is no UTF-8 becomes U+FFFD."""
    return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("utf-8", "replace")
