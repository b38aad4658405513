"""`RedisStore`: sessions in Redis or Valkey, by redis-py.

`place` has what belongs to an event loop, `way` the ways to do it, `layout` what lies in Redis.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from growler_ext.session.numbers import is_count, is_number
from growler_ext.session.store import Change, Outcome, Record, Touch
from growler_ext.session.stores.redis.connecting import Server, by_client, by_url
from growler_ext.session.stores.redis.place import Place, Settings


class RedisStore:
    """Sessions in a Redis from version 5 on, or a Valkey; a single one, one behind Sentinel, or a cluster.

    What the requests of one turn of the event loop want of it leaves in one write, on one connection to each server;
    each has its own operation, answer and error still.

    Parameters:
        client_or_url: `redis://`, `rediss://` (TLS), `unix://`, or `redis+sentinel://host:port,host2:port/service/db`,
            with options of redis-py in the query; or a `redis.asyncio.Redis`, also one of `Sentinel.master_for`, or
            a `redis.asyncio.RedisCluster`, for their settings: the store has connections of its own.
        prefix: of all keys. Apps that share a database need different ones.
        timeout: seconds an operation may take, connecting included; then it is a StoreError.
        max_connections: connections where scripts are refused, when each operation needs one for itself.
        max_waiting: operations that may wait for an answer at a time; one more is a StoreError at once.
        clock: Unix time in seconds; None for that of Redis, which is the same for all processes.

    Raises ValueError that lists every wrong option.
    """

    sync = False
    shared = True

    def __init__(
        self,
        client_or_url: str | Redis | RedisCluster,
        *,
        prefix: str = "sess:",
        timeout: float = 0.5,
        max_connections: int = 16,
        max_waiting: int = 10_000,
        clock: Callable[[], float] | None = None,
    ) -> None:
        mistakes = [
            f"{name} must be {what}, not {value!r}"
            for name, what, value, fits in (
                ("prefix", "text", prefix, bool(prefix) and isinstance(prefix, str)),
                ("timeout", "positive seconds", timeout, is_number(timeout) and timeout > 0),
                (
                    "max_connections",
                    "1 or more",
                    max_connections,
                    is_count(max_connections) and max_connections,
                ),
                ("max_waiting", "1 or more", max_waiting, is_count(max_waiting) and max_waiting),
            )
            if not fits
        ]
        source: RedisCluster | Callable[[], Server] | None = None
        try:
            source = _source(client_or_url, timeout if is_number(timeout) else 1.0)
        except ValueError as error:
            mistakes.append(str(error))
        if mistakes or source is None:
            raise ValueError("RedisStore: " + "; ".join(mistakes))
        # An operation that finds its key renamed, or its script unknown, is asked again.
        self.own_timeout: float = 2 * timeout
        self._settings = Settings(source, prefix, timeout, max_connections, max_waiting, clock)
        self._places: dict[asyncio.AbstractEventLoop, Place] = {}

    @classmethod
    def from_url(cls, url: str) -> RedisStore:
        """The store for a URL, all options as they are by default."""
        return cls(url)

    async def load(self, key: str, *, touch: Touch | None) -> Record | None:
        return await self._place().do(lambda way: way.load(key, touch))

    async def commit(self, key: str, change: Change) -> Outcome:
        return await self._place().do(lambda way: way.commit(key, change))

    async def create(
        self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        await self._place().do(lambda way: way.create(key, fields, ttl, lifetime, owner))

    async def rename(self, old: str, new: str, change: Change, *, grace: float) -> Outcome:
        return await self._place().do(lambda way: way.rename(old, new, change, grace))

    async def delete(self, *keys: str) -> int:
        return await self._place().do(lambda way: way.delete(keys))

    async def owned(self, owner: str) -> dict[str, Record]:
        return await self._place().do(lambda way: way.owned(owner))

    async def revoke(self, owner: str, *, keep: Collection[str]) -> int:
        return await self._place().do(lambda way: way.revoke(owner, keep))

    async def close(self) -> None:
        """Close the connections of the running loop. They are made again when they are needed."""
        place = self._places.pop(asyncio.get_running_loop(), None)
        if place is not None:
            await place.close()

    def _place(self) -> Place:
        loop = asyncio.get_running_loop()
        place = self._places.get(loop)
        if place is None:
            for other in [*self._places]:
                if other.is_closed():
                    del self._places[other]
            place = self._places[loop] = Place(self._settings)
        return place


def _source(client_or_url: Any, timeout: float) -> RedisCluster | Callable[[], Server]:
    if isinstance(client_or_url, str):
        return by_url(client_or_url, timeout)
    if isinstance(client_or_url, RedisCluster):
        return client_or_url
    if isinstance(client_or_url, Redis):
        return by_client(client_or_url)
    kind = f"{type(client_or_url).__module__}.{type(client_or_url).__qualname__}"
    raise ValueError(f"it takes a URL, a redis.asyncio.Redis or a redis.asyncio.RedisCluster, not a {kind}")
