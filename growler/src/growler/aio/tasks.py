"""Starting a coroutine from a callback, with as little detour as the Python version allows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Coroutine
from typing import Any

if sys.version_info >= (3, 12):

    def start(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task whose first step runs at once, so that one which never waits is done when this returns."""
        return asyncio.Task(work, loop=loop, eager_start=True)

else:

    def start(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task; eager ones came with Python 3.12."""
        return loop.create_task(work)


def as_coroutine(pending: Awaitable[None]) -> Coroutine[Any, Any, None]:
    """A coroutine of whatever can be awaited."""
    if asyncio.iscoroutine(pending):
        return pending

    async def wait() -> None:
        await pending

    return wait()
