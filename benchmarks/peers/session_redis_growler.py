"""Growler, session in Redis."""

import os

from _session_growler import run

from growler_ext.session import RedisStore

if __name__ == "__main__":
    run(RedisStore(os.environ["REDIS_URL"]))
