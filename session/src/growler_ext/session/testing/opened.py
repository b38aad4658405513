"""One way to call sync and async stores, for the contract's tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from types import TracebackType
from typing import TypeVar, cast

from growler_ext.session.store import Answer, Record, Store, Touch

T = TypeVar("T")


class Opened:
    """A store whose answers are there at once, whichever kind it is; closed at the end of a `with`."""

    def __init__(
        self, open_store: Callable[[], Answer[Store]], close_store: Callable[[Store], Answer[None]]
    ) -> None:
        self._open = open_store
        self._close = close_store
        self._runner = asyncio.Runner()

    def __enter__(self) -> Opened:
        self._store: Store = self._now(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._now(self._close(self._store))
        self._runner.close()

    def _now(self, answer: Answer[T]) -> T:
        if isinstance(answer, Awaitable):
            return self._runner.run(_wait(cast("Awaitable[T]", answer)))
        return answer

    def load(self, key: str, touch: Touch | None = None) -> Record | None:
        return self._now(self._store.load(key, touch=touch))

    def create(
        self, key: str, fields: Mapping[str, bytes], ttl: float = 100, lifetime: float | None = None
    ) -> None:
        self._now(self._store.create(key, fields, ttl=ttl, lifetime=lifetime))

    def commit(
        self,
        key: str,
        changed: Mapping[str, bytes] = {},
        removed: Collection[str] = (),
        ttl: float | None = None,
    ) -> bool:
        return self._now(self._store.commit(key, changed, removed, ttl=ttl))

    def rename(
        self, old: str, new: str, changed: Mapping[str, bytes] = {}, removed: Collection[str] = (),
        ttl: float | None = None,
    ) -> bool:  # fmt: skip
        return self._now(self._store.rename(old, new, changed, removed, ttl=ttl))

    def delete(self, *keys: str) -> int:
        return self._now(self._store.delete(*keys))

    def fields(self, key: str) -> Mapping[str, bytes] | None:
        record = self.load(key)
        return None if record is None else record.fields


async def _wait(answer: Awaitable[T]) -> T:
    return await answer
