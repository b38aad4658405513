"""`RedisShared`: `Shared` in Redis, for several processes. Every step is one command or one script: one round trip.

Keys are hashed, since they hold names and addresses, and every one has a TTL. They share a hash tag, so a script may
touch several of them in a cluster too.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from growler_ext.auth.shared import Rate, SharedError

T = TypeVar("T")

# GCRA. KEYS: one per limit; ARGV: for each its step and its whole period in microseconds. Redis's own clock, so that
# processes need not agree on theirs. Returns the microseconds to wait.
_ALLOW = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait, arrivals = 0, {}
for i, key in ipairs(KEYS) do
  local step, period = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local arrival = math.max(tonumber(redis.call('GET', key) or now), now)
  if arrival > now + period + 1000000 then arrival = now end -- the clock was set back
  wait = math.max(wait, arrival - now - (period - step))
  arrivals[i] = arrival + step
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', arrivals[i]), 'PX', math.ceil((arrivals[i] - now) / 1000) + 1)
end
return 0
"""

_TAKE = """
local value = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return value
"""


class RedisShared:
    """
    Parameters:
        url: redis://, rediss:// or unix://.
        timeout: seconds until a silent server counts as broken.
        prefix: in front of all keys.
    """

    across_processes = True

    def __init__(self, url: str, *, timeout: float = 1.0, prefix: str = "auth") -> None:
        self._timeout = timeout
        self._prefix = f"{{{prefix}}}:"
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=20,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # A login is not worth waiting for: who is refused tries again.
            retry=Retry(NoBackoff(), 0),
        )
        self._redis: Any = Redis.from_pool(pool)
        self._allow = self._redis.register_script(_ALLOW)
        self._take = self._redis.register_script(_TAKE)

    async def allow(self, limits: Sequence[tuple[str, Rate]]) -> float:
        figures = [
            round(figure * 1_000_000)
            for _, rate in limits
            for figure in (rate.seconds / rate.tries, rate.seconds)
        ]
        wait: int = await self._within(
            self._allow(keys=[self._key("t", key) for key, _ in limits], args=figures)
        )
        return wait / 1_000_000

    async def forgive(self, keys: Sequence[str]) -> None:
        await self._within(self._redis.delete(*(self._key("t", key) for key in keys)))

    async def burn(self, key: str, ttl: float) -> bool:
        return bool(
            await self._within(self._redis.set(self._key("b", key), b"", nx=True, px=_milliseconds(ttl)))
        )

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        await self._within(self._redis.set(self._key("v", key), value, px=_milliseconds(ttl)))

    async def take(self, key: str) -> bytes | None:
        return cast("bytes | None", await self._within(self._take(keys=[self._key("v", key)])))

    async def close(self) -> None:
        await self._redis.aclose(close_connection_pool=True)

    def _key(self, kind: str, key: str) -> str:
        return f"{self._prefix}{kind}:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"

    async def _within(self, command: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._timeout):
                return await command
        except (RedisError, OSError, TimeoutError) as error:
            raise SharedError(f"Redis: {type(error).__name__}") from error


def _milliseconds(seconds: float) -> int:
    return max(round(seconds * 1000), 1)
