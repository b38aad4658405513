"""A clock that is turned by hand: what happens after a minute is tested in no time, and to the second."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

TURNS = 30  # of the loop: more than any answer here takes


class Loop(asyncio.SelectorEventLoop):
    """Its clock stands still until somebody turns it."""

    now = 1000.0

    def time(self) -> float:
        return self.now


def by_hand(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test that is a coroutine in a `Loop`."""

    @functools.wraps(test)  # pytest sees its parameters
    def run(*arguments: object, **named: object) -> None:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(test(*arguments, **named))

    return run


async def pass_time(seconds: float = 0) -> None:
    """Turn the clock of the running `Loop`, and let whatever is ready run."""
    asyncio.get_running_loop().now += seconds  # type: ignore[attr-defined]  # it is a Loop
    for _ in range(TURNS):
        await asyncio.sleep(0)
