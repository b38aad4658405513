"""Guards: who may pass is decided by `decide`, on values; `Guard` puts that in front of handlers.

One `Guard` serves as decorator under `@app.get(...)` and as middleware. A guarded handler stays sync if it was,
and still takes `(req, res)`: the core counts the parameters, three are those of an error handler. `Public` is
the opposite, for apps that require a login by default.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from enum import Enum
from typing import Any, overload

from growler.http.request import Request
from growler.http.response import Response
from growler.router import guarding
from growler_ext.auth.waiting import after

Handler = Callable[..., Any]
Admit = Callable[[Request, Response, frozenset[str]], bool]


class Access(Enum):
    """What is done with a request."""

    GRANTED = "granted"
    UNKNOWN = "not logged in"  # 401: logging in may help
    FORBIDDEN = "lacks a permission"  # 403: it would not


def decide(held: Collection[str] | None, wanted: frozenset[str]) -> Access:
    """Whether a user who has these permissions, None for nobody, may do what needs all of the wanted ones.

    >>> decide({"read"}, frozenset({"read", "write"}))
    <Access.FORBIDDEN: 'lacks a permission'>
    """
    if held is None:
        return Access.UNKNOWN
    return Access.GRANTED if wanted.issubset(held) else Access.FORBIDDEN


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

    def __init__(self, handler: Handler, admit: Admit, wanted: frozenset[str]) -> None:
        self.handler = handler
        self._admit = admit
        self._wanted = wanted
        functools.update_wrapper(self, handler, updated=())  # the attributes of a guard inside are not ours

    def __call__(self, req: Request, res: Response) -> Any:
        return self.handler(req, res) if self._admit(req, res, self._wanted) else None

    def __get__(self, instance: object, owner: type | None = None) -> Guarded:
        if instance is None:
            return self
        return Guarded(self.handler.__get__(instance, owner), self._admit, self._wanted)


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
    """Lets through who is logged in and has all permissions; made by `auth.require(...)`.

    Parameters:
        admit: whether a request may pass; it has decided the answer if not.
        wanted: the permissions that are needed.
    """

    def __init__(self, admit: Admit, wanted: frozenset[str]) -> None:
        self._admit = admit
        self._wanted = wanted

    @overload
    def __call__(self, first: Handler) -> Guarded: ...
    @overload
    def __call__(self, first: Request, res: Response) -> None: ...

    def __call__(self, first: Any, res: Response | None = None) -> Guarded | None:
        """`guard(handler)` guards a handler; `guard(req, res)` is the middleware."""
        if res is None:
            return self._around(first)
        self._admit(first, res, self._wanted)
        return None

    def _around(self, handler: Handler) -> Guarded:
        check_handler(handler, "auth.require(...)")
        return Guarded(handler, self._admit, self._wanted)
