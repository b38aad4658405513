"""`ResponseWriter`: the writing half of HTTP/1.1 on one connection, and how the connection is closed.

What is written while data is being read is collected, and leaves in one write when all of it was read, or when it has
become much. While the client reads slowly, `drain` waits.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from growler.aio.exchange import MOST_PIECES
from growler.aio.request_reader import RequestReader

if TYPE_CHECKING:
    from growler.aio.connections import Connections
    from growler.exchange import Connection
    from growler.limits import Limits

_JOINED = 64 * 1024  # up to this a copy is cheaper than another write
FAREWELL = 1.0  # seconds for what a TLS connection still has to send when the server shuts down


class ResponseWriter(RequestReader):
    """Bytes out."""

    # Class-level defaults, here and in the other classes, for what most connections never set. What is looked at for
    # each request is assigned in `__init__` instead: to find an attribute on the class takes four times as long.
    _lingering = False  # all is said; the client may finish what it is sending

    def __init__(
        self, limits: Limits, connection: Connection, connections: Connections, transport: asyncio.Transport
    ) -> None:
        super().__init__(limits, connection, connections)
        self.transport = transport
        self.output: list[bytes] | None = None  # collects what is written while data is read
        self._deaf = False  # what arrives is thrown away: the client was refused, or the connection closes
        self._closing = False
        self._half_closed = False  # the client sends no more
        self._reading_paused = False
        self._drained: asyncio.Future[None] | None = None  # set while the client reads slowly
        transport.set_write_buffer_limits(limits.write_buffer)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The one that runs."""
        assert self.connection.loop is not None, "see connection_of"
        return self.connection.loop

    def write(self, data: bytes) -> None:
        output = self.output
        if output is not None:
            output.append(data)
            if len(output) >= MOST_PIECES or len(data) > _JOINED:
                self.flush()
        elif not self._closing:
            self.transport.write(data)

    def flush(self) -> None:
        if self.output:
            self.write_all(self.output)
            self.output.clear()

    def write_all(self, output: list[bytes]) -> None:
        """Not by `writelines`: some releases of Python 3.12 and 3.13 never tell there that the client reads slowly, and
        keep in memory whatever it does not take (CVE-2024-12254)."""
        if sum(map(len, output)) <= _JOINED:
            self.transport.write(b"".join(output))
        else:
            for piece in output:
                self.transport.write(piece)

    async def drain(self) -> None:
        """Wait while the client reads slowly; always let others run, who may be the ones to tell that it has gone."""
        if self._drained is None:
            await asyncio.sleep(0)
        else:
            await asyncio.shield(self._drained)

    def on_pause_writing(self) -> None:
        self._pace = None
        self._drained = self.loop.create_future()

    def on_resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        self._pace = None
        if drained is not None and not drained.done():
            drained.set_result(None)
        self.go_on()

    @abstractmethod
    def go_on(self) -> None:
        """The client reads again."""

    def pause_reading(self) -> None:
        if not self._reading_paused and not self.transport.is_closing():
            self._reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self._reading_paused and not self.transport.is_closing():
            self._reading_paused = False
            self.transport.resume_reading()

    @property
    def lost(self) -> bool:
        """Nothing more can be written."""
        return self._closing or self.transport.is_closing()

    def close(self) -> None:
        """Close once everything written has left.

        RFC 9112 9.6: a client that is still sending is read over for a while, since the reset that bytes nobody
        reads bring about could cost it the answer.
        """
        self.flush()
        is_sending = (self._deaf or self.incoming is not None) and not (self._closing or self._half_closed)
        self._deaf = self._closing = True
        self._pace = None
        transport = self.transport
        if (
            is_sending
            and not self.connections.draining
            and transport.can_write_eof()
            and not transport.is_closing()
        ):
            self._lingering = True
            self.since = self.connections.now
            transport.write_eof()
            self.resume_reading()
            return
        transport.close()
        if self.connections.draining and self.connection.scheme == "https":
            # RFC 8446 6.1: nobody has to wait for the other's close_notify, and an idle client sends none for long.
            self.loop.call_later(FAREWELL, transport.abort)
