"""The time that an async store has for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from growler_ext.session.store import StoreError

T = TypeVar("T")


def in_time(limit: float, answer: Awaitable[T], own: float | None) -> Awaitable[T]:
    """The same, where a store may have a time-out of its own: its `own_timeout`, None without one.

    One that is no longer is enough. A second one for each operation would cost as much as the operation.
    """
    return answer if own is not None and own <= limit else within(limit, answer)


async def within(limit: float, answer: Awaitable[T]) -> T:
    """What a store answers within so many seconds. Raises StoreError if it does not."""
    try:
        async with asyncio.timeout(limit):
            return await answer
    except TimeoutError as error:
        raise StoreError(f"no answer within {limit:g} s") from error
