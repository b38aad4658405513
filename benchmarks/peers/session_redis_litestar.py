"""Litestar's session in Redis."""

import os

from _session_litestar import run
from litestar.stores.redis import RedisStore

if __name__ == "__main__":
    run(RedisStore.with_client(os.environ["REDIS_URL"]))
