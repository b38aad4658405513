"""The seam between a server and the app: `RequestHead`, `Connection` and the `Exchange` protocol.

A server adapter turns bytes or messages into a `RequestHead` and an `Exchange`, and calls `App.handle(exchange)`.
The app never learns which server it runs on; an adapter never learns what a route is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from growler.aio.protocol import GrowlerProtocol

T = TypeVar("T")

Fields = Sequence[tuple[bytes, bytes]]
"""Header fields as they travel: name and value, in order, a name as often as it was sent."""


class ClientDisconnected(ConnectionError):
    """The client went away before the exchange was over; nobody is left to answer."""


class Connection:
    """What all requests of one connection share."""

    __slots__ = ("client", "loop", "protocol", "scheme", "server", "transport")

    def __init__(
        self,
        scheme: str = "http",
        client: tuple[str, int] | None = None,
        server: tuple[str, int] | None = None,
        *,
        loop: AbstractEventLoop | None = None,
        transport: Any = None,
        protocol: GrowlerProtocol | None = None,
    ) -> None:
        self.scheme: str = scheme
        self.client: tuple[str, int] | None = client
        self.server: tuple[str, int] | None = server
        # Only the native server knows these. Its requests are read in the turn of this loop that answers them; the
        # others are needed by a middleware that takes over the socket.
        self.loop: AbstractEventLoop | None = loop
        self.transport: Any = transport
        self.protocol: GrowlerProtocol | None = protocol


class RequestHead:
    """The request line and header fields of one request, as they came (RFC 9112 section 3).

    `path` is the raw path: percent-encoded, always beginning with `/` (or the lone `*` of OPTIONS). Routing resolves
    the `.` and `..` in it (RFC 3986 6.2.2.3), so that nobody behind sees them.
    `query` is what follows the first `?`, without it. Field names keep the case the client chose.
    `root` is what the client asked for in front of `path`: where another application has mounted this one.
    """

    root = b""  # of nearly all, so no slot

    __slots__ = ("connection", "fields", "method", "path", "query", "segments", "version")

    def __init__(
        self,
        method: str,
        path: bytes,
        query: bytes,
        fields: Fields,
        connection: Connection,
        version: str = "1.1",
    ) -> None:
        self.method: str = method
        self.path: bytes = path
        self.query: bytes = query
        self.fields: Fields = fields
        self.connection: Connection = connection
        self.version: str = version
        # The path's segments, decoded; left here by the routing table, if it had to split it.
        self.segments: list[str] | None = None

    def derived(self, what: Callable[[Fields], T]) -> T:
        """What a function says of the header fields: `head.derived(RequestHeaders)`.

        Most clients send the same fields again and again, and where the server notices, the function is asked once for
        all those requests. So its answer must depend on nothing else and never be changed, and the function itself must
        live as long as the app.
        """
        return what(self.fields)


class Exchange(Protocol):
    """One request and its one answer.

    An answer is either one `respond`, or `start`, any number of `send` / `send_file`, and `finish`.
    Bodies are given already cut to what HTTP allows: nothing for HEAD, 204 and 304.
    """

    head: RequestHead

    def respond(self, status: int, fields: Fields, body: bytes) -> Awaitable[None] | None:
        """Send a whole answer. Returns None when it was done at once, else an awaitable to wait for.

        If the client has gone, nothing happens: there was nothing else to do for it.
        """

    async def start(self, status: int, fields: Fields) -> None:
        """Send status and header fields; without a Content-Length the adapter chooses the framing."""

    async def send(self, data: bytes) -> None:
        """Send a piece of the body; waits while the client is slow. Raises ClientDisconnected."""

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        """Send `count` bytes of an open file from `offset`; with sendfile(2) where the adapter can.

        Raises ClientDisconnected, and EOFError when the file has become shorter than promised.
        """

    def when_gone(self, callback: Callable[[], object] | None) -> None:
        """Call this as soon as the client is known to have gone - now, if it is -, unless it is taken back by None."""

    async def finish(self) -> None:
        """End a started answer."""

    def abort(self) -> None:
        """Close the connection: an answer that has started cannot be kept as it was promised."""

    async def receive(self) -> bytes:
        """The next piece of the request's body; b"" at its end. Raises ClientDisconnected."""
