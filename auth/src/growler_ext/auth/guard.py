"""Guards: `Guard` puts a demand in front of handlers; what is done with a request is decided in `demand`.

One `Guard` serves as decorator under `@app.get(...)` and as middleware. A guarded handler stays sync if it was,
and still takes `(req, res)`: the core counts the parameters, three are those of an error handler. `Public` is
the opposite, for apps that require a login by default.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, overload

from growler.http.request import Request
from growler.http.response import Response
from growler.router import guarding
from growler_ext.auth.demand import Demand
from growler_ext.auth.waiting import after, settled

Handler = Callable[..., Any]
Admit = Callable[[Request, Response, Demand], bool | Awaitable[bool]]


def check_handler(handler: object, decorator: str) -> None:
    """Raise TypeError, with the fix, for what cannot stand under a decorator of Auth - GuardOrderError where the
    decorator stands above the route's."""
    if isinstance(handler, type) or not callable(handler):
        raise TypeError(
            f"{handler!r} is no handler: put @{decorator} on a function, directly under @app.get(...)"
        )
    guarding(handler, f"@{decorator}")
    parameters = inspect.signature(handler).parameters.values()
    required = [
        p.name
        for p in parameters
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    # In a class body a handler still has its `self`.
    if len(required) == 3 and required[0] != "self":
        raise TypeError(
            f"{handler!r} handles errors, which come to it from everywhere: no @{decorator} on it"
        )


class Guarded:
    """A handler behind a guard. As a method of a class it guards the bound method."""

    def __init__(self, handler: Handler, admit: Admit, demand: Demand) -> None:
        self.handler = handler
        self._admit = admit
        self._demand = demand
        functools.update_wrapper(self, handler, updated=())  # the attributes of a guard inside are not ours

    def __call__(self, req: Request, res: Response) -> Any:
        admitted = self._admit(req, res, self._demand)
        if isinstance(admitted, bool):  # without a closure for who need not wait
            return self.handler(req, res) if admitted else None
        return _then(admitted, self.handler, req, res)

    def __get__(self, instance: object, owner: type | None = None) -> Guarded:
        if instance is None:
            return self
        return Guarded(self.handler.__get__(instance, owner), self._admit, self._demand)


class Public:
    """A route that nobody has to be logged in for.

    Parameters:
        handler: what answers.
        close: called behind it. A handler that leaves the request to the next route must not open that one.
    """

    def __init__(self, handler: Handler, close: Callable[[Request, Response], None]) -> None:
        self.handler = handler
        self._close = close
        functools.update_wrapper(self, handler, updated=())  # the attributes of a guard inside are not ours

    def __call__(self, req: Request, res: Response) -> Any:
        return after(self.handler(req, res), lambda _: self._close(req, res))

    def __get__(self, instance: object, owner: type | None = None) -> Public:
        return self if instance is None else Public(self.handler.__get__(instance, owner), self._close)


class Guard:
    """Lets through who meets a demand; made by `auth.require(...)`.

    Parameters:
        admit: whether a request may pass; it has decided the answer if not.
        demand: what is asked for.
    """

    def __init__(self, admit: Admit, demand: Demand) -> None:
        self._admit = admit
        self._demand = demand

    @overload
    def __call__(self, first: Handler) -> Guarded: ...
    @overload
    def __call__(self, first: Request, res: Response) -> Awaitable[None] | None: ...

    def __call__(self, first: Any, res: Response | None = None) -> Guarded | Awaitable[None] | None:
        """`guard(handler)` guards a handler; `guard(req, res)` is the middleware."""
        if res is None:
            return self._around(first)
        # What has to be waited for is; whether it may pass is known by whether an answer was decided.
        return after(self._admit(first, res, self._demand), lambda _: None)

    def _around(self, handler: Handler) -> Guarded:
        check_handler(handler, "auth.require(...)")
        return Guarded(handler, self._admit, self._demand)


async def _then(admitted: Awaitable[bool], handler: Handler, req: Request, res: Response) -> Any:
    return await settled(handler(req, res)) if await admitted else None
