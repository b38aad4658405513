"""`Together`: sessions on one server that runs scripts. Each operation is one script, so nobody sees it half done.

The scripts keep the indexes of owners too: nothing can come between a record and its entry, and a revocation meets a
rename before it or after it, never within.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Final

from growler_ext.session.store import MOVED_FOR, Change, Outcome, Record
from growler_ext.session.stores.redis.callers import LineCaller
from growler_ext.session.stores.redis.layout import State, Unreadable, change_words, index_prefix, record_of
from growler_ext.session.stores.redis.line import Line
from growler_ext.session.stores.redis.records import Records, outcome, warn_unreadable
from growler_ext.session.stores.redis.wire import Script

_RENAME: Final = Script("rename", "index", "change", keys=2)
_OWNED: Final = Script("owned")
_REVOKE: Final = Script("revoke")

_AT_A_TIME: Final = 1000
"""Records that one script deletes: nobody else is served meanwhile."""


class Together(Records):
    """A `Way`.

    Parameters: the line to the server, which it closes; the prefix of all keys; the time, None for that of Redis;
    seconds for those who have to follow a rename.
    """

    def __init__(self, line: Line, prefix: str, clock: Callable[[], float] | None, timeout: float) -> None:
        super().__init__(LineCaller(line), prefix, index_prefix(prefix), clock, timeout)
        self._line = line

    async def commit(self, key: str, change: Change) -> Outcome:
        _, answer = await self.change(key, change)
        return outcome(answer)

    async def rename(self, old: str, new: str, change: Change, grace: float) -> Outcome:
        names = (self._prefix + old, self._prefix + new)
        return outcome(await self.run(_RENAME, names, grace, MOVED_FOR, packed=change_words(change)))

    async def delete(self, keys: Sequence[str]) -> int:
        removed = await asyncio.gather(*map(self.remove, keys))
        return sum(answer[0] == State.DONE for _, answer in removed)

    async def owned(self, owner: str) -> dict[str, Record]:
        records = {}
        for name, now, flat in await self.run(_OWNED, (index_prefix(self._prefix) + owner,), owner):
            key = name.decode()[len(self._prefix) :]
            try:
                records[key] = record_of(key, now, flat)
            except Unreadable:
                warn_unreadable()
        return records

    async def revoke(self, owner: str, keep: Collection[str]) -> int:
        index, kept = index_prefix(self._prefix) + owner, [self._prefix + key for key in keep]
        count, more = 0, 1
        while more:
            deleted, more = await self.run(_REVOKE, (index,), owner, _AT_A_TIME, *kept)
            count += deleted
        return count

    async def close(self) -> None:
        await self._line.close()
