"""`HTTPResponder`: requests to answers, in order and in time.

Requests of one connection are answered one after the other, in the order they came (RFC 9112 9.3.2). While
one is being answered, later ones wait in a queue; when that is full, reading pauses. Answers that are made
while data is being read leave in one write.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from growler.aio.connections import SWEEP, Connections
from growler.aio.driver import Driver, as_coroutine
from growler.aio.exchange import HTTPExchange
from growler.aio.head import response_head
from growler.aio.received import Refused
from growler.aio.request_reader import RequestReader
from growler.aio.untaken import untaken
from growler.exchange import Connection
from growler.http.errors import HTTPError, HTTPErrorRequestTimeout
from growler.http.status import phrase

if TYPE_CHECKING:
    from growler.aio.protocol import GrowlerProtocol
    from growler.app import App

FAREWELL = 1.0  # seconds for what a TLS connection still has to send when the server shuts down


class HTTPResponder(RequestReader):
    """HTTP/1.1 on one connection."""

    def __init__(self, app: App, protocol: GrowlerProtocol, connections: Connections) -> None:
        self.app = app
        self.protocol = protocol
        self.transport = protocol.transport
        super().__init__(app.limits, _connection(protocol), connections)
        self.loop = asyncio.get_running_loop()
        self._current: HTTPExchange | None = None  # its answer is being made
        self._driver: Driver | None = None  # made for the first answer that waits
        self._running = False  # the driver is
        self._waiting: deque[HTTPExchange] = deque()
        self.output: list[bytes] | None = None  # collects what is written while data is read
        self._held: bytes | None = None  # what came behind an Upgrade request, until its answer is known
        self._deaf = False  # what arrives is thrown away: the client was refused, or the connection closes
        self._closing = False
        self._lingering = False  # all is said; the client may finish what it is sending
        self._gone = False  # connection_lost was called
        self._reading_paused = False
        self._drained: asyncio.Future[None] | None = None  # set while the client reads slowly
        self._measured: tuple[float, int] | None = (
            None  # a time, and what was left to write or had been read then
        )
        self._half_closed = False  # the client sends no more
        self.draining = connections.draining  # the server is shutting down: no connection is kept
        self.transport.set_write_buffer_limits(self.limits.write_buffer)
        connections.add(self)
        self.since = connections.now  # which the first connection after a pause has set
        if len(connections) > self.limits.max_connections:
            self._half_closed = True  # as good as: it gets no time to finish
            self._refuse(503)

    def on_data(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._held is not None:
            self._held += data
            if len(self._held) > self.limits.max_head:
                self.pause_reading()
            return
        output: list[bytes] = []
        self.output = output
        try:
            self._held = self.read(data)
        except Refused as refused:
            self._refuse(refused.status)
        finally:
            self.output = None
            if len(output) == 1:
                self.transport.write(output[0])
            elif output:
                self.transport.writelines(output)
        if self._held is not None:
            self._go_on_after_upgrade()

    # Requests to answers, in order

    def begin(self, exchange: HTTPExchange) -> None:
        exchange.begun = True
        if self._closing:
            return
        # `_may_answer` and `_answer`, without the calls
        if self._current is None and self._drained is None and not self._running:
            self._current = exchange
            pending = self.app.handle(exchange)
            if pending is not None:
                self._wait_for(pending)
        else:
            self._waiting.append(exchange)
            if len(self._waiting) >= self.limits.max_pipeline:
                self.pause_reading()

    def _answer(self, exchange: HTTPExchange) -> None:
        self._current = exchange
        pending = self.app.handle(exchange)
        if pending is not None:
            self._wait_for(pending)

    def _wait_for(self, pending: Awaitable[None]) -> None:
        if self._driver is None:
            self._driver = Driver(self.loop)
        self._running = True
        self._driver.run(as_coroutine(pending), self._answered)

    def _answered(self, error: BaseException | None) -> None:
        """The coroutine that answered has ended, hooks and all."""
        self._running = False
        if self._gone:
            self.connections.discard(self)
        if error is not None:
            if not isinstance(error, asyncio.CancelledError):
                self.app.log.error("answering a request failed", exc_info=error)
            self.transport.abort()
        elif self._held is not None:
            self._go_on_after_upgrade()
        else:
            self._go_on()

    def exchange_done(self, exchange: HTTPExchange, keep_alive: bool) -> None:
        """Called by the exchange when its answer is whole: go on with the next request or close."""
        self.since = self.connections.now
        self._current = None
        if not keep_alive or self.draining or (self._half_closed and not self._waiting):
            self.close()
            return
        if not self._running and (self._waiting or self._reading_paused):
            self._go_on()

    def _may_answer(self) -> bool:
        """One at a time, and not faster than the client reads."""
        return self._current is None and self._drained is None and not self._running

    def _go_on(self) -> None:
        """Answer what waits, as far as it may be."""
        while self._waiting and self._may_answer():
            self._answer(self._waiting.popleft())
        if self._reading_paused and len(self._waiting) < self.limits.max_pipeline:
            self.resume_reading()

    def _refuse(self, status: int) -> None:
        """Answer what is no acceptable request and close: where the next one begins is unknown (RFC 9112 2.2)."""
        incoming, self.incoming = self.incoming, None
        self._deaf = True
        if self._closing:
            return  # what follows a last request is no request, good or bad
        if incoming is not None and incoming.begun:
            incoming.break_off(HTTPError("the body is malformed", code=status))
            return
        if self._current is None and not self._waiting:
            body = f"{status} {phrase(status)}\n".encode()
            fields = [(b"Content-Type", b"text/plain; charset=utf-8"), (b"Content-Length", b"%d" % len(body))]
            self.write(response_head(status, fields, b"Connection: close\r\n") + body)
            self.close()
        else:
            # Requests before it are still being answered; it gets no answer, but they do.
            (self._waiting[-1] if self._waiting else self._current).keep_alive = False  # type: ignore[union-attr]  # one of the two is there

    # Upgrade

    def _go_on_after_upgrade(self) -> None:
        """Once the answer to an Upgrade request is known: its bytes go to the new responder, or HTTP goes on."""
        rest = self._held
        if rest is None or self._closing:
            return
        if self.protocol.responders[-1] is not self:
            self._held = None
            if rest:
                self.protocol.data_received(rest)
        elif self._current is None:
            self._held = None
            self.restart()
            if rest:
                self.on_data(rest)

    # Bytes out

    def write(self, data: bytes) -> None:
        if self.output is not None:
            self.output.append(data)
        elif not self._closing:
            self.transport.write(data)

    def flush(self) -> None:
        output = self.output
        if output:
            if len(output) == 1:
                self.transport.write(output[0])
            else:
                self.transport.writelines(output)
            output.clear()

    async def drain(self) -> None:
        """Wait while the client reads slowly; always let others run, who may be the ones to tell that it has gone."""
        if self._drained is None:
            await asyncio.sleep(0)
        else:
            await asyncio.shield(self._drained)

    def on_pause_writing(self) -> None:
        self._measured = None
        self._drained = self.loop.create_future()

    def on_resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        self._measured = None
        if drained is not None and not drained.done():
            drained.set_result(None)
        self._go_on()

    # The connection

    @property
    def lost(self) -> bool:
        """Nothing more can be written."""
        return self._closing or self.transport.is_closing()

    def pause_reading(self) -> None:
        if not self._reading_paused and not self.transport.is_closing():
            self._reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self._reading_paused and not self.transport.is_closing():
            self._reading_paused = False
            self.transport.resume_reading()

    def close(self) -> None:
        """Close once everything written has left.

        RFC 9112 9.6: a client that is still sending is read over for a while, since the reset that bytes nobody
        reads bring about could cost it the answer.
        """
        self.flush()
        sending = (self._deaf or self.incoming is not None) and not (self._closing or self._half_closed)
        self._deaf = self._closing = True
        self._waiting.clear()
        self._measured = None
        if (
            sending
            and not self.draining
            and self.transport.can_write_eof()
            and not self.transport.is_closing()
        ):
            self._lingering = True
            self.since = self.connections.now
            self.transport.write_eof()
            self.resume_reading()
            return
        self.transport.close()
        if self.draining and self.connection.scheme == "https":
            # RFC 8446 6.1: nobody has to wait for the other's close_notify, and an idle client sends none for long.
            self.loop.call_later(FAREWELL, self.transport.abort)

    def close_when_idle(self) -> None:
        """For a shutdown: at once if nothing is being answered, else when that is done."""
        if self._current is None and not self._waiting:
            self.close()

    def abandon(self) -> None:
        """For a shutdown past its deadline: cancel the handler, drop the connection."""
        if self._driver is not None:
            self._driver.cancel()
        self.transport.abort()

    def check_time(self, now: float) -> None:
        """Called by the sweep: end what has taken too long - and only what the client is late with."""
        # `since` is of the sweep before: for so long it may have been longer ago, and nobody is to be ended too soon.
        limits, quiet = self.limits, now - self.since - SWEEP
        if self._lingering and not self.transport.get_write_buffer_size():
            if quiet > limits.linger_timeout:
                self.transport.abort()
        elif self._drained is not None or self._closing:
            left = untaken(self.transport)
            if not self._fast_enough(now, limits.write_timeout, -left):
                self.transport.abort()
        elif self.incoming is not None:
            incoming = self.incoming
            if self._reading_paused or incoming.awaits_continue:
                self.since, self._measured = now, None
            elif quiet > limits.body_timeout or not self._fast_enough(
                now, limits.body_timeout, incoming.received
            ):
                incoming.break_off(HTTPErrorRequestTimeout("the body came too slowly"))
        elif self._current is None and not self._waiting:
            if self.in_head and quiet > limits.head_timeout:
                self._refuse(408)
            elif not self.in_head and quiet > limits.idle_timeout:
                self.close()

    def _fast_enough(self, now: float, period: float, done: int) -> bool:
        """Whether the client keeps to `Limits.min_rate`; seen from the end of each period."""
        if self._measured is None:
            self._measured = now, done
            return True
        begun, before = self._measured
        if now - begun < period:
            return True
        self._measured = now, done
        return done - before >= self.limits.min_rate * (now - begun)

    def on_eof(self) -> bool:
        """The client sends no more. It may still read: what it has asked for it gets (RFC 9112 9.6)."""
        self._half_closed = True
        answering = self._current is not None or bool(self._waiting)
        return answering and self.incoming is None and self.connection.scheme == "http"

    def on_lost(self, error: Exception | None) -> None:
        self._deaf = self._closing = self._gone = True
        if not self._running:  # else a shutdown has to wait for it still
            self.connections.discard(self)
        for exchange in (self.incoming, self._current, *self._waiting):
            if exchange is not None:
                exchange.disconnect()
        self._waiting.clear()
        if self._driver is not None:
            self._driver.close()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)


def _connection(protocol: GrowlerProtocol) -> Connection:
    ask = protocol.transport.get_extra_info
    return Connection(
        "https" if ask("sslcontext") is not None else "http",
        _address(ask("peername")),
        _address(ask("sockname")),
        transport=protocol.transport,
        protocol=protocol,
    )


def _address(name: object) -> tuple[str, int] | None:
    """Host and port of a socket name; None for those that have none (Unix sockets)."""
    return (name[0], name[1]) if isinstance(name, tuple) else None
