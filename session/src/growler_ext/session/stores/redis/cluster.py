"""`ClusterCaller`: runs scripts on the nodes of a Redis Cluster, over a `Line` to each.

From the `RedisCluster` that was given come the start nodes and the settings of connections. redis-py itself would send
each command alone, and wait for a node that hangs longer than a request can. Which node has which slot is asked of any
that answers: when the first call comes, when a call is sent elsewhere, and when a node fails. Such a call is a
StoreError, but soon another node is the master of its slots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import AskError, ClusterDownError, MovedError, ResponseError

from growler_ext.session.store import StoreError
from growler_ext.session.stores.redis.callers import LineCaller
from growler_ext.session.stores.redis.line import Line
from growler_ext.session.stores.redis.wire import Script, Word

_Address: TypeAlias = tuple[str, int]

_SLOTS: Final = 16384
_REDIRECTIONS: Final = 5


class ClusterCaller:
    """A `Caller`, made in, and for, the running loop.

    Parameters:
        cluster: the client; it is not used for calls, nor closed.
        timeout: seconds for connecting, and for one call.
        most: calls that may wait at a time for each node.
    """

    def __init__(self, cluster: RedisCluster, *, timeout: float, most: int) -> None:
        self._cluster = cluster
        self._timeout = timeout
        self._most = most
        self._start = [(node.host, int(node.port)) for node in cluster.nodes_manager.startup_nodes.values()]
        self._lines: dict[_Address, Line] = {}
        self._slots: list[_Address | None] = [None] * _SLOTS
        self._asking_around: asyncio.Task[None] | None = None

    async def run(self, script: Script, key: str, count: int, arguments: bytes) -> Any:
        return await self._call(key, lambda caller: caller.run(script, key, count, arguments))

    async def command(self, *words: Word) -> Any:
        return await self._call(str(words[1]), lambda caller: caller.command(*words))

    async def close(self) -> None:
        """Close the connections to all nodes."""
        if (task := self._asking_around) is not None:
            task.cancel()
            await asyncio.wait([task])
        lines, self._lines = self._lines, {}
        for line in lines.values():
            await line.close()

    async def _call(self, key: str, act: Callable[[LineCaller], Awaitable[Any]]) -> Any:
        """Call the node that has the slot of a key, and those that it refers to."""
        slot = self._cluster.keyslot(key)
        if self._slots[slot] is None:
            await asyncio.shield(self._ask_around())
        address, asking = self._slots[slot], False
        for _ in range(_REDIRECTIONS):
            if address is None:
                break
            try:
                return await act(LineCaller(self._line(address), asking=asking))
            except AskError as error:
                # The slot is moving: this key has arrived there, others have not.
                address, asking = self._address(error.host or address[0], error.port), True
            except MovedError as error:
                address, asking = self._address(error.host or address[0], error.port), False
                self._slots[slot] = address
                self._ask_around()
            except (StoreError, ClusterDownError, asyncio.CancelledError):
                # Cancelled is what waits for a node that hangs when the time is over.
                self._ask_around(failed=address)
                raise
        raise StoreError("no node of the Redis Cluster answers for the slot of this key")

    def _line(self, address: _Address) -> Line:
        line = self._lines.get(address)
        if line is None:
            node = ClusterNode(*address, **self._cluster.connection_kwargs)

            def connection() -> AbstractConnection:
                return node.connection_class(**node.connection_kwargs)

            line = self._lines[address] = Line(connection, timeout=self._timeout, most=self._most)
        return line

    def _address(self, host: str, port: int) -> _Address:
        """Where the node is that calls itself this; for clients behind a NAT."""
        host, port = self._cluster.nodes_manager.remap_host_port(host, port)
        return host, int(port)

    def _ask_around(self, failed: _Address | None = None) -> asyncio.Task[None]:
        """Get a new map of the slots, unless one is on its way."""
        if self._asking_around is None:
            self._asking_around = asyncio.get_running_loop().create_task(self._find(failed))
        return self._asking_around

    async def _find(self, failed: _Address | None) -> None:
        # The one that has just failed is asked last: it may hang, or believe that it is a master still.
        nodes = dict.fromkeys([*self._lines, *self._start])
        try:
            for address in sorted(nodes, key=lambda address: address == failed):
                try:
                    answer = await LineCaller(self._line(address)).command("CLUSTER", "SLOTS")
                except (StoreError, ResponseError):
                    continue
                self._learn(answer, address)
                return
        finally:
            self._asking_around = None

    def _learn(self, ranges: Sequence[Any], asked: _Address) -> None:
        """The answer to CLUSTER SLOTS: first and last slot, the master, replicas, each by host, port and more."""
        slots: list[_Address | None] = [None] * _SLOTS
        known = {*self._start}
        for first, last, *nodes in ranges:
            # A node that does not know how it is called from outside says nothing.
            at = [self._address((host or b"").decode() or asked[0], port) for host, port, *_ in nodes]
            slots[first : last + 1] = [at[0]] * (last + 1 - first)
            known.update(at)
        self._slots = slots
        for address in known - self._lines.keys():
            # It may be the one to ask when the others are gone. It connects when it is asked.
            self._line(address)
        for address in self._lines.keys() - known:
            self._lines.pop(address).drop("this node is not of the Redis Cluster any more")
