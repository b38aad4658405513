"""`BodyReader`: bytes to the bodies of requests.

The parser is fed each piece that can only be body, so that the head behind it is known as bytes. It says where a body
in chunks ends, and hands over what is content (`on_body`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from httptools import HttpParserCallbackError, HttpParserError, HttpRequestParser

from growler.aio.exchange import HTTPExchange
from growler.aio.pace import Pace
from growler.aio.received import Framing, Refused
from growler.responder import GrowlerResponder

if TYPE_CHECKING:
    from growler.aio.connections import Connections
    from growler.limits import Limits

END = b"\r\n\r\n"
"""The end of a head, and of a body in chunks."""

# Bytes of chunk sizes, extensions and trailers that each byte of a body may bring with it.
_FRAMING_PER_BYTE = 16


class _Arriving:
    """How far a body has arrived."""

    __slots__ = ("left", "overhead", "tail")

    def __init__(self, length: int) -> None:
        self.left = length  # what is to come of a body with a length
        self.tail = b""  # the last bytes of a body in chunks so far
        self.overhead = 0  # bytes of a body in chunks that are none of its content


class BodyReader(GrowlerResponder):
    """The part of the reading half that is about bodies; it has the parser."""

    # Here and in the classes that inherit: thirty attributes at most are kept beside each other, and with one more on a
    # connection each of its requests takes a tenth longer. A test counts them.

    _pace: Pace | None = None  # of a transfer that somebody looks at
    _arriving: _Arriving  # of `incoming`

    def __init__(self, limits: Limits, connections: Connections) -> None:
        self.limits = limits
        self.connections = connections
        self.since: float = connections.now  # when its state last changed: time-outs count from there
        self.incoming: HTTPExchange | None = None  # a request whose body is still arriving
        # Emptied by the parser at the end of a message: no function of Python has to be called for it.
        self._unfinished: list[bool] = []
        self.restart()

    @property
    def on_message_complete(self) -> Callable[[], None]:
        """What the parser is to call; it asks once."""
        return self._unfinished.clear

    def restart(self) -> None:
        """Read on as if the connection had just begun."""
        self._parser = HttpRequestParser(self)

    @abstractmethod
    def begin(self, exchange: HTTPExchange) -> None:
        """A request is there."""

    def _begin_body(self, exchange: HTTPExchange, framing: Framing, upgrades: bool) -> None:
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
        self._arriving = _Arriving(framing.length)
        self._unfinished.append(True)
        self._pace = None
        self.since = self.connections.now

    def _piece_of_body(self, data: bytes, start: int) -> int:
        """Where the part of data ends that belongs to the body for sure. Raises Refused."""
        body = self._arriving
        if body.left:
            end = min(start + body.left, len(data))
            body.left -= end - start
            return end
        # The end of a body in chunks may be in any of these places, and the next head begins behind it.
        joined = body.tail + data[start : start + 3]
        if END in joined:  # it began in the data before
            end = start + joined.find(END) + 4 - len(body.tail)
        elif (found := data.find(END, start)) >= 0:
            end = found + 4
        else:
            end = len(data)
        body.tail = (body.tail + data[max(start, end - 3) : end])[-3:]
        # Chunk extensions and trailers are no body; what is, `on_body` takes off.
        body.overhead += end - start
        if body.overhead > 2 * self.limits.max_head:
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
        self._arriving.overhead -= _FRAMING_PER_BYTE * len(body)
        self.since = self.connections.now
        if self.incoming is not None:
            self.incoming.feed(body)
