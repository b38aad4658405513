"""`RequestReader`: bytes to requests.

httptools checks the grammar and says where a body ends; it is fed each head, and each end of a chunked body, as a piece
of its own, so that the head of a request is known as bytes and need not be put together again from its parts: that
would be most of the work of a request with a browser's header fields.

Whoever inherits from it is told of each request by `begin`, once: when its head is there and either its body too
or all that has arrived so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from httptools import HttpParserError, HttpParserUpgrade

from growler.aio.body_reader import END, BodyReader
from growler.aio.exchange import HTTPExchange
from growler.aio.received import (
    LASTING,
    METHODS,
    NO_BODY,
    NO_FIELDS,
    Block,
    ReceivedHead,
    Refused,
    examine,
    framing_fields,
    from_other_form,
    other_method,
    status_of,
)

if TYPE_CHECKING:
    from growler.aio.connections import Connections
    from growler.exchange import Connection
    from growler.limits import Limits

# As numbers: to look for a single byte as bytes takes ten times as long.
_HASH, _QUESTION_MARK, _LF = b"#?\n"


class RequestReader(BodyReader):
    """The reading half of HTTP/1.1 on one connection."""

    def __init__(self, limits: Limits, connection: Connection, connections: Connections) -> None:
        super().__init__(limits, connections)
        self.connection = connection
        self._head = b""  # as much as has arrived of a head that is not complete
        # The fields of the request before and what was found in them: most clients send the same again and again.
        self._block = NO_FIELDS
        self._framing = NO_BODY
        # The whole request before, and what it says once it was sent twice: see `_remember`.
        self._before = b""
        self._known: tuple[str, bytes, bytes, Block] | None = None

    @property
    def in_head(self) -> bool:
        """Whether a head has begun and not ended."""
        return self._head != b""

    def read(self, data: bytes) -> bytes | None:
        """Take in bytes. Returns what came behind an Upgrade request (RFC 9110 7.8), else None.

        Raises Refused.
        """
        again = data == self._before
        if again and self._known is not None and not self._head and self.incoming is None:
            self.begin(self._same_again(*self._known))
            return None
        start, size = 0, len(data)
        while start < size:
            if self.incoming is not None:
                end = self._piece_of_body(data, start)
                self._feed_body(data[start:end])
                start = end
                continue
            end = data.find(END, start) + 4
            if end > 3 and not self._head and end - start <= self.limits.max_head and data[start] > 13:
                piece = head = data if end - start == size else data[start:end]
            else:
                start, end, head = self._piece_of_head(data, start)
                piece = data[start:end]
            start = end
            upgrades = False
            try:
                self._parser.feed_data(piece)
            except HttpParserUpgrade:
                upgrades = True
            except HttpParserError as error:
                if head and "Request has invalid `Transfer-Encoding`" in str(error):
                    self._request(head)  # says which status that is
                raise Refused(status_of(error, head or self._head)) from None
            if not head:
                return None
            exchange = self._request(head)
            if self._framing.has_body:
                self._begin_body(exchange, self._framing, upgrades)
            else:
                exchange.whole = True
                if head is data and size <= LASTING:
                    self._before = data
                    self._known = self._remember(exchange, upgrades) if again else None
                self.begin(exchange)
                if upgrades:
                    return data[start:]
        if self.incoming is not None and not self.incoming.begun:
            self.incoming.begun = True
            self.begin(self.incoming)
        return None

    # Heads

    def _piece_of_head(self, data: bytes, start: int) -> tuple[int, int, bytes]:
        """The part of data that belongs to a head which comes in pieces, or is not one, or stands behind empty lines.

        Returns its beginning and end, and the head if it is whole now, else b"". Raises Refused.
        """
        before = self._head
        if before == b"\r" and data[start] == _LF:  # the rest of an empty line
            before = b""
            start += 1
        if not before:
            # RFC 9112 2.2: some clients send an empty line too many.
            while data.startswith(b"\r\n", start):
                start += 2
            self.since = self.connections.now
        head = before + data[start:]
        if head[:1] in (b"\r", b"\n") and head != b"\r":
            raise Refused(400)  # the parser would ignore either
        end = head.find(END, max(len(before) - 3, 0)) + 4
        if end > 3:
            head = head[:end]
        if len(head) > self.limits.max_head:
            head = head[: self.limits.max_head]
            try:
                # What the parser says of its beginning comes first.
                self._parser.feed_data(head[len(before) :])
            except HttpParserError as error:
                raise Refused(status_of(error, head)) from None
            raise Refused(431 if b"\r\n" in head else 414)
        self._head = b"" if end > 3 else head
        return start, start + len(head) - len(before), b"" if self._head else head

    def _request(self, raw: bytes) -> HTTPExchange:
        """The request with this head. Raises Refused."""
        line, _, block = raw.partition(b"\r\n")
        try:
            name, target, version = line.split(b" ")
        except ValueError:
            raise Refused(505 if line.count(b" ") == 1 else 400) from None  # HTTP/0.9 has no version
        fields = self._block
        if block != fields.raw or version != b"HTTP/1.1":
            fields = self._examine(block, version)
        head = ReceivedHead()
        head.method = method = METHODS.get(name) or other_method(name)
        head.version = "1.1" if version == b"HTTP/1.1" else "1.0"
        head.connection = self.connection
        head.block = fields
        head.segments = None
        if target[:1] != b"/":
            target, head.block = from_other_form(method, target, fields)
        elif _HASH in target:
            raise Refused(400)  # RFC 9112 3.2.1: a target has no fragment
        if _QUESTION_MARK in target:
            head.path, _, head.query = target.partition(b"?")
        else:
            head.path, head.query = target, b""
        exchange = HTTPExchange()
        exchange.gone = False
        exchange.head = head
        exchange.keep_alive = self._framing.keep_alive
        exchange.responder = self  # type: ignore[assignment]  # the one class that inherits
        return exchange

    # A client that polls, a probe: the same request again and again

    def _remember(self, exchange: HTTPExchange, upgrades: bool) -> tuple[str, bytes, bytes, Block] | None:
        """What a request without a body says that has come twice in a row, before anybody can change its head. None for
        one that has to be looked at each time."""
        head = exchange.head
        if upgrades or head.version != "1.1":
            return None
        return head.method, head.path, head.query, head.block  # type: ignore[attr-defined]  # made by `_request`

    def _same_again(self, method: str, path: bytes, query: bytes, block: Block) -> HTTPExchange:
        """What `_request` would return for the request before, neither checked nor split again: that takes a third of
        the time of a small answer."""
        head = ReceivedHead()
        head.method = method
        head.version = "1.1"
        head.connection = self.connection
        head.block = block
        head.segments = None
        head.path = path
        head.query = query
        exchange = HTTPExchange()
        exchange.gone = False
        exchange.head = head
        exchange.keep_alive = block.framing.keep_alive
        exchange.whole = True
        exchange.responder = self  # type: ignore[assignment]  # as in `_request`
        return exchange

    def _examine(self, block: bytes, version: bytes) -> Block:
        """Look at the header fields. Raises Refused."""
        if version != b"HTTP/1.1":
            if version != b"HTTP/1.0":
                raise Refused(505 if version.startswith(b"HTTP/") else 400)
            # The same fields mean something else there: nothing of them is remembered.
            self._block = NO_FIELDS
            if block.count(b"\n") - 1 > self.limits.max_fields:
                raise Refused(431)
            fields = Block(block, examine(framing_fields(block), version))
        else:
            self._block = fields = self.connections.blocks.block_of(block, self.limits.max_fields)
        self._framing = fields.framing
        if not fields.framing.keep_alive:
            self._known = None  # the parser refuses whatever follows
        return fields
