"""Where renamed records have gone: old keys that still mean them, and old keys that are dead.

All are remembered for the same time, so the order in which they came is the order in which they go.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from growler_ext.session.store import MOVED_FOR


class _Forward(NamedTuple):
    new: str
    grace_ends: float
    forgotten: float


class Forwards:
    """Old keys to new ones.

    Parameters:
        most: how many are remembered; the oldest makes room.
    """

    __slots__ = ("_by_old", "_most", "due")

    def __init__(self, most: int) -> None:
        self._by_old: dict[str, _Forward] = {}
        self._most = most
        self.due: float = inf
        """When `forget` may have something to forget: to look here first spares each write the call."""

    def __len__(self) -> int:
        return len(self._by_old)

    def add(self, old: str, new: str, grace: float, now: float) -> None:
        self._by_old.pop(new, None)
        if len(self._by_old) >= self._most:
            del self._by_old[next(iter(self._by_old))]
        self._by_old[old] = _Forward(new, now + grace, now + MOVED_FOR)
        self.due = min(self.due, now + MOVED_FOR)

    def discard(self, key: str) -> None:
        """The key is a record's own again."""
        if self._by_old:
            self._by_old.pop(key, None)

    def follow(self, key: str, now: float) -> str | None:
        """The key that this one means now: itself, if it was not renamed; None if it is dead."""
        while (forward := self._by_old.get(key)) is not None and now < forward.forgotten:
            if now >= forward.grace_ends:
                return None
            key = forward.new
        return key

    def moved(self, key: str, now: float) -> bool:
        """Whether the key was renamed, with a grace or without, and that is still remembered."""
        forward = self._by_old.get(key)
        return forward is not None and now < forward.forgotten

    def forget(self, now: float) -> None:
        """Look at the two oldest. Two, so that forgetting keeps ahead of one rename per write."""
        for _ in range(2):
            if not self._by_old:
                self.due = inf
                return
            oldest = next(iter(self._by_old))
            self.due = self._by_old[oldest].forgotten
            if now < self.due:
                return
            del self._by_old[oldest]
