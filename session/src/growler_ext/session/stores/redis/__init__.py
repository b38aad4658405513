"""Sessions in Redis or Valkey: `RedisStore`. Needs redis-py, the extra `redis`."""

from importlib.util import find_spec

if find_spec("redis") is None:
    raise ModuleNotFoundError(
        "RedisStore needs redis-py: pip install 'growler-ext-session[redis]'", name="redis"
    )

from growler_ext.session.stores.redis.store import RedisStore

__all__ = ["RedisStore"]
