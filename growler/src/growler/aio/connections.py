"""The open connections of a server: one sweep closes idle and slow ones, `drain` ends them for a shutdown.

There is no timer per request: connections note the coarse time of the sweep when their state changes, and
the sweep, once a second while there is any connection, compares.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from growler.aio.http_responder import HTTPResponder

SWEEP = 1.0  # seconds: the precision of the time-outs


class Connections:
    """The HTTP connections that live in one event loop and belong to one server."""

    _of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Connections] = WeakKeyDictionary()

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: set[HTTPResponder] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._drained: asyncio.Future[None] | None = None
        self.now = loop.time()
        self.draining = False

    @classmethod
    def of_running_loop(cls) -> Connections:
        """Those of protocols that nobody gave a server's."""
        loop = asyncio.get_running_loop()
        found = cls._of_loop.get(loop)
        if found is None:
            found = cls._of_loop[loop] = cls(loop)
        return found

    def add(self, responder: HTTPResponder) -> None:
        self._open.add(responder)
        if self._timer is None:
            self._sweep()

    def discard(self, responder: HTTPResponder) -> None:
        self._open.discard(responder)
        if self._drained is not None and not self._open and not self._drained.done():
            self._drained.set_result(None)

    def _sweep(self) -> None:
        self.now = now = self._loop.time()
        for responder in list(self._open):
            responder.check_time(now)
        self._timer = self._loop.call_later(SWEEP, self._sweep) if self._open else None

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - a deadline for others, not for this call
        """Close what is idle, let running requests finish for `timeout` seconds, then cancel them.

        Returns how many connections had to be aborted.
        """
        self.draining = True
        for responder in list(self._open):
            responder.close_when_idle()
        if self._open:
            self._drained = self._loop.create_future()
            await asyncio.wait([self._drained], timeout=timeout)
        left = list(self._open)
        for responder in left:
            responder.abandon()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return len(left)
