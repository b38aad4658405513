"""Continue now with what is known already, later with what has to be waited for.

Directories of users and methods may be sync or async. With `after` one piece of code serves both, and a
request that nothing has to wait for costs no coroutine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def after(value: T | Awaitable[T], then: Callable[[T], R | Awaitable[R]]) -> R | Awaitable[R]:
    """`then(value)`: at once, or as an awaitable where the value is one."""
    if isawaitable(value):
        return _later(value, then)
    return then(value)


async def _later(value: Awaitable[T], then: Callable[[T], R | Awaitable[R]]) -> R:
    return await settled(then(await value))


async def settled(value: T | Awaitable[T] | Any) -> T:
    """The value itself, waited for where that is needed."""
    if isawaitable(value):
        value = await value
    return value
