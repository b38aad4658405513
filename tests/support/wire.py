"""A connection of the native server without a socket: what the server does to its transport, and in which order.

With `support.turned_clock` a test can say in which second, too, and waits for nothing.
"""

from __future__ import annotations

import asyncio

from growler import App
from growler.aio.connections import Connections
from growler.aio.http_responder import HTTPResponder
from growler.aio.protocol import GrowlerProtocol
from support.turned_clock import pass_time


class Wire(asyncio.Transport):
    """Keeps what is written, and in `did` the names of all that is done to it.

    As with any transport the protocol is told of the end a turn later, and not before everything written was taken.
    """

    protocol: asyncio.Protocol

    def __init__(self, **extra: object) -> None:
        super().__init__({"peername": ("192.0.2.1", 4711), "sockname": ("192.0.2.9", 80), **extra})
        self.writes: list[bytes] = []
        self.did: list[str] = []
        self.held = 0  # bytes that the client has not taken
        self.closed = self._lost = False
        self.limit: int | None = None

    @property
    def sent(self) -> bytes:
        return b"".join(self.writes)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "written after the close"
        self.writes.append(bytes(data))
        self.did.append("write")

    def write_eof(self) -> None:
        self.did.append("eof")

    def close(self) -> None:
        self.did.append("close")
        self.closed = True
        if not self.held:
            self._lose()

    def abort(self) -> None:
        self.did.append("abort")
        self.closed = True
        self._lose()

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def pause_reading(self) -> None:
        self.did.append("pause")

    def resume_reading(self) -> None:
        self.did.append("resume")

    def is_closing(self) -> bool:
        return self.closed

    def can_write_eof(self) -> bool:
        return self._extra.get("sslcontext") is None

    def get_write_buffer_size(self) -> int:
        return self.held

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.limit = high


class Wired:
    """A client of an app over a `Wire`: `send` bytes, look at `wire`.

    Parameters:
        others: the connections it is one of; its own if there are none.
        extra: what the transport knows, such as `sslcontext`.
    """

    def __init__(self, app: App, others: Connections | None = None, **extra: object) -> None:
        self.connections = others or Connections(asyncio.get_running_loop())
        self.wire = Wire(**extra)
        self.protocol = GrowlerProtocol(
            responder_factory=lambda protocol: HTTPResponder(app, protocol, self.connections)
        )
        self.wire.protocol = self.protocol
        self.protocol.connection_made(self.wire)
        self.responder: HTTPResponder = self.protocol.responders[0]  # type: ignore[assignment]  # just made

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.protocol.data_received(piece)

    @property
    def statuses(self) -> list[int]:
        """The statuses of what was answered so far: no body here looks like a head."""
        return [int(part[:3]) for part in self.wire.sent.split(b"HTTP/1.1 ")[1:]]

    async def after(self, seconds: float = 0) -> None:
        """Let so much time pass, and whatever is ready run."""
        await pass_time(seconds)
