"""The time that an async store has for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from growler_ext.session.store import StoreError

T = TypeVar("T")


async def within(limit: float, answer: Awaitable[T]) -> T:
    """What a store answers within so many seconds. Raises StoreError if it does not."""
    try:
        async with asyncio.timeout(limit):
            return await answer
    except TimeoutError as error:
        raise StoreError(f"no answer within {limit:g} s") from error
