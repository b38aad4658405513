"""aiohttp-session in Redis."""

import os

import uvloop
from _session_aiohttp import run
from aiohttp_session.redis_storage import RedisStorage
from redis.asyncio import Redis


async def main() -> None:
    await run(RedisStorage(Redis.from_url(os.environ["REDIS_URL"]), max_age=14 * 86400))


if __name__ == "__main__":
    uvloop.run(main())
