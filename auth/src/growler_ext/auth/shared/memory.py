"""`MemoryShared`: `Shared` for one process, bounded, gone with it.

One ordered dict for each use holds what has a time to end, the oldest first; each write drops a few that have
ended, and beyond `max_entries` the one that was written longest ago.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from growler_ext.auth.shared import Rate

T = TypeVar("T")


class MemoryShared:
    """
    Parameters:
        max_entries: kept of each kind. A flood of addresses or names forgets the oldest tries first.
        clock: Unix time in seconds.
    """

    across_processes = False

    def __init__(self, max_entries: int = 100_000, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tries: _Expiring[float] = _Expiring(max_entries)
        self._burnt: _Expiring[None] = _Expiring(max_entries)
        self._values: _Expiring[bytes] = _Expiring(max_entries)

    async def allow(self, limits: Sequence[tuple[str, Rate]]) -> float:
        # GCRA: each key has a theoretical arrival time, which every try moves on by seconds/tries. A try may come
        # while that time is less than (tries - 1) such steps ahead.
        now = self._clock()
        arrivals = {}
        wait = 0.0
        for key, rate in limits:
            step = rate.seconds / rate.tries
            arrival = max(self._tries.get(key, now) or now, now)
            if arrival > now + rate.seconds + 1:
                arrival = now  # no try goes so far ahead: the clock was set back, which must hold nobody up for a day
            wait = max(wait, arrival - now - (rate.seconds - step))
            arrivals[key] = arrival + step
        # Half a microsecond: what is left of sums of floats is no wait.
        if wait > 5e-7:
            return wait
        for key, arrival in arrivals.items():
            self._tries.set(key, arrival, arrival, now)
        return 0.0

    async def forgive(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._tries.pop(key, 0)

    async def burn(self, key: str, ttl: float) -> bool:
        now = self._clock()
        if self._burnt.has(key, now):
            return False
        self._burnt.set(key, None, now + ttl, now)
        return True

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        now = self._clock()
        self._values.set(key, value, now + ttl, now)

    async def take(self, key: str) -> bytes | None:
        return self._values.pop(key, self._clock())

    async def close(self) -> None:
        """Nothing to let go of; what is remembered stays."""


class _Expiring(Generic[T]):
    """Values that end."""

    def __init__(self, max_entries: int) -> None:
        self._max = max_entries
        self._entries: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def get(self, key: str, now: float) -> T | None:
        entry = self._entries.get(key)
        return entry[1] if entry is not None and entry[0] > now else None

    def has(self, key: str, now: float) -> bool:
        entry = self._entries.get(key)
        return entry is not None and entry[0] > now

    def set(self, key: str, value: T, ends: float, now: float) -> None:
        self._entries[key] = (ends, value)
        self._entries.move_to_end(key)
        # Two per write: what ends is forgotten faster than it comes, and no write has to look at everything.
        for _ in range(2):
            oldest = next(iter(self._entries))
            if oldest == key or (self._entries[oldest][0] > now and len(self._entries) <= self._max):
                break
            del self._entries[oldest]

    def pop(self, key: str, now: float) -> T | None:
        entry = self._entries.pop(key, None)
        return entry[1] if entry is not None and entry[0] > now else None
