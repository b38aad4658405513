"""Finds the `Shared` that an option means: "memory", a URL of Redis, or an object that is one."""

from __future__ import annotations

from growler_ext.auth.shared import Shared
from growler_ext.auth.shared.memory import MemoryShared

_PARTS = ("allow", "forgive", "burn", "put", "take", "close", "across_processes")


def open_shared(where: Shared | str) -> Shared:
    """Raises ValueError, with the fix, for what is none and for a library that is missing."""
    if isinstance(where, str):
        if where == "memory":
            return MemoryShared()
        if where.partition("://")[0] not in ("redis", "rediss", "unix"):
            raise ValueError(f'throttle: "memory" or "redis://...", not {where.partition("://")[0]!r}')
        try:
            from growler_ext.auth.shared.redis import RedisShared
        except ImportError:
            raise ValueError(
                'throttle="redis://..." needs redis: pip install growler-ext-auth[redis]'
            ) from None
        return RedisShared(where)
    missing = [part for part in _PARTS if not hasattr(where, part)]
    if missing:
        raise ValueError(
            f"throttle: {type(where).__name__} has no {', '.join(missing)}: see growler_ext.auth.shared.Shared"
        )
    return where
