"""`Desk`: the side of one event loop. Collects what one turn of the loop asks for, and sees to the time-out.

Nothing here waits, and nothing is locked: a desk is used by its loop's thread alone, but for `deliver`.
"""

from __future__ import annotations

import contextlib
import time
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from typing import Any, Final

from growler_ext.session.store import StoreError
from growler_ext.session.stores.sqlite.job import Job, Step, Timer

MAX_WAITING: Final = 10_000
"""Operations that may wait for the thread; more fail at once, or a disk that hangs would fill the memory."""


class Desk:
    """Takes orders in `loop` and hands them on, a turn's at once, with `send`. `timeout` in seconds."""

    def __init__(self, loop: AbstractEventLoop, send: Callable[[list[Job]], None], timeout: float) -> None:
        self._loop = loop
        self._send = send
        self._timeout = timeout
        self._turn: list[Job] = []
        self._waiting = 0

    def ask(self, read: Step | None, write: Step | None, *args: Any) -> Future[Any]:
        """A future for the answer of an operation, or for its StoreError."""
        future: Future[Any] = self._loop.create_future()
        if self._waiting >= MAX_WAITING:
            future.set_exception(
                StoreError(f"{MAX_WAITING} operations wait for the session database already")
            )
            return future
        self._waiting += 1
        if not self._turn:
            self._loop.call_soon(self._end_turn)
        self._turn.append(Job(read, write, args, future, self._deliver))
        return future

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, []
        deadline = time.monotonic() + self._timeout
        timer = Timer(self._loop.call_later(self._timeout, self._give_up, turn), len(turn))
        for job in turn:
            job.deadline = deadline
            job.timer = timer
        self._send(turn)

    def _give_up(self, turn: list[Job]) -> None:
        for job in turn:
            if not job.future.done():
                job.future.set_exception(
                    StoreError(f"the session database gave no answer in {self._timeout} s")
                )

    def _deliver(self, jobs: list[Job]) -> None:
        """Called by the thread."""
        # RuntimeError: the loop has been closed, nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, jobs)

    def _settle(self, jobs: list[Job]) -> None:
        self._waiting -= len(jobs)
        for job in jobs:
            job.timer.one_less()
            if job.future.done():
                continue  # given up or cancelled
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.answer)
