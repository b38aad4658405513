"""One way to call sync and async stores, for the contract's tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from types import TracebackType
from typing import TypeVar, cast

from growler_ext.session.store import Answer, Change, Outcome, Record, Store, Touch

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
        self, key: str, fields: Mapping[str, bytes] = {}, ttl: float = 100, lifetime: float | None = None,
        owner: str | None = None,
    ) -> None:  # fmt: skip
        self._now(self._store.create(key, fields, ttl=ttl, lifetime=lifetime, owner=owner))

    def commit(
        self, key: str, changed: Mapping[str, bytes] = {}, removed: Collection[str] = (),
        ttl: float | None = None, owner: str | None = None,
    ) -> Outcome:  # fmt: skip
        return self._now(self._store.commit(key, Change(changed, removed, ttl, owner)))

    def rename(
        self, old: str, new: str, change: Change = Change(), grace: float = 0  # noqa: B008 - it is frozen
    ) -> Outcome:  # fmt: skip
        return self._now(self._store.rename(old, new, change, grace=grace))

    def delete(self, *keys: str) -> int:
        return self._now(self._store.delete(*keys))

    def owned(self, owner: str) -> dict[str, Record]:
        return self._now(self._store.owned(owner))

    def revoke(self, owner: str, keep: Collection[str] = ()) -> int:
        return self._now(self._store.revoke(owner, keep=keep))

    def close(self) -> None:
        self._now(self._store.close())

    def fields(self, key: str) -> Mapping[str, bytes] | None:
        record = self.load(key)
        return None if record is None else record.fields

    def at_once(self, operations: Iterable[Callable[[Store], Answer[T]]]) -> list[T]:
        """The answers of operations that an async store is given at the same time, a sync one in their order."""
        if self._store.sync:
            return [cast("T", operation(self._store)) for operation in operations]
        return self._runner.run(_gather(self._store, operations))


async def _wait(answer: Awaitable[T]) -> T:
    return await answer


async def _gather(store: Store, operations: Iterable[Callable[[Store], Answer[T]]]) -> list[T]:
    return await asyncio.gather(*[_wait(cast("Awaitable[T]", operation(store))) for operation in operations])
