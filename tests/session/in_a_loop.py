"""What a test does with a store, in an event loop of its own; the store is closed in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


def within(coroutine: Coroutine[Any, Any, Any], store: Any, seconds: float = 60) -> Any:
    """The result of a coroutine. `seconds` is no measurement: it ends a test that would hang."""

    async def guarded() -> Any:
        try:
            async with asyncio.timeout(seconds):
                return await coroutine
        finally:
            await store.close()

    return asyncio.run(guarded())


def run(store: Any, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """The result of `work(store)`."""
    return within(work(store), store)
