"""When to look for expired records: a heap of slots that never outgrows the records there have been.

A slot stays in the heap when its record goes and is given to the next new one, so neither expiry nor logout ever
has to search the heap. A slot moves only when its old time has come, so extending a life costs nothing here.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import inf


class Slot:
    """A place in the heap: the key of a record, or None while it waits for one."""

    __slots__ = ("key", "queued")

    def __init__(self) -> None:
        self.key: str | None = None
        self.queued: bool = False


class ExpiryQueue:
    """The slots, those due first in front."""

    __slots__ = ("_free", "_heap", "_number", "due")

    def __init__(self) -> None:
        self.due: float = inf
        """When the first slot is due: `pop` gives none before. To look here first spares each write the call."""
        self._heap: list[tuple[float, int, Slot]] = []
        # Keeps slots from being compared, and equal times in order.
        self._number = count()
        self._free: list[Slot] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, key: str, when: float) -> Slot:
        """A slot for a new record; looked at then, or earlier where it has an earlier record's place."""
        slot = self._free.pop() if self._free else Slot()
        slot.key = key
        if not slot.queued:
            self.put(slot, when)
        return slot

    def put(self, slot: Slot, when: float) -> None:
        """Have a slot that was popped looked at again."""
        slot.queued = True
        heappush(self._heap, (when, next(self._number), slot))
        self.due = self._heap[0][0]

    def free(self, slot: Slot) -> None:
        """The slot's record has gone."""
        slot.key = None
        self._free.append(slot)

    def pop(self, now: float) -> Slot | None:
        """The slot that is due first, taken out; None if none is."""
        if self.due > now:
            return None
        slot = heappop(self._heap)[2]
        self.due = self._heap[0][0] if self._heap else inf
        slot.queued = False
        return slot
