"""The open connections of a server: one sweep closes idle and slow ones, `drain` ends them for a shutdown.

There is no timer per request: connections note the coarse time of the sweep when their state changes, and
the sweep, once a second while there is any connection, compares.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from growler.aio.blocks import Blocks
from growler.aio.head import tell_time

if TYPE_CHECKING:
    from growler.aio.http_responder import HTTPResponder

SWEEP = 1.0  # seconds: the precision of the time-outs
# Seconds in which a client that has just had an answer may come with its next request at a shutdown.
LAST_CALL = 0.25
CLEANUP = 2.0  # seconds that cancelled handlers have for what they do in `finally`


class Connections:
    """The HTTP connections that live in one event loop and belong to one server."""

    _of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Connections] = WeakKeyDictionary()

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: set[HTTPResponder] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._drained: asyncio.Future[None] | None = None
        self.now: float = loop.time()
        self.draining: bool = False
        self.blocks = Blocks()

    @classmethod
    def of_running_loop(cls) -> Connections:
        """Those of protocols that nobody gave a server's."""
        loop = asyncio.get_running_loop()
        found = cls._of_loop.get(loop)
        if found is None:
            found = cls._of_loop[loop] = cls(loop)
        return found

    def add(self, responder: HTTPResponder) -> None:
        if self._timer is None:
            # Nobody has looked at the clock since the last connection went.
            self.now = self._loop.time()
            tell_time()
            self._timer = self._loop.call_later(SWEEP, self._sweep)
        self._open.add(responder)

    def __len__(self) -> int:
        return len(self._open)

    def __bool__(self) -> bool:
        return True  # it is no mere collection: without a connection it still is a server's

    def discard(self, responder: HTTPResponder) -> None:
        self._open.discard(responder)
        if self._drained is not None and not self._open and not self._drained.done():
            self._drained.set_result(None)

    def _sweep(self) -> None:
        # First: an error in one connection must not be the end of the sweep.
        self._timer = self._loop.call_later(SWEEP, self._sweep) if self._open else None
        self.now = now = self._loop.time()
        tell_time()
        for responder in list(self._open):
            responder.check_time(now)

    def keep_none(self) -> None:
        """From now on every answer is the last one of its connection, and says so."""
        self.draining = True

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - a deadline for others, not for this call
        """Close what is idle, let running requests finish for `timeout` seconds, cancel the others and wait for them.

        A connection that was busy a moment ago counts as idle after LAST_CALL: its next request may be on its way, and
        would be lost. Returns how many connections had to be aborted.
        """
        self.keep_none()
        now = self._loop.time()
        for responder in list(self._open):
            # `since` is of the sweep before.
            if now - responder.since > SWEEP + LAST_CALL:
                responder.close_when_idle()
        last_call = min(LAST_CALL, timeout)
        await self._empty(last_call)
        for responder in list(self._open):
            responder.close_when_idle()
        await self._empty(timeout - last_call)
        left = list(self._open)
        for responder in left:
            responder.abandon()
        await self._empty(CLEANUP)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return len(left)

    async def _empty(self, timeout: float) -> None:  # noqa: ASYNC109 - it returns then, and raises nothing
        """Wait until no connection is left, for some seconds."""
        if self._open:
            self._drained = self._loop.create_future()
            await asyncio.wait([self._drained], timeout=timeout)
