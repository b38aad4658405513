"""`Turn`: one operation's turn with Redis where there are no scripts: it looks, decides, and executes all or nothing.

What it looks at is watched (WATCH); `execute` does nothing if any of that has changed meanwhile (MULTI, EXEC).
Operations of this process on one index wait for each other, lest they make each other begin again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from weakref import WeakValueDictionary

from growler_ext.session.store import Change
from growler_ext.session.stores.redis.layout import (
    HOPS,
    State,
    Unreadable,
    change_of,
    flat,
    index_prefix,
    pairs,
    time_of,
)
from growler_ext.session.stores.redis.lending import Loan
from growler_ext.session.stores.redis.records import warn_unreadable
from growler_ext.session.stores.redis.wire import Word

Command: TypeAlias = tuple[Word, ...]
Locks: TypeAlias = WeakValueDictionary[str, asyncio.Lock]


class Seen(NamedTuple):
    """What a key stands for: where it has led, in what state that is, when, and all that is there."""

    key: str
    state: State
    now: float
    found: dict[bytes, bytes]

    @property
    def owner(self) -> str:
        return self.found.get(b"o", b"").decode()


class Turn:
    """Parameters: a connection; the locks of this process; the prefix of all keys; the time, None for Redis's own."""

    def __init__(self, loan: Loan, locks: Locks, prefix: str, clock: Callable[[], float] | None) -> None:
        self.execute = loan.execute
        self._loan = loan
        self._locks = locks
        self._held: dict[str, asyncio.Lock] = {}
        self._prefix = prefix
        self._indexes = index_prefix(prefix)
        self._clock = clock

    async def hold(self, owner: str) -> str:
        """Wait for the index of an owner, and keep it until the end of the turn. Returns its key."""
        index = self._indexes + owner
        if index not in self._held:
            lock = self._locks.setdefault(index, asyncio.Lock())
            await lock.acquire()
            self._held[index] = lock
        return index

    def end(self) -> None:
        """Let others have what was held."""
        for lock in self._held.values():
            lock.release()

    # Looking

    async def see(self, key: str, *, hops: int = HOPS) -> Seen:
        """What a key stands for, following so many forwards."""
        while True:
            name = self._prefix + key
            _, time, answer = await self._loan.ask(("WATCH", name), ("TIME",), ("HGETALL", name))
            seen = self._judge(key, self._time(time), answer)
            if seen.state != State.FORWARD or not hops:
                return seen
            hops -= 1
            key = seen.found[b"m"].decode()[len(self._prefix) :]
            if not hops:
                return seen._replace(state=State.MOVED)

    async def listed(self, owner: str) -> tuple[list[Seen], list[str]]:
        """The records of an owner, and the entries of the index that lead to none."""
        index = await self.hold(owner)
        _, time, names = await self._loan.ask(("WATCH", index), ("TIME",), ("ZRANGE", index, 0, -1))
        live, dead = [], []
        if names:
            _, *answers = await self._loan.ask(("WATCH", *names), *(("HGETALL", name) for name in names))
            for name, answer in zip(names, answers, strict=True):
                key = name.decode()[len(self._prefix) :]
                seen = self._judge(key, self._time(time), answer)
                if seen.state == State.DONE and seen.owner == owner:
                    live.append(seen)
                else:
                    dead.append(self._prefix + key)
        return live, dead

    def _time(self, answer: Sequence[bytes]) -> float:
        return int(answer[0]) + int(answer[1]) / 1e6 if self._clock is None else self._clock()

    def _judge(self, key: str, now: float, answer: Sequence[bytes] | dict[bytes, bytes]) -> Seen:
        """lua/record.lua says what these fields mean."""
        # A dict in RESP 3.
        found = answer if isinstance(answer, dict) else pairs(answer)
        state = State.DONE
        try:
            if not found or time_of(found, b"e") <= now:
                state = State.GONE
            elif b"m" in found:
                state = State.FORWARD if time_of(found, b"g") > now else State.MOVED
            else:
                time_of(found, b"c")
        except Unreadable:
            warn_unreadable()
            state = State.UNREADABLE
        return Seen(key, state, now, found)

    # Commands for `execute`

    async def change(self, seen: Seen, change: Change, new: str) -> list[Command]:
        """A Change to a record that is to be under the key `new`."""
        changed, removed = change_of(seen.found, seen.now, change)
        after = seen.owner if change.owner is None else change.owner
        commands = self.set(seen, changed)
        if removed:
            commands.append(("HDEL", self._prefix + seen.key, *removed))
        if after != seen.owner:
            commands += self.leave(seen.owner, seen.key)
        if after and (after != seen.owner or b"e" in changed or new != seen.key):
            commands += await self.enter(after, new, seen.now, changed.get(b"e", seen.found[b"e"]))
        return commands

    def set(self, seen: Seen, meta: Mapping[bytes, bytes], fields: Sequence[Word] = ()) -> list[Command]:
        """Set fields of a record, and its TTL if its time of expiry is one of them."""
        name = self._prefix + seen.key
        commands: list[Command] = [("HSET", name, *flat(meta), *fields)] if meta else []
        if b"e" in meta:
            commands.append(("PEXPIRE", name, _milliseconds(seen.now, meta[b"e"])))
        return commands

    async def enter(self, owner: str, key: str, now: float, expires: bytes) -> list[Command]:
        """Enter a record in the index of its owner, if it has one. The TTL of the index never becomes less."""
        if not owner:
            return []
        index = await self.hold(owner)
        _, left = await self._loan.ask(("WATCH", index), ("PTTL", index))
        return [
            ("ZREMRANGEBYSCORE", index, "-inf", now),
            ("ZADD", index, expires, self._prefix + key),
            ("PEXPIRE", index, max(left, _milliseconds(now, expires))),
        ]

    def leave(self, owner: str, key: str) -> list[Command]:
        """Take a record out of the index of its owner, if it had one."""
        return [("ZREM", self._indexes + owner, self._prefix + key)] if owner else []


def _milliseconds(now: float, expires: bytes) -> int:
    return max(1, round((float(expires) - now) * 1000))
