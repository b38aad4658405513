"""`Way`: one of the ways in which a session store can be made of Redis; and `Caller`, what scripts are run by.

Together: a server that runs scripts. Apart: a cluster, where a script may touch one key only. Transactions: a server
that refuses scripts. They have the methods of `growler_ext.session.Store`, which says what those do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from growler_ext.session.store import Change, Outcome, Record, Touch
from growler_ext.session.stores.redis.wire import Script, Word


class Way(Protocol):
    """The methods of a Store; made in, and for, one event loop.

    They raise what redis-py raises, OSError, TimeoutError, StoreError, and ScriptsRefused.
    """

    async def load(self, key: str, touch: Touch | None) -> Record | None: ...

    async def create(
        self, key: str, fields: Mapping[str, bytes], ttl: float, lifetime: float | None, owner: str | None
    ) -> None: ...

    async def commit(self, key: str, change: Change) -> Outcome: ...

    async def rename(self, old: str, new: str, change: Change, grace: float) -> Outcome: ...

    async def delete(self, keys: Sequence[str]) -> int: ...

    async def owned(self, owner: str) -> dict[str, Record]: ...

    async def revoke(self, owner: str, keep: Collection[str]) -> int: ...

    async def close(self) -> None: ...


class Caller(Protocol):
    """Runs scripts and commands on the server, or on the node, that has their first key."""

    async def run(self, script: Script, key: str, count: int, arguments: bytes) -> Any:
        """The answer to a script whose first key this is; `arguments` are `count` packed ones, all keys among them."""

    async def command(self, *words: Word) -> Any: ...
