"""`Transactions`: sessions on one server that refuses scripts, by WATCH, MULTI and EXEC.

An operation decides on what it sees, and begins again if that has changed when it executes its decision. So all the
promises of the scripts are kept, at two round trips for what changes something, and three where an index is involved.
Operations of this process wait for each other: first for the record, then for a connection, then for the index.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from weakref import WeakValueDictionary

from growler_ext.session.store import MOVED_FOR, Change, Outcome, Record, Touch
from growler_ext.session.stores.redis.layout import (
    State,
    Unreadable,
    end_of,
    field_words,
    flat,
    index_prefix,
    record_of,
    time_of,
    time_text,
)
from growler_ext.session.stores.redis.lending import Lending
from growler_ext.session.stores.redis.records import OUTCOMES, warn_unreadable
from growler_ext.session.stores.redis.turn import Command, Locks, Seen, Turn


class Transactions:
    """A `Way`. Parameters: the connections, which it closes; the prefix of all keys; the time, None for Redis's own."""

    def __init__(self, lending: Lending, prefix: str, clock: Callable[[], float] | None) -> None:
        self._lending = lending
        self._prefix = prefix
        self._clock = clock
        self._locks: Locks = WeakValueDictionary()

    async def load(self, key: str, touch: Touch | None) -> Record | None:
        async with self._turn(key) as turn:
            while True:
                seen = await turn.see(key)
                if seen.state != State.DONE:
                    return None
                extended = None
                if touch is not None:
                    extended = touch.extend(seen.now, time_of(seen.found, b"e"), end_of(seen.found))
                if extended is None:
                    return _record(seen)
                expires = time_text(extended)
                commands = turn.set(seen, {b"e": expires})
                commands += await turn.enter(seen.owner, seen.key, seen.now, expires)
                if await turn.execute(commands):
                    return _record(seen, expires)

    async def create(
        self, key: str, fields: Mapping[str, bytes], ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        async with self._turn(key) as turn:
            while True:
                seen = await turn.see(key, hops=0)
                ends = seen.now + (ttl if lifetime is None else lifetime)
                expires = time_text(min(seen.now + ttl, ends))
                meta = {b"c": time_text(seen.now), b"e": expires}
                if lifetime is not None:
                    meta[b"l"] = time_text(ends)
                if owner:
                    meta[b"o"] = owner.encode()
                commands: list[Command] = [("DEL", self._prefix + key)]
                commands += turn.set(seen, meta, field_words(fields))
                commands += turn.leave(seen.owner, key)
                commands += await turn.enter(owner or "", key, seen.now, expires)
                if await turn.execute(commands):
                    return

    async def commit(self, key: str, change: Change) -> Outcome:
        async with self._turn(key) as turn:
            while True:
                seen = await turn.see(key)
                if seen.state != State.DONE:
                    return OUTCOMES[seen.state]
                commands = await turn.change(seen, change, seen.key)
                if not commands or await turn.execute(commands):
                    return Outcome.DONE

    async def rename(self, old: str, new: str, change: Change, grace: float) -> Outcome:
        async with self._turn(old) as turn:
            while True:
                seen = await turn.see(old, hops=0)
                if seen.state != State.DONE:
                    return OUTCOMES[seen.state]
                forward = {
                    b"m": (self._prefix + new).encode(),
                    b"g": time_text(seen.now + grace),
                    b"e": time_text(seen.now + MOVED_FOR),
                }
                commands = await turn.change(seen, change, new)
                commands.append(("RENAME", self._prefix + old, self._prefix + new))
                commands += turn.leave(seen.owner, old)
                commands += turn.set(seen, forward)
                if await turn.execute(commands):
                    return Outcome.DONE

    async def delete(self, keys: Sequence[str]) -> int:
        return sum([await self._delete(key) for key in keys])

    async def _delete(self, key: str) -> bool:
        async with self._turn(key) as turn:
            while True:
                seen = await turn.see(key)
                if seen.state != State.DONE:
                    return False
                if await turn.execute([("DEL", self._prefix + seen.key), *turn.leave(seen.owner, seen.key)]):
                    return True

    async def owned(self, owner: str) -> dict[str, Record]:
        async with self._turn() as turn:
            while True:
                live, dead = await turn.listed(owner)
                if dead and not await turn.execute([("ZREM", index_prefix(self._prefix) + owner, *dead)]):
                    continue
                records = [_record(seen) for seen in live]
                return {record.key: record for record in records if record is not None}

    async def revoke(self, owner: str, keep: Collection[str]) -> int:
        async with self._turn() as turn:
            while True:
                kept = {(await turn.see(key)).key for key in keep}
                live, dead = await turn.listed(owner)
                revoked = [self._prefix + seen.key for seen in live if seen.key not in kept]
                commands: list[Command] = []
                if dead or revoked:
                    commands.append(("ZREM", index_prefix(self._prefix) + owner, *dead, *revoked))
                if revoked:
                    commands.append(("DEL", *revoked))
                # Also if it is nothing: that has to be true still.
                if await turn.execute(commands):
                    return len(revoked)

    async def close(self) -> None:
        await self._lending.close()

    @contextlib.asynccontextmanager
    async def _turn(self, key: str | None = None) -> AsyncIterator[Turn]:
        """A turn when nobody else of this process has anything to do with that key."""
        free = contextlib.nullcontext() if key is None else self._locks.setdefault(key, asyncio.Lock())
        async with free, self._lending.loan() as loan:
            turn = Turn(loan, self._locks, self._prefix, self._clock)
            try:
                yield turn
            finally:
                turn.end()


def _record(seen: Seen, touched: bytes | None = None) -> Record | None:
    try:
        return record_of(seen.key, time_text(seen.now), flat(seen.found), touched)
    except Unreadable:
        warn_unreadable()
        return None
