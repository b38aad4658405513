"""From a URL, or a client of redis-py, to connections: what a store needs of either is a way to make one.

The connections are the store's own, with the settings of the URL or the client: a client that was given is neither used
up nor closed. redis-py does the connecting: TLS, passwords, databases, the search for the master through Sentinel.
"""

from __future__ import annotations

import contextlib
from asyncio import StreamWriter
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection, ConnectionPool, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_SCHEMES: Final = ("redis://", "rediss://", "unix://", "redis+sentinel://", "rediss+sentinel://")
_SENTINEL_PORT: Final = 26379


class Server(NamedTuple):
    """What makes a connection to a server, not yet connected; and what frees all else that this took."""

    connection: Callable[[], AbstractConnection]
    close: Callable[[], Awaitable[None]]


def by_url(url: str, timeout: float) -> Callable[[], Server]:
    """What makes a Server for one event loop. Raises ValueError, whose text does not show the URL's password."""
    scheme = url.partition("://")[0]
    if f"{scheme}://" not in _SCHEMES:
        raise ValueError(f"the URL of a Redis begins with {', '.join(_SCHEMES)}, not with {scheme[:20]!r}")
    # No retries: they would go on behind a request that has had its answer. Time is limited by the store: redis-py's
    # own limit would close connections that are merely idle.
    options: dict[str, Any] = {
        "socket_timeout": None,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    if not scheme.endswith("+sentinel"):
        pool = ConnectionPool.from_url(url, **options)
        return lambda: Server(pool.make_connection, _nothing)
    hosts, service, master = _sentinel_url(url)
    # One of them may hang; there has to be time for the others and for the master.
    patience = timeout / (len(hosts) + 1)
    options["ssl"] = scheme.startswith("rediss")
    asking = options | {"socket_timeout": patience, "socket_connect_timeout": patience}
    asking |= {name: value for name, value in master.items() if name.startswith("ssl_")}

    def open_sentinel() -> Server:
        sentinel = Sentinel(hosts, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]  # redis-py has no type
        client = sentinel.master_for(service, **options | master)

        async def close() -> None:
            for one in sentinel.sentinels:
                await one.aclose()

        # The client holds the pool that its connections refer to.
        return Server(lambda: client.connection_pool.make_connection(), close)

    return open_sentinel


def by_client(client: Redis) -> Callable[[], Server]:
    """What makes a Server for one event loop."""
    return lambda: Server(client.connection_pool.make_connection, _nothing)


async def disconnect(connection: AbstractConnection) -> None:
    """Close a connection at once.

    The polite end of TLS takes a round trip, which a Redis that hangs never answers and a loop that ends never waits
    for: the socket would stay open until the collector comes. So nothing else may have closed it before, and redis-py
    is told not to when reading fails.
    """
    writer = writer_of(connection)
    with contextlib.suppress(RedisError, OSError):
        await connection.disconnect(nowait=True)
    if writer is not None:
        writer.transport.abort()


def writer_of(connection: AbstractConnection) -> StreamWriter | None:
    """What a connection writes to; None if it is not connected."""
    return getattr(connection, "_writer", None)  # redis-py has no other way to it


def _sentinel_url(url: str) -> tuple[list[tuple[str, int]], str, dict[str, Any]]:
    """Sentinels, service, and the options of connections to the master."""
    # Not by urlsplit: it knows one host, and since Python 3.14 no brackets behind the first.
    beginning, _, query = url.partition("?")
    authority, _, path = beginning.partition("://")[2].partition("/")
    user, at, addresses = authority.rpartition("@")
    service, _, database = path.strip("/").partition("/")
    if not service:
        raise ValueError("a URL for Sentinel names the service: redis+sentinel://host:26379,host2/SERVICE/0")
    options: dict[str, Any] = dict(parse_url(f"redis://{user}{at}master/{database}?{query}"))
    del options["host"]
    return [_address(address) for address in addresses.split(",")], service, options


def _address(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("a URL for Sentinel has an empty host name")
    return parts.hostname, parts.port or _SENTINEL_PORT


async def _nothing() -> None:
    """Connections close with whoever made them."""
