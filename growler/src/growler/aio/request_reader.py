"""`RequestReader`: bytes to requests. httptools parses; this keeps the limits and builds the heads.

Whoever inherits from it is told of each request by `begin`, once: when its head is there and either its body too
or all that has arrived so far.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import TYPE_CHECKING

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from growler.aio.exchange import HTTPExchange
from growler.exchange import RequestHead
from growler.http.methods import METHODS
from growler.responder import GrowlerResponder

if TYPE_CHECKING:
    from growler.aio.connections import Connections
    from growler.exchange import Connection
    from growler.limits import Limits


# RFC 3986 3.2.2 and 3.2.3: what a host and a port are made of.
_HOST_CHARACTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;=:[]"
_ABSOLUTE = re.compile(rb"https?://([\w\-.~%!$&'()*+,;=:\[\]]+)((?:[/?][^#]*)?)", re.IGNORECASE).fullmatch
_METHOD = re.compile(rb"([!#$%&'*+\-.^`|~\w]{1,32})(?: |\Z)").match


class Refused(Exception):
    """What arrives is no acceptable request: answer with this status and close."""

    def __init__(self, status: int) -> None:
        self.status = status


class RequestReader(GrowlerResponder):
    """The reading half of HTTP/1.1 on one connection; the methods `on_...` are called by the parser."""

    def __init__(self, limits: Limits, connection: Connection, connections: Connections) -> None:
        self.limits = limits
        self._max_head = limits.max_head
        self.connection = connection
        self.connections = connections
        self.since = (
            connections.now
        )  # when the state of the connection last changed: time-outs count from there
        self.incoming: HTTPExchange | None = None  # its body is still arriving
        self.in_head = False
        self.restart()

    def restart(self) -> None:
        """Read on as if the connection had just begun."""
        self._parser = HttpRequestParser(self)

    @abstractmethod
    def begin(self, exchange: HTTPExchange) -> None:
        """A request is there."""

    def read(self, data: bytes) -> bytes | None:
        """Take in bytes. Returns what came behind an Upgrade request (RFC 9110 7.8), else None.

        Raises Refused.
        """
        limit = self._max_head
        if len(data) > limit:
            # What is counted below is counted per piece, and a piece may be as large as a head.
            for start in range(0, len(data), limit):
                rest = self.read(data[start : start + limit])
                if rest is not None:
                    return rest + data[start + limit :]
            return None
        was_in_head = self.in_head
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            return data[upgrade.args[0] :]
        except HttpParserCallbackError as error:
            # The parser wraps what is raised in its callbacks: Refused, or an error that is not the client's.
            raise error.__context__ or error from None
        except HttpParserError as error:
            raise Refused(_status_of(error, data)) from None
        if was_in_head and self.in_head:
            # A field without end makes no callback; the bytes that lie in the parser are counted here.
            self._unfinished += len(data)
            if self._unfinished > limit:
                raise Refused(431)
        elif self.incoming is not None:
            # The same for chunk extensions and trailers, which are no body; `on_body` counts anew.
            self._unfinished += len(data)
            if self._unfinished > 2 * limit:
                raise Refused(400)
            if not self.incoming.begun:
                self.begin(self.incoming)
        return None

    def on_message_begin(self) -> None:
        self._url = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._unfinished = 0
        self.in_head = True
        self.since = self.connections.now

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > self._max_head:
            raise Refused(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        # Called for every field, so it does no more; what is wrong with them is found when they are complete. How many
        # bytes there can be until then, `read` has seen to.
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        self.in_head = False
        parser = self._parser
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise Refused(505)
        fields = self._fields
        # RFC 9110 6.5.1: trailer fields may be ignored, and must not be merged unasked; they go to a list of their own.
        self._fields = []
        hosts, size = 0, len(self._url)
        for name, value in fields:
            length = len(name)
            size += length + len(value) + 4
            # By length first: these two are the only names that have to be looked at.
            if length == 4 and name.lower() == b"host":
                hosts += 1
                # RFC 9112 3.2: no acceptable request has anything else there.
                if value.translate(None, _HOST_CHARACTERS):
                    raise Refused(400)
            elif length == 17 and name.lower() == b"transfer-encoding":
                # RFC 9112 6.1: any other coding has to be understood, and the body is not decoded here. HTTP/1.0 has
                # no chunks at all.
                if value.lower() != b"chunked":
                    raise Refused(501)
                if version == "1.0":
                    raise Refused(400)
        if size > self._max_head or len(fields) > self.limits.max_fields:
            raise Refused(431)
        # RFC 9112 3.2: exactly one Host; HTTP/1.0 may do without.
        if hosts != 1 and (hosts or version == "1.1"):
            raise Refused(400)
        method = parser.get_method().decode("ascii")
        target = self._url
        if not target.startswith(b"/"):
            target, fields = _from_other_form(method, target, fields)
        elif b"#" in target:
            raise Refused(400)  # RFC 9112 3.2.1: a target has no fragment
        path, _, query = target.partition(b"?")
        head = RequestHead(method, path, query, fields, self.connection, version)
        self.incoming = HTTPExchange(
            self,  # type: ignore[arg-type]  # the one class that inherits; to ask it for an exchange costs a call
            head,
            parser.should_keep_alive(),
        )

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        self.since = self.connections.now
        if self.incoming is not None:
            self.incoming.feed(body)

    def on_message_complete(self) -> None:
        exchange = self.incoming
        if exchange is not None:
            self.incoming = None
            exchange.feed_end()
            if not exchange.begun:
                self.begin(exchange)


def _from_other_form(
    method: str, target: bytes, fields: list[tuple[bytes, bytes]]
) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Path and query of a target that is not in origin form (RFC 9112 3.2), and the fields that go with them.

    Nothing is normalised. Raises Refused.
    """
    if target == b"*" and method == "OPTIONS":
        return target, fields
    if method == "CONNECT":
        raise Refused(501)
    form = _ABSOLUTE(target)
    if form is None:
        raise Refused(400)
    authority, path = form.groups()
    # RFC 9112 3.2.2: the Host that was sent has to be ignored then.
    fields = [(name, authority if name.lower() == b"host" else value) for name, value in fields]
    return (path if path.startswith(b"/") else b"/" + path), fields


def _status_of(error: HttpParserError, data: bytes) -> int:
    """The status for what the parser could not take."""
    if isinstance(error, HttpParserInvalidMethodError):
        # RFC 9110 9.1: 501 for a method that is not known - where it can be seen: behind other requests in the same
        # packet the parser does not say where it stood.
        found = _METHOD(data)
        return 501 if found is not None and found[1].decode("latin-1") not in METHODS else 400
    return 505 if "HTTP version" in str(error) or "PRI" in str(error) else 400
