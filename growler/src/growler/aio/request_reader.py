"""`RequestReader`: bytes to requests.

httptools checks the grammar and says where a body ends; it is fed each head, and each end of a chunked body, as a piece
of its own, so that the head of a request is known as bytes and need not be put together again from its parts: that
would be most of the work of a request with a browser's header fields.

Whoever inherits from it is told of each request by `begin`, once: when its head is there and either its body too
or all that has arrived so far.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from growler.aio.exchange import HTTPExchange
from growler.aio.pace import Pace
from growler.aio.received import (
    METHODS,
    NO_BODY,
    NO_FIELDS,
    Block,
    Found,
    ReceivedHead,
    Refused,
    examine,
    framing_fields,
    from_other_form,
    other_method,
    status_of,
)
from growler.responder import GrowlerResponder

if TYPE_CHECKING:
    from growler.aio.connections import Connections
    from growler.exchange import Connection
    from growler.limits import Limits

# The end of a head, and of a body in chunks.
_END = b"\r\n\r\n"
# As numbers: to look for a single byte as bytes takes ten times as long.
_HASH, _QUESTION_MARK, _LF = b"#?\n"

# Bytes of chunk sizes, extensions and trailers that each byte of a body may bring with it.
_FRAMING_PER_BYTE = 16


class RequestReader(GrowlerResponder):
    """The reading half of HTTP/1.1 on one connection."""

    _pace: Pace | None = None  # of a transfer that somebody looks at
    _tail = b""  # the last bytes of a body in chunks so far
    _left = 0  # what is to come of a body with a length
    _overhead = 0  # bytes of a body in chunks that are none of its content

    def __init__(self, limits: Limits, connection: Connection, connections: Connections) -> None:
        self.limits = limits
        self.connection = connection
        self.connections = connections
        self.since = connections.now  # when its state last changed: time-outs count from there
        self.incoming: HTTPExchange | None = None  # a request whose body is still arriving
        self._max_head = limits.max_head
        self._head = b""  # as much as has arrived of a head that is not complete
        # The fields of the request before and what was found in them: most clients send the same again and again.
        self._block = NO_FIELDS
        self._found: Found | None = None  # those that say how it is delimited
        self._framing = NO_BODY
        # Emptied by the parser at the end of a message: no function of Python has to be called for it.
        self._unfinished: list[bool] = []
        self.on_message_complete = self._unfinished.clear
        self.restart()

    def restart(self) -> None:
        """Read on as if the connection had just begun."""
        self._parser = HttpRequestParser(self)

    @property
    def in_head(self) -> bool:
        """Whether a head has begun and not ended."""
        return self._head != b""

    @abstractmethod
    def begin(self, exchange: HTTPExchange) -> None:
        """A request is there."""

    def read(self, data: bytes) -> bytes | None:
        """Take in bytes. Returns what came behind an Upgrade request (RFC 9110 7.8), else None.

        Raises Refused.
        """
        start, size = 0, len(data)
        while start < size:
            if self.incoming is not None:
                end = self._piece_of_body(data, start)
                self._feed_body(data[start:end])
                start = end
                continue
            end = data.find(_END, start) + 4
            if end > 3 and not self._head and end - start <= self._max_head and data[start] > 13:
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
                self._begin_body(exchange, upgrades)
            else:
                exchange.whole = True
                self.begin(exchange)
                if upgrades:
                    return data[start:]
        if self.incoming is not None and not self.incoming.begun:
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
        end = head.find(_END, max(len(before) - 3, 0)) + 4
        if end > 3:
            head = head[:end]
        if len(head) > self._max_head:
            head = head[: self._max_head]
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
        words = line.split(b" ")
        if len(words) != 3:
            raise Refused(505 if len(words) == 2 else 400)  # HTTP/0.9 has no version
        name, target, version = words
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

    def _examine(self, block: bytes, version: bytes) -> Block:
        """Look at the header fields. Raises Refused."""
        if version not in (b"HTTP/1.1", b"HTTP/1.0"):
            raise Refused(505 if version.startswith(b"HTTP/") else 400)
        if block.count(b"\r\n") - 1 > self.limits.max_fields:
            raise Refused(431)
        found = framing_fields(block)
        # Behind a proxy, and with cookies, each request has other fields, but seldom other ones of these.
        if found != self._found or version != b"HTTP/1.1":
            self._framing = examine(found, version)
            # All this means something else in HTTP/1.0.
            self._found = found if version == b"HTTP/1.1" else None
        fields = Block(block)
        self._block = fields if version == b"HTTP/1.1" else NO_FIELDS
        return fields

    # Bodies

    def _begin_body(self, exchange: HTTPExchange, upgrades: bool) -> None:
        framing = self._framing
        self.incoming = exchange
        exchange.expects_continue = framing.expects_continue
        exchange.length = framing.length
        if upgrades:
            # RFC 9110 7.8: it is HTTP still. But the parser takes what follows for another protocol, and another one
            # has to be told how to read on.
            self.restart()
            length = b"Content-Length: %d" % framing.length
            field = b"Transfer-Encoding: chunked" if framing.is_chunked else length
            self._parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n\r\n" % field)
        self._tail, self._left, self._overhead = b"", framing.length, 0
        self._unfinished.append(True)
        self._pace = None
        self.since = self.connections.now

    def _piece_of_body(self, data: bytes, start: int) -> int:
        """Where the part of data ends that belongs to the body for sure. Raises Refused."""
        if self._left:
            end = min(start + self._left, len(data))
            self._left -= end - start
            return end
        # The end of a body in chunks may be in any of these places, and the next head begins behind it.
        joined = self._tail + data[start : start + 3]
        if _END in joined:  # it began in the data before
            end = start + joined.find(_END) + 4 - len(self._tail)
        elif (found := data.find(_END, start)) >= 0:
            end = found + 4
        else:
            end = len(data)
        self._tail = (self._tail + data[max(start, end - 3) : end])[-3:]
        # Chunk extensions and trailers are no body; what is, `on_body` takes off.
        self._overhead += end - start
        if self._overhead > 2 * self._max_head:
            raise Refused(400)
        return end

    def _feed_body(self, piece: bytes) -> None:
        try:
            self._parser.feed_data(piece)
        except HttpParserCallbackError as error:
            raise error.__context__ or error from None  # an error of ours, which the parser has wrapped
        except HttpParserError:
            raise Refused(400) from None
        exchange = self.incoming
        if exchange is not None and not self._unfinished:
            self.incoming = None
            exchange.whole = True
            if exchange.begun:
                exchange.wake()
            else:
                self.begin(exchange)

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._overhead -= _FRAMING_PER_BYTE * len(body)
        self.since = self.connections.now
        if self.incoming is not None:
            self.incoming.feed(body)
