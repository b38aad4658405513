"""What a handler knows of a request. Everything costly is made when somebody asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import unquote_to_bytes

from growler.exchange import Exchange, RequestHead
from growler.http import accept
from growler.http.headers import RequestHeaders
from growler.http.media import covers, essence, media_type
from growler.http.methods import METHODS, HTTPMethod
from growler.http.proxies import Origin
from growler.http.query import Query
from growler.http.request_body import RequestBody
from growler.missing import Missing

if TYPE_CHECKING:
    from growler.app import App
    from growler_ext.auth import AuthInfo, User
    from growler_ext.cookieparser import Cookies
    from growler_ext.session import SessionData

_PERCENT = ord("%")  # as a number: to look for a single byte as bytes takes ten times as long


class Request(RequestBody):
    """One request; its body is read by what it inherits.

    Middleware may set attributes of their own on it; those of the suite's extensions (`cookies`, `session`,
    `user`, `auth`) are known to type checkers.
    """

    if TYPE_CHECKING:
        cookies: Cookies
        session: SessionData
        user: User | None
        auth: AuthInfo

        def __getattr__(self, name: str) -> Any: ...
    else:
        cookies = Missing("req.cookies", "CookieParser()")
        session = Missing("req.session", "Session()")
        user = Missing("req.user", "Auth(...)")
        auth = Missing("req.auth", "Auth(...)")

    app: App
    """The app that answers; `req.app["name"]` is what is set there."""

    # Class-level defaults instead of assignments: a plain request pays for none of these.
    params: Mapping[str, str] = {}
    """What the parameters of the route are in this path, decoded: `/user/:id` gives `{"id": "7"}`."""
    _depth: int = 0
    _headers: RequestHeaders | None = None
    _query: Query | None = None
    _origin: Origin | None = None

    def __init__(self, app: App, exchange: Exchange) -> None:
        self.app = app
        self.exchange = exchange
        self.head: RequestHead = exchange.head

    # The request line

    @property
    def method(self) -> HTTPMethod:
        """The method, comparable to HTTPMethod.GET and to "GET"."""
        return METHODS[self.head.method]

    @property
    def raw_path(self) -> bytes:
        """The path below the mount point, percent-encoded as it came. Always begins with "/"."""
        return split_mount(self.head.path, self._depth)[1] if self._depth else self.head.path

    @property
    def path(self) -> str:
        """The path below the mount point, decoded; bytes that are no UTF-8 read as U+FFFD."""
        return decode_path(self.raw_path)

    @property
    def base_url(self) -> str:
        """The mount point: what was cut off `original_url` in front of `path`; "" at the root."""
        return (self.head.root + split_mount(self.head.path, self._depth)[0]).decode("latin-1")

    @property
    def original_url(self) -> str:
        """Path and query as the client sent them; `.` and `..` in the path are resolved."""
        head = self.head
        path = head.root + head.path
        return (path + b"?" + head.query if head.query else path).decode("latin-1")

    originalURL = original_url

    @property
    def query_string(self) -> str:
        """The query as the client sent it, without the question mark; "" if there is none."""
        return self.head.query.decode("latin-1")

    @property
    def query(self) -> Query:
        """The query's fields. Raises HTTPErrorBadRequest over `Limits.max_query_fields`."""
        if self._query is None:
            text = self.head.query.decode("utf-8", "replace")
            self._query = Query.parse(text, max_fields=self.app.limits.max_query_fields)
        return self._query

    def param(self, name: str, default: str | None = None) -> str | None:
        """A parameter of the route, else the first value of that name in the query, else the default."""
        if name in self.params:
            return self.params[name]
        return self.query.get_first(name, default)

    # The header fields

    @property
    def headers(self) -> RequestHeaders:
        """The header fields by name, whatever its case; `getall` for those that came more than once."""
        if self._headers is None:
            self._headers = self.head.derived(RequestHeaders)
        return self._headers

    @overload
    def get(self, name: str, default: str) -> str: ...
    @overload
    def get(self, name: str, default: str | None = None) -> str | None: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """A header field's value, whatever the case of its name; the default if the client did not send it."""
        return self.headers.get(name, default)

    def type_is(self, *kinds: str) -> bool:
        """Whether the body is of one of these types, parameters aside: `type_is("json", "text/*")`.

        Raises ValueError for a short name that is unknown.
        """
        patterns = [
            media_type(kind) for kind in kinds
        ]  # all of them: a misspelt one is told whatever was sent
        sent = essence(self.get("content-type"))
        return sent != "" and any(covers(pattern, sent) for pattern in patterns)

    def accepts(self, *offers: str) -> str | None:
        """The offer the client likes best (RFC 9110 12.5.1); None if it wants none of them.

        Parameters:
            offers: media types, ranges such as "image/*", or short: "html", "json", "text", a file's suffix.

        Raises ValueError for a short name that is unknown.
        """
        return accept.best(self.get("accept"), offers)

    # Where it comes from; through proxies only what `App(trust_proxy=...)` lets be believed

    @property
    def ip(self) -> str:
        """The client's address; "" where there is none (a Unix socket)."""
        if self.app.trusted_proxies is not None:
            return self._resolve_origin().ip
        client = self.head.connection.client
        return client[0] if client else ""

    @property
    def protocol(self) -> str:
        """ "http" or "https"."""
        if self.app.trusted_proxies is not None:
            return self._resolve_origin().protocol
        return self.head.connection.scheme

    @property
    def host(self) -> str:
        """The host the client asked for, with its port if it named one; "" if it sent none.

        Chosen by the client: never trust it.
        """
        if self.app.trusted_proxies is not None:
            return self._resolve_origin().host
        return self.get("host") or ""

    @property
    def hostname(self) -> str:
        """`host` without its port; chosen by the client: never trust it."""
        host = self.host
        return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]

    def _resolve_origin(self) -> Origin:
        origin, proxies = self._origin, self.app.trusted_proxies
        if origin is None:
            connection = self.head.connection
            assert proxies is not None
            peer = connection.client[0] if connection.client else ""
            origin = self._origin = proxies.origin(peer, connection.scheme, self.headers)
        return origin

    # The connection

    @property
    def peercert(self) -> Any:
        """The client's TLS certificate as `ssl.SSLSocket.getpeercert` gives it; None without one."""
        transport = self.head.connection.transport
        return transport.get_extra_info("peercert") if transport is not None else None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that runs. Raises RuntimeError in a thread."""
        return asyncio.get_running_loop()

    @property
    def log(self) -> logging.Logger:
        """The app's logger, `app.log`."""
        return self.app.log

    def __repr__(self) -> str:
        return f"<Request {self.head.method} {self.head.path!r}>"


HTTPRequest = Request
"""Its old name."""


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
    return (unquote_to_bytes(raw) if _PERCENT in raw else raw).decode("utf-8", "replace")
