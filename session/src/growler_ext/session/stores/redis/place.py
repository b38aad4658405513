"""`Place`: what a store has in one event loop, for connections belong to a loop: its way, and all that this uses.

It makes one error of all that can go wrong, and changes to the way without scripts where they are refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisError

from growler_ext.session.store import StoreError
from growler_ext.session.stores.redis.apart import Apart
from growler_ext.session.stores.redis.cluster import ClusterCaller
from growler_ext.session.stores.redis.connecting import Server
from growler_ext.session.stores.redis.lending import Lending
from growler_ext.session.stores.redis.line import Line
from growler_ext.session.stores.redis.together import Together
from growler_ext.session.stores.redis.transactions import Transactions
from growler_ext.session.stores.redis.way import Way
from growler_ext.session.stores.redis.wire import ScriptsRefused

T = TypeVar("T")

log: logging.Logger = logging.getLogger("growler.session")


@dataclass
class Settings:
    """Those of a `RedisStore`. `without_scripts`: they have been refused."""

    source: RedisCluster | Callable[[], Server]
    prefix: str
    timeout: float
    max_connections: int
    max_waiting: int
    clock: Callable[[], float] | None
    without_scripts: bool = False


class Place:
    """Made in, and for, the running loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting = 0
        self._server: Server | None = None
        self._ways: list[Way] = []
        # The line looks after the time of what is done together, once for all.
        self._timed = True
        if isinstance(settings.source, RedisCluster):
            caller = ClusterCaller(settings.source, timeout=settings.timeout, most=settings.max_waiting)
            self._way: Way = Apart(caller, settings.prefix, settings.clock, settings.timeout)
            self._ways.append(self._way)
            return
        self._server = settings.source()
        if settings.without_scripts:
            self._begin_transactions(self._server)
        else:
            line = Line(self._server.connection, timeout=settings.timeout, most=settings.max_waiting)
            self._way = Together(line, settings.prefix, settings.clock, settings.timeout)
            self._ways.append(self._way)
            self._timed = False

    async def do(self, act: Callable[[Way], Awaitable[T]]) -> T:
        """Do it in the way that there is. Raises StoreError, also when it takes too long."""
        try:
            return await (self._in_time(act) if self._timed else act(self._way))
        except ScriptsRefused as refused:
            self._do_without_scripts(refused)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreError(f"Redis: {type(error).__name__}") from error
        return await self.do(act)

    async def close(self) -> None:
        """Close all connections."""
        for way in self._ways:
            await way.close()
        if self._server is not None:
            await self._server.close()

    async def _in_time(self, act: Callable[[Way], Awaitable[T]]) -> T:
        if self._waiting >= self._settings.max_waiting:
            raise StoreError(f"{self._waiting} operations are waiting for Redis already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await act(self._way)
        finally:
            self._waiting -= 1

    def _do_without_scripts(self, refused: ScriptsRefused) -> None:
        if self._server is None:
            raise StoreError(
                "sessions in a Redis Cluster need scripts: allow this user +@scripting"
            ) from refused
        if not self._settings.without_scripts:
            self._settings.without_scripts = True
            log.warning("Redis refuses scripts (%s): sessions use transactions, which are slower", refused)
        if not self._timed:
            self._begin_transactions(self._server)

    def _begin_transactions(self, server: Server) -> None:
        settings = self._settings
        lending = Lending(server.connection, settings.max_connections)
        self._way = Transactions(lending, settings.prefix, settings.clock)
        self._ways.append(self._way)
        self._timed = True
