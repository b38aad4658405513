"""`HashPool`: the threads that hash passwords, and `Floor`: what hides which hash was compared.

The libraries release the GIL while they hash. Calls wait in a bounded queue: a flood of logins is answered 503, and
neither stops the loop nor fills the memory.
"""

from __future__ import annotations

import threading
from asyncio import sleep, wrap_future
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class PoolFull(Exception):
    """As many hashes are waiting as may."""


class HashPool:
    """A few threads with a bounded queue.

    Parameters:
        workers: threads; started at the first use.
        queue: how many calls may wait for one of them.

    Raises ValueError for less than one worker or a negative queue.
    """

    def __init__(self, workers: int, queue: int) -> None:
        if workers < 1 or queue < 0:
            raise ValueError(
                f"workers={workers}, queue={queue}: at least one worker, and a queue of 0 or more"
            )
        self._workers = workers
        # Counted by ourselves: the executor's own queue has no bound.
        self._places = threading.BoundedSemaphore(workers + queue)
        self._executor: Any = None

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in one of the threads. Raises PoolFull at once where no place is left."""
        if not self._places.acquire(blocking=False):
            raise PoolFull
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor  # those who take no passwords need no threads

            self._executor = ThreadPoolExecutor(self._workers, "growler-auth-hash")
        try:
            future = self._executor.submit(function, *arguments)
        except BaseException:
            self._places.release()
            raise
        # When the thread is done, not when the request is: a client that leaves must not make room it still uses.
        future.add_done_callback(lambda _: self._places.release())
        result: T = await wrap_future(future)
        return result

    def close(self) -> None:
        """Let the threads end when they are done; the next call starts new ones."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)


class Floor:
    """The time that a refused login takes at least, where old, slow hashes are accepted.

    An old bcrypt hash takes 270 ms to compare where one of today, or none, takes 20 ms: whoever has such a hash could
    be told from who has no account. So all refusals take as long as the slowest old hash that is accepted, and as the
    slowest of the last few that were seen, by waiting, not by work.
    """

    _MOST_SECONDS = 2.0
    """A machine that has stood still for a while is not what old hashes cost."""

    _MARGIN = 1.25
    """What was measured once, alone, takes a little longer among others."""

    def __init__(self) -> None:
        self._of_old_hashes: deque[float] = deque(maxlen=16)
        self._least = 0.0

    def expect(self, seconds: float) -> None:
        """It takes about so long to compare the slowest old hash that may come."""
        self._least = min(seconds * self._MARGIN, self._MOST_SECONDS)

    def saw_outdated(self, seconds: float) -> None:
        """It took so long to compare an old hash."""
        self._of_old_hashes.append(min(seconds, self._MOST_SECONDS))

    def missing(self, seconds: float) -> float:
        """Seconds to wait after work that took so long."""
        return max(max(self._of_old_hashes, default=0.0) - seconds, self._least - seconds, 0.0)

    async def wait(self, seconds: float) -> None:
        """Wait for what is missing after work that took so long."""
        missing = self.missing(seconds)
        if missing:
            await sleep(missing)
