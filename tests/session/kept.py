"""Every store that the behaviour tests run over, all told the time by the same clock."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import redis
from session.async_store import AsyncDictStore

import growler_ext.session as sessions
from growler_ext.session.testing import ManualClock

SECRET = "a secret of the tests, 32 bytes long"


_PATIENCE = 30.0
"""Seconds: these tests are not about time-outs, and machines are busy."""


def sid(id: str) -> dict[str, str]:
    """The header field of a request that has an id."""
    return {"Cookie": f"sid={id}"}


class Kept(ABC):
    """A store for a test: `store` is what Session is given."""

    store: Any
    on_the_server = True

    def __init__(self) -> None:
        self.clock = ManualClock()

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    @abstractmethod
    def count(self) -> int:
        """How many sessions there are."""

    def close(self) -> None:  # noqa: B027 - not every kind leaves something
        """Remove what is left."""


class InDict(Kept):
    def __init__(self) -> None:
        super().__init__()
        self.store = sessions.DictStore(clock=self.clock)

    def count(self) -> int:
        return len(self.store)


class InAsyncDict(Kept):
    def __init__(self) -> None:
        super().__init__()
        self.store = AsyncDictStore(clock=self.clock)

    def count(self) -> int:
        return len(self.store)


class InRedis(Kept):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = redis.Redis.from_url(url)
        self._prefix = f"{secrets.token_hex(4)}:"
        self.store = sessions.RedisStore(url, prefix=self._prefix, clock=self.clock, timeout=_PATIENCE)

    def _keys(self) -> list[bytes]:
        return self._client.keys(self._prefix + "*")

    def count(self) -> int:
        return sum(
            1
            for key in self._keys()
            if self._client.type(key) == b"hash"
            and self._client.hexists(key, "c")
            and float(self._client.hget(key, "e")) > self.clock.now
        )

    def close(self) -> None:
        if keys := self._keys():
            self._client.delete(*keys)
        self._client.close()


class InSqlite(Kept):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.mkdtemp()
        self._file = Path(self._folder, "sessions.db")
        self.store = sessions.SqliteStore(self._file, clock=self.clock, timeout=_PATIENCE)

    def count(self) -> int:
        if not self._file.exists():
            return 0
        connection = sqlite3.connect(self._file)
        try:
            (count,) = connection.execute(
                "SELECT count(*) FROM records WHERE expires > ?", [self.clock.now]
            ).fetchone()
        finally:
            connection.close()
        return count

    def close(self) -> None:
        shutil.rmtree(self._folder)


class InCookie(Kept):
    on_the_server = False

    def __init__(self) -> None:
        super().__init__()
        self.store = sessions.CookieStore(SECRET, clock=self.clock)

    def count(self) -> int:
        return 0  # nothing is on the server


KINDS = ("dict", "async", "redis", "sqlite", "cookie")


def on_the_server(reason: str) -> Any:
    """Not for sessions that are all in the cookie, for this reason."""

    def mark(test: Any) -> Any:
        test.on_the_server = reason
        return test

    return mark
