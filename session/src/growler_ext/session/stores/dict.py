"""`DictStore`: sessions in the memory of this process. Bounded, and never swept as a whole.

An ordered dict holds the records, the longest unused first. A heap of slots knows when to look for expired ones:
each write looks at two of them at most. A slot stays in the heap when its record goes and is given to the next
new one, so the heap is never larger than the dict has been, and neither expiry nor logout ever has to search it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from heapq import heappop, heappush
from itertools import count

from growler_ext.session.store import Record, Touch


class _Slot:
    """A place in the heap: the key of a record, or None while it waits for one."""

    __slots__ = ("key", "queued")

    def __init__(self) -> None:
        self.key: str | None = None
        self.queued = False


class _Entry:
    __slots__ = ("created", "ends", "expires", "fields", "slot")

    def __init__(
        self, fields: dict[str, bytes], created: float, expires: float, ends: float | None, slot: _Slot
    ) -> None:
        self.fields = fields
        self.created = created
        self.expires = expires
        self.ends = ends
        self.slot = slot

    def live_for(self, now: float, ttl: float) -> None:
        self.expires = now + ttl if self.ends is None else min(now + ttl, self.ends)


class DictStore:
    """Sessions in a dict: gone with the process, and not shared with other worker processes.

    Parameters:
        max_sessions: records kept; the one unused for longest makes room for a new one.
        clock: Unix time in seconds.

    Raises ValueError for a `max_sessions` under 1.
    """

    sync = True

    def __init__(self, max_sessions: int = 100_000, *, clock: Callable[[], float] = time.time) -> None:
        if max_sessions < 1:
            raise ValueError(f"DictStore: max_sessions must be 1 or more, not {max_sessions}")
        self._max = max_sessions
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        # The number keeps slots from being compared, and equal times in order.
        self._queue: list[tuple[float, int, _Slot]] = []
        self._number = count()
        self._free: list[_Slot] = []

    def __len__(self) -> int:
        """Records in memory, among them expired ones whose turn has not come."""
        return len(self._entries)

    def load(self, key: str, *, touch: Touch | None) -> Record | None:
        entry = self._live(key)
        if entry is None:
            return None
        now = self._clock()
        extended = touch.extend(now, entry.expires, entry.ends) if touch is not None else None
        if extended is not None:
            entry.expires = extended
        return Record(
            dict(entry.fields), entry.created, now, entry.expires, entry.ends, touched=extended is not None
        )

    def create(self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None) -> None:
        self._forget_expired()
        if key in self._entries:
            self._drop(key)
        elif len(self._entries) >= self._max:
            self._drop(next(iter(self._entries)))
        now = self._clock()
        slot = self._free.pop() if self._free else _Slot()
        slot.key = key
        entry = _Entry(dict(fields), now, now, None if lifetime is None else now + lifetime, slot)
        entry.live_for(now, ttl)
        self._entries[key] = entry
        if not slot.queued:
            self._enqueue(slot, entry.expires)

    def commit(
        self, key: str, changed: Mapping[str, bytes], removed: Collection[str], *, ttl: float | None
    ) -> bool:
        self._forget_expired()
        entry = self._live(key)
        if entry is None:
            return False
        entry.fields.update(changed)
        for name in removed:
            entry.fields.pop(name, None)
        if ttl is not None:
            entry.live_for(self._clock(), ttl)
        return True

    def rename(
        self, old: str, new: str, changed: Mapping[str, bytes], removed: Collection[str], *, ttl: float | None
    ) -> bool:
        if not self.commit(old, changed, removed, ttl=ttl):
            return False
        entry = self._entries.pop(old)
        entry.slot.key = new
        self._entries[new] = entry
        return True

    def delete(self, *keys: str) -> int:
        live = [key for key in keys if self._live(key) is not None]
        for key in live:
            self._drop(key)
        return len(live)

    def _live(self, key: str) -> _Entry | None:
        """A record that has not expired, now the most recently used; one that has is dropped."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires <= self._clock():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry

    def _drop(self, key: str) -> None:
        slot = self._entries.pop(key).slot
        slot.key = None
        self._free.append(slot)

    def _enqueue(self, slot: _Slot, when: float) -> None:
        slot.queued = True
        heappush(self._queue, (when, next(self._number), slot))

    def _forget_expired(self) -> None:
        """Look at the two slots that are due first. Two, so that expiry keeps ahead of one creation per write."""
        now = self._clock()
        for _ in range(2):
            if not self._queue or self._queue[0][0] > now:
                return
            slot = heappop(self._queue)[2]
            slot.queued = False
            if slot.key is not None:
                entry = self._entries[slot.key]
                if entry.expires <= now:
                    self._drop(slot.key)
                else:
                    # Its life was extended since; a slot moves only when its old time has come.
                    self._enqueue(slot, entry.expires)
