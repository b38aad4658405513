"""What the tests of RedisStore share: a store of each kind, on real servers, and how to see all that lies in them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import redis

_numbers = itertools.count()


def new_prefix() -> str:
    """One that no other test has, so that they can share servers."""
    return f"t{next(_numbers)}:"


def keys_without_ttl(urls: Sequence[str], prefix: str = "") -> list[bytes]:
    """All keys of some servers that would stay for ever."""
    return [key for key, left in _times(urls, prefix) if left < 0]


def _times(urls: Sequence[str], prefix: str) -> Iterator[tuple[bytes, int]]:
    for url in urls:
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(f"{prefix}*"):
                left = client.pttl(key)
                if left != -2:  # it has expired meanwhile
                    yield key, left
