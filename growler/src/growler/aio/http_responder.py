"""`HTTPResponder`: requests to answers, in order and in time.

Requests of one connection are answered one after the other, in the order they came (RFC 9112 9.3.2). While
one is being answered, later ones wait in a queue; when that is full, reading pauses. Answers that are made
while data is being read leave in one write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextvars import Context, copy_context
from types import CoroutineType
from typing import TYPE_CHECKING

from growler.aio.connections import SWEEP, Connections
from growler.aio.driver import Driver, as_coroutine
from growler.aio.exchange import HTTPExchange
from growler.aio.head import response_head
from growler.aio.pace import Pace, untaken
from growler.aio.protocol import connection_of
from growler.aio.received import Refused
from growler.aio.response_writer import ResponseWriter
from growler.http.errors import HTTPError, HTTPErrorRequestTimeout
from growler.http.status import phrase

if TYPE_CHECKING:
    from growler.aio.protocol import GrowlerProtocol
    from growler.app import App


class HTTPResponder(ResponseWriter):
    """HTTP/1.1 on one connection."""

    _driver: Driver | None = None  # made for the first answer that waits
    _gone = False  # connection_lost was called
    _going_on = False  # `go_on` is

    def __init__(self, app: App, protocol: GrowlerProtocol, connections: Connections) -> None:
        super().__init__(app.limits, connection_of(protocol), connections, protocol.transport)
        self.app = app
        self._handle = app.handle  # which would be bound anew for each request
        # Each request has a copy: behind a proxy the next one on the connection may be somebody else's.
        self._context = copy_context()
        self._current: HTTPExchange | None = None  # its answer is being made
        self._running = False  # the driver is
        self._held: bytes | None = None  # what came behind an Upgrade request, until its answer is known
        # A list: there are few, and an empty deque is half a kilobyte.
        self._waiting: list[HTTPExchange] = []
        connections.add(self)
        self.since = connections.now  # which the first connection after a pause has set
        if len(connections) > self.limits.max_connections:
            self._half_closed = True  # as good as: it gets no time to finish
            self._refuse(503)

    @property
    def protocol(self) -> GrowlerProtocol:
        """On whose stack this is."""
        assert self.connection.protocol is not None, "see connection_of"
        return self.connection.protocol

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
            if len(output) == 1:  # as nearly always; what `write_all` would do
                self.transport.write(output[0])
            elif output:
                self.write_all(output)
        if self._held is not None:
            self._go_on_after_upgrade()

    # Requests to answers, in order

    def begin(self, exchange: HTTPExchange) -> None:
        if self._closing:
            return
        # `_may_answer` and `_answer`, without the calls
        if self._current is None and self._drained is None and not self._running:
            self._current = exchange
            context = self._context.copy()
            pending = context.run(self._handle, exchange)
            if pending is not None:
                self._wait_for(pending, context)
        else:
            self._waiting.append(exchange)
            if len(self._waiting) >= self.limits.max_pipeline:
                self.pause_reading()

    def _answer(self, exchange: HTTPExchange) -> None:
        self._current = exchange
        context = self._context.copy()
        pending = context.run(self._handle, exchange)
        if pending is not None:
            self._wait_for(pending, context)

    def _wait_for(self, pending: Awaitable[None], context: Context) -> None:
        if self._driver is None:
            self._driver = Driver(self.loop)
        self._running = True
        work = pending if type(pending) is CoroutineType else as_coroutine(pending)
        self._driver.run(work, self._answered, context)

    def _answered(self, error: BaseException | None) -> None:
        """The coroutine that answered has ended, hooks and all."""
        self._running = False
        if self._gone:
            self.connections.discard(self)
        if error is not None:
            if not isinstance(error, asyncio.CancelledError):
                self.app.log.error("answering a request failed", exc_info=error)
            self.transport.abort()
        else:
            self.go_on()

    def exchange_done(self, exchange: HTTPExchange, keep_alive: bool) -> None:
        """Called by the exchange when its answer is whole: go on with the next request or close."""
        self.since = self.connections.now
        self._current = None
        if not keep_alive or self.connections.draining or (self._half_closed and not self._waiting):
            self.close()
            return
        if not self._running and (self._waiting or self._reading_paused):
            self.go_on()

    def _may_answer(self) -> bool:
        """One at a time, and not faster than the client reads."""
        return self._current is None and self._drained is None and not self._running

    def go_on(self) -> None:
        """Answer what waits, as far as it may be."""
        if self._going_on:
            return  # an answer that was made at once: not one inside the other, thousands deep
        self._going_on = True
        try:
            while self._waiting and self._may_answer():
                self._answer(self._waiting.pop(0))
        finally:
            self._going_on = False
        if self._reading_paused and len(self._waiting) < self.limits.max_pipeline:
            self.resume_reading()
        if self._held is not None:
            self._go_on_after_upgrade()

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
        elif self._current is None and not self._waiting and not self._running:
            self._held = None
            self.restart()
            if rest:
                self.on_data(rest)

    # The connection

    def close(self) -> None:
        self._waiting.clear()
        super().close()

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
            if not self._keeps_pace(now, -untaken(self.transport), limits.write_timeout):
                self.transport.abort()
        elif self.incoming is not None:
            if self._reading_paused or self.incoming.awaits_continue:
                self.since, self._pace = now, None
            elif quiet > limits.body_timeout or not self._keeps_pace(
                now, self.incoming.received, limits.body_timeout
            ):
                self.incoming.break_off(HTTPErrorRequestTimeout("the body came too slowly"))
        elif self._current is None and not self._waiting:
            if self.in_head and quiet > limits.head_timeout:
                self._refuse(408)
            elif not self.in_head and quiet > limits.idle_timeout:
                self.close()

    def _keeps_pace(self, now: float, done: int, period: float) -> bool:
        if self._pace is None:
            self._pace = Pace(now, done)
        return self._pace.is_kept(now, done, period=period, rate=self.limits.min_rate)

    def on_eof(self) -> bool:
        """The client sends no more. It may still read: what it has asked for it gets (RFC 9112 9.6)."""
        self._half_closed = True
        answering = self._current is not None or bool(self._waiting)
        return answering and self.incoming is None and self.connection.scheme == "http"

    def on_lost(self, error: Exception | None) -> None:
        self._deaf = self._closing = self._gone = True
        if not self._running:  # else a shutdown has to wait for it still
            self.connections.discard(self)
        # Each once: what is being answered may be what is still coming in.
        for exchange in dict.fromkeys((self.incoming, self._current, *self._waiting)):
            if exchange is not None:
                exchange.disconnect()
        self._waiting.clear()
        if self._driver is not None:
            self._driver.close()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
