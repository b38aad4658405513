"""starsessions in Redis."""

import os

from _session_starsessions import run
from starsessions.stores.redis import RedisStore

if __name__ == "__main__":
    run(RedisStore(os.environ["REDIS_URL"]))
