"""`Worker`: the thread of one process that owns the connection. Takes what has come, serves it, hands it back.

While another process writes, what could not be done stays and is tried again with what comes meanwhile, until
its time is over; reading goes on.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from growler_ext.session.stores.sqlite.database import Database
from growler_ext.session.stores.sqlite.job import Job
from growler_ext.session.stores.sqlite.transactions import Transactions

# Seconds between two attempts at a locked file, beside what SQLite itself waits in each.
_PAUSE: Final = 0.005

# Seconds that stopping may take: longer than operations may, but a disk that hangs holds up nobody for ever.
_FAREWELL: Final = 30.0


class Worker:
    """Starts with its construction. `pid` is the process it lives in: a thread does not survive a fork."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self.pid: int = os.getpid()
        self._orders: SimpleQueue[list[Job] | None] = SimpleQueue()
        # A daemon: a program that ends without close() must not wait for it; what it was answered is stored.
        self._thread = Thread(
            target=_work, args=(self._orders, database, clock), name="growler-session-sqlite", daemon=True
        )
        self._thread.start()

    def put(self, jobs: list[Job]) -> None:
        """Have them done and given to their `deliver`."""
        self._orders.put(jobs)

    async def stop(self) -> None:
        """Return when everything that was put before is done and the file is closed, or when the disk hangs."""
        self._orders.put(None)
        await asyncio.to_thread(self._thread.join, _FAREWELL)


def _work(orders: SimpleQueue[list[Job] | None], database: Database, clock: Callable[[], float]) -> None:
    # The connection lives in this frame alone: after a fork the child must neither use nor close it
    # (sqlite.org/howtocorrupt.html 2.6), and the frame of a thread that it does not have is never cleared.
    transactions = Transactions(database, clock)
    waiting: list[Job] = []
    stopping = False
    while waiting or not stopping:
        stopping = _collect(orders, waiting) or stopping
        late, waiting = _split(waiting)
        transactions.serve(waiting)
        _deliver(late + [job for job in waiting if job.done])
        waiting = [job for job in waiting if not job.done]
    transactions.close()


def _collect(orders: SimpleQueue[list[Job] | None], waiting: list[Job]) -> bool:
    """Add what has come to what is waiting; wait for it only where nothing is. True: it was the last."""
    try:
        order = orders.get(timeout=_PAUSE if waiting else None)
        while order is not None:
            waiting += order
            order = orders.get_nowait()
    except Empty:
        return False
    return True


def _split(jobs: list[Job]) -> tuple[list[Job], list[Job]]:
    """Those whose time is over, as failures, and the others."""
    now = time.monotonic()
    late = [job for job in jobs if job.deadline <= now]
    for job in late:
        job.fail_late()
    return late, [job for job in jobs if job.deadline > now] if late else jobs


def _deliver(jobs: list[Job]) -> None:
    by_desk: dict[Callable[[list[Job]], None], list[Job]] = {}
    for job in jobs:
        by_desk.setdefault(job.deliver, []).append(job)
    for deliver, finished in by_desk.items():
        deliver(finished)
