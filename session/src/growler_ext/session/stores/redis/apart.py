"""`Apart`: sessions in a Redis Cluster, where a script can touch one key only, so what takes several is done in steps.

Index first: the entry of a record in its owner's index is made before the record is the owner's, and taken back after.
So an index may hold too much, which is looked at when it is met, but never too little. Entries are good for twice
the life of the record: should this process die between the extension of a life and that of the entry, the next one
comes in time. An entry without a record is left to its time, for the record may be about to come.

A rename makes a copy under the new key (`copy`), which nobody can see; turns the old key into a forward, if the record
is still what was copied (`switch`: this is the moment of the rename); and makes the copy the record (`settle`, or
whoever is led there by the old key first). A process that dies
- before the switch: leaves the record as it was, and a copy that is never anybody's and expires;
- after it: leaves the record under a key that nobody was told. Within the grace the old key leads there. Without one it
  is lost to its owner, as is one whose answer was lost on the way from a single server.
So there are never two records that can be written, and a change comes before the copy, fails the switch, or finds the
new key.

Revocation goes through the index until a pass finds nothing to delete. It leaves copies alone, and follows forwards
whatever their grace. With a rename under way it finds the old key in the index, which is taken out last: either it
deletes the old record, and the switch fails; or it finds the forward and deletes the copy, and nothing is left to be
made a record. An owner that a commit gives to a record meanwhile counts as given after the revocation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from growler_ext.session.store import MOVED_FOR, Change, Outcome, Record, Touch
from growler_ext.session.stores.redis.cluster import ClusterCaller
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
from growler_ext.session.stores.redis.records import Records, outcome, warn_unreadable
from growler_ext.session.stores.redis.wire import Script, Word

_ENTER: Final = Script("enter", "index")
_COPY: Final = Script("copy", "change")
_SWITCH: Final = Script("switch")
_WITHDRAW: Final = Script("withdraw")


class Apart:
    """A `Way`.

    Parameters: what calls the cluster, which it closes; the prefix of all keys; the time, None for that of Redis;
    seconds for those who have to follow a rename.
    """

    def __init__(
        self, caller: ClusterCaller, prefix: str, clock: Callable[[], float] | None, timeout: float
    ) -> None:
        self._caller = caller
        self._prefix = prefix
        self._indexes = index_prefix(prefix)
        self._records = Records(caller, prefix, "", clock, timeout)

    async def load(self, key: str, touch: Touch | None) -> Record | None:
        record = await self._records.load(key, touch)
        if record is not None and record.touched and record.owner is not None:
            await self._enter(record.owner, record.key, record.expires - record.now)
        return record

    async def create(
        self, key: str, fields: Mapping[str, bytes], ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        if owner:
            await self._enter(owner, key, ttl)
        await self._records.create(key, fields, ttl, lifetime, owner)

    async def commit(self, key: str, change: Change) -> Outcome:
        entered = None
        if change.owner:
            record = await self._records.load(key, None)
            if record is not None:
                entered = record.key
                await self._enter(change.owner, entered, change.ttl or record.expires - record.now)
        key, answer = await self._records.change(key, change)
        if answer[0] == State.DONE:
            before, after, now, expires = answer[1].decode(), answer[2].decode(), answer[3], answer[4]
            if before and before != after:
                await self._leave(before, key)
            if after and (change.ttl is not None or key != entered):
                await self._enter(after, key, float(expires) - float(now))
        return outcome(answer)

    async def rename(self, old: str, new: str, change: Change, grace: float) -> Outcome:
        while True:
            answer = await self._records.peek(old)
            if answer[0] != State.DONE:
                return outcome(answer)
            now, found = float(answer[1]), pairs(answer[2])
            try:
                changed, removed = change_of(found, now, change)
                renamed = {name: value for name, value in (found | changed).items() if name not in removed}
                life = time_of(renamed, b"e") - now
            except Unreadable:
                warn_unreadable()
                return Outcome.GONE
            owner = renamed.get(b"o", b"").decode()
            if owner:
                await self._enter(owner, new, life)
            copied = await self._run(_COPY, new, renamed[b"e"], *flat(renamed))
            if copied[0] != State.DONE:
                return outcome(copied)
            switched = await self._run(_SWITCH, old, self._prefix + new, grace, MOVED_FOR, *flat(found))
            if switched[0] != State.DONE:
                await self._run(_WITHDRAW, new, "", "")
                if owner:
                    await self._leave(owner, new)
            if switched[0] != State.UNREADABLE:
                break
        if switched[0] == State.DONE:
            if b"o" in found:
                await self._leave(found[b"o"].decode(), old)
            switched = await self._records.settle(new)
        return outcome(switched)

    async def delete(self, keys: Sequence[str]) -> int:
        return sum(await asyncio.gather(*map(self._delete, keys)))

    async def _delete(self, key: str) -> bool:
        key, answer = await self._records.remove(key)
        if answer[0] != State.DONE:
            return False
        if answer[1]:
            await self._leave(answer[1].decode(), key)
        return True

    async def owned(self, owner: str) -> dict[str, Record]:
        loads = [self._records.load(key, None) for key in await self._entries(owner)]
        # One that was renamed meanwhile may come twice.
        return {
            record.key: record
            for record in await asyncio.gather(*loads)
            if record is not None and record.owner == owner
        }

    async def revoke(self, owner: str, keep: Collection[str]) -> int:
        count = 0
        while True:
            loads = [self._records.load(key, None) for key in keep]
            kept = {*keep, *(record.key for record in await asyncio.gather(*loads) if record is not None)}
            keys = [key for key in await self._entries(owner) if key not in kept]
            deleted = sum(await asyncio.gather(*[self._withdraw(key, owner, kept) for key in keys]))
            count += deleted
            if not deleted:
                return count

    async def close(self) -> None:
        await self._caller.close()

    async def _withdraw(self, key: str, owner: str, kept: Collection[str]) -> bool:
        """Delete the record of an owner that was entered under a key, wherever it has moved to."""
        followed = ""
        for _ in range(HOPS):
            state, *lead = await self._run(_WITHDRAW, key, followed, owner)
            if state == State.GONE:
                return False
            await self._leave(owner, key)
            if state == State.DONE:
                return True
            key, followed = lead[0].decode()[len(self._prefix) :], "1"
            if key in kept:
                return False
        return False

    async def _enter(self, owner: str, key: str, life: float) -> None:
        await self._records.run(_ENTER, (self._indexes + owner,), self._prefix + key, 2 * life)

    async def _leave(self, owner: str, key: str) -> None:
        await self._caller.command("ZREM", self._indexes + owner, self._prefix + key)

    async def _entries(self, owner: str) -> list[str]:
        keys = await self._caller.command("ZRANGE", self._indexes + owner, 0, -1)
        return [key.decode()[len(self._prefix) :] for key in keys]

    async def _run(self, script: Script, key: str, *words: Word) -> Any:
        return await self._records.run(script, (self._prefix + key,), *words)
