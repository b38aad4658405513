"""`Job`: one operation on its way from the event loop to the thread and back."""

from __future__ import annotations

import sqlite3
from asyncio import Future, TimerHandle
from collections.abc import Callable
from typing import Any

from growler_ext.session.store import StoreError

Step = Callable[..., Any]
"""An operation of `Records`: `step(records, now, *args)`."""


class Timer:
    """What ends the waiting of so many jobs. Cancelled with the last of them: it would keep what they hold."""

    __slots__ = ("_handle", "_jobs")

    def __init__(self, handle: TimerHandle, jobs: int) -> None:
        self._handle = handle
        self._jobs = jobs

    def one_less(self) -> None:
        self._jobs -= 1
        if not self._jobs:
            self._handle.cancel()


class Job:
    """`read` is tried first, in a transaction that only reads; `write` is what to do where that is None or not enough.

    Whoever asked waits for `future`, which the loop's own thread alone may set. `deliver` takes finished jobs back
    to it. `deadline`, a time of `time.monotonic`, and `timer` come with the end of the turn.
    """

    __slots__ = ("answer", "args", "deadline", "deliver", "done", "error", "future", "read", "timer", "write")

    def __init__(
        self, read: Step | None, write: Step | None, args: tuple[Any, ...], future: Future[Any],
        deliver: Callable[[list[Job]], None],
    ) -> None:  # fmt: skip
        self.read: Step | None = read
        self.write: Step | None = write
        self.args: tuple[Any, ...] = args
        self.future: Future[Any] = future
        self.deliver: Callable[[list[Job]], None] = deliver
        self.deadline: float
        self.timer: Timer
        self.done: bool = False
        self.answer: Any = None
        self.error: Exception | None = None

    def succeed(self, answer: object) -> None:
        self.answer = answer
        self.done = True

    def fail(self, error: Exception) -> None:
        if isinstance(error, sqlite3.Error | OSError):
            failure = StoreError(f"the session database failed: {error}")
            failure.__cause__ = error
            error = failure
        self.error = error
        self.done = True

    def fail_late(self) -> None:
        self.fail(StoreError("the session database was too slow, or locked by another process"))
