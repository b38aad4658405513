"""`DictStore`: sessions in the memory of this process. Bounded, and never swept as a whole.

An ordered dict holds the records, the longest unused first; a heap knows when to look for expired ones, and each
write looks at two of them at most; an index has the keys of each owner. No operation takes more than O(log n).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping

from growler_ext.session.numbers import is_count
from growler_ext.session.store import Change, Outcome, Record, Touch
from growler_ext.session.stores.expiry import ExpiryQueue, Slot
from growler_ext.session.stores.forwards import Forwards


class _Entry:
    __slots__ = ("created", "ends", "expires", "fields", "owner", "slot")

    def __init__(
        self, fields: dict[str, bytes], created: float, expires: float, ends: float | None, slot: Slot
    ) -> None:
        self.fields = fields
        self.created = created
        self.expires = expires
        self.ends = ends
        self.slot = slot
        self.owner: str | None = None

    def record(self, key: str, now: float) -> Record:
        return Record(key, self.fields.copy(), self.created, now, self.expires, self.ends, False, self.owner)


class DictStore:
    """Sessions in a dict: gone with the process, and not shared with other worker processes.

    Parameters:
        max_sessions: records kept; the one unused for longest makes room for a new one.
        clock: Unix time in seconds.

    Raises ValueError for a `max_sessions` under 1.
    """

    sync = True
    shared = False

    def __init__(self, max_sessions: int = 100_000, *, clock: Callable[[], float] = time.time) -> None:
        if not (is_count(max_sessions) and max_sessions):
            raise ValueError(
                f"DictStore: max_sessions must be a whole number, 1 or more, not {max_sessions!r}"
            )
        self._max = max_sessions
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._queue = ExpiryQueue()
        self._forwards = Forwards(max_sessions)
        # The keys as a dict's: they keep their order.
        self._owned: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        """Records in memory, among them expired ones whose turn has not come."""
        return len(self._entries)

    def load(self, key: str, *, touch: Touch | None) -> Record | None:
        now = self._clock()
        entry = self._entries.get(key)
        if entry is not None and entry.expires > now:
            # What `_find` would do, for each request.
            self._entries.move_to_end(key)
        else:
            found = self._find(key, now)
            if found is None:
                return None
            key, entry = found
        touched = False
        # The first question is a part of what `extend` asks: whatever the end is, most uses come too early.
        if touch is not None and now + touch.ttl - entry.expires >= touch.after:
            extended = touch.extend(now, entry.expires, entry.ends)
            if extended is not None:
                entry.expires = extended
                touched = True
        return Record(
            key, entry.fields.copy(), entry.created, now, entry.expires, entry.ends, touched, entry.owner
        )

    def create(
        self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        now = self._clock()
        self._forget_expired(now)
        if key in self._entries:
            self._drop(key)
        elif len(self._entries) >= self._max:
            self._drop(next(iter(self._entries)))
        self._forwards.discard(key)
        ends = None if lifetime is None else now + lifetime
        expires = now + ttl if ends is None else min(now + ttl, ends)
        entry = _Entry(dict(fields), now, expires, ends, self._queue.add(key, expires))
        self._entries[key] = entry
        self._own(key, entry, owner)

    def commit(self, key: str, change: Change) -> Outcome:
        now = self._clock()
        if self._queue.due <= now or self._forwards.due <= now:
            self._forget_expired(now)
        entry = self._entries.get(key)
        if entry is not None and entry.expires > now:
            self._entries.move_to_end(key)  # as in `load`
        else:
            found = self._find(key, now)
            if found is None:
                return self._why_not(key, now)
            key, entry = found
        # What `_change` would do where values are all there is to change.
        entry.fields.update(change.changed)
        if change.removed or change.ttl is not None or change.owner is not None:
            self._change(key, entry, change, now)
        return Outcome.DONE

    def rename(self, old: str, new: str, change: Change, *, grace: float) -> Outcome:
        if old == new:
            return self.commit(old, change)  # a key that leads to itself would be followed for ever
        now = self._clock()
        self._forget_expired(now)
        entry = self._live(old, now)
        if entry is None:
            return Outcome.MOVED if self._forwards.moved(old, now) else Outcome.GONE
        self._change(old, entry, change, now)
        owner = entry.owner
        self._own(old, entry, "")
        del self._entries[old]
        if new in self._entries:
            self._drop(new)
        entry.slot.key = new
        self._entries[new] = entry
        self._own(new, entry, owner)
        self._forwards.add(old, new, grace, now)
        return Outcome.DONE

    def delete(self, *keys: str) -> int:
        now = self._clock()
        count = 0
        for key in keys:
            found = self._find(key, now)
            if found is not None:
                self._drop(found[0])
                count += 1
        return count

    def owned(self, owner: str) -> dict[str, Record]:
        now = self._clock()
        return {key: entry.record(key, now) for key, entry in self._owned_live(owner, now)}

    def revoke(self, owner: str, *, keep: Collection[str]) -> int:
        now = self._clock()
        kept = {self._forwards.follow(key, now) for key in keep}
        keys = [key for key, _ in self._owned_live(owner, now) if key not in kept]
        for key in keys:
            self._drop(key)
        return len(keys)

    def close(self) -> None:
        """Nothing is held that has to be let go of; the sessions stay as long as the store."""

    # Finding

    def _find(self, key: str, now: float) -> tuple[str, _Entry] | None:
        """The record that a key means, with its own key."""
        entry = self._live(key, now)
        if entry is None:
            real = self._forwards.follow(key, now)
            if real is None or real == key or (entry := self._live(real, now)) is None:
                return None
            key = real
        return key, entry

    def _live(self, key: str, now: float) -> _Entry | None:
        """A record that has not expired, now the most recently used; one that has is dropped."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires <= now:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry

    def _owned_live(self, owner: str, now: float) -> list[tuple[str, _Entry]]:
        """An owner's records. To be listed is not to be used: they keep their places."""
        entries = [(key, self._entries[key]) for key in self._owned.get(owner, ())]
        return [(key, entry) for key, entry in entries if entry.expires > now]

    def _why_not(self, key: str, now: float) -> Outcome:
        """Why a change found no record."""
        return Outcome.MOVED if self._forwards.follow(key, now) is None else Outcome.GONE

    # Changing

    def _change(self, key: str, entry: _Entry, change: Change, now: float) -> None:
        entry.fields.update(change.changed)
        if change.removed:
            for name in change.removed:
                entry.fields.pop(name, None)
        if change.ttl is not None:
            expires = now + change.ttl
            entry.expires = expires if entry.ends is None else min(expires, entry.ends)
        if change.owner is not None:
            self._own(key, entry, change.owner)

    def _own(self, key: str, entry: _Entry, owner: str | None) -> None:
        """Make a record an owner's, or with "" or None nobody's."""
        before = entry.owner
        if before is not None:
            keys = self._owned[before]
            del keys[key]
            if not keys:
                del self._owned[before]
        entry.owner = owner or None
        if entry.owner is not None:
            self._owned.setdefault(entry.owner, {})[key] = None

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key)
        if entry.owner is not None:
            self._own(key, entry, None)
        self._queue.free(entry.slot)

    def _forget_expired(self, now: float) -> None:
        """Look at the two records that are due first. Two, so that expiry keeps ahead of one creation per write."""
        self._forwards.forget(now)
        for _ in range(2):
            slot = self._queue.pop(now)
            if slot is None:
                return
            if slot.key is not None:
                entry = self._entries[slot.key]
                if entry.expires <= now:
                    self._drop(slot.key)
                else:
                    # Its life was extended since.
                    self._queue.put(slot, entry.expires)
