"""`Router`: registers middleware, routes and other routers in order, and unrolls itself into table entries."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from growler.http.methods import HTTPMethod
from growler.router.inspection import Inspection, MiddlewareNode
from growler.router.pattern import Pattern, parse
from growler.router.plan import Handler
from growler.router.table import Entry
from growler.router.wiring import Path, Wiring


@dataclass(frozen=True, slots=True)
class _Registration:
    pattern: Pattern
    mask: HTTPMethod
    target: Handler | Router
    exact: bool


class Router(Wiring, Inspection):
    """Routes and middleware that belong together, to be mounted at a path: `app.use("/blog", router)`."""

    def __init__(self) -> None:
        self._registrations: list[_Registration] = []
        self._mounted_in: list[Router] = []

    # Routes

    def add(self, method: HTTPMethod, path: Path, handler: Handler) -> Router:
        """Answer requests of these methods for exactly this path (one trailing slash aside). Returns the router.

        Parameters:
            method: one or several, `HTTPMethod.GET | HTTPMethod.POST`. GET answers HEAD too.
            path: `/users/:id` (parameters in `req.params`) or a compiled regex, which must match to the end.
            handler: `(req, res)`, sync or async; with exactly three parameters an error handler `(req, res, error)`.

        Raises TypeError and ValueError for what can never work, naming the fix.
        """
        self._register(_Registration(parse(path), method, _checked(handler), exact=True))
        return self

    add_route = add

    # Middleware

    def mount(self, path: Path, middleware: Any, mask: HTTPMethod) -> None:
        """See `use`, which calls this."""
        pattern = parse(path)
        for target in _unrolled(middleware):
            if isinstance(target, Router):
                self._mount(pattern, target, mask)
            else:
                self._register(_Registration(pattern, mask, _checked(target), exact=False))
                tell = getattr(target, "__growler_mounted__", None)
                if tell is not None:  # it makes URLs of its own
                    tell(self, pattern)

    def seen_from_app(self, pattern: Pattern) -> Pattern | None:
        """A path below this router as seen from the app's root; None while no app has this router."""
        for router in self._mounted_in:
            for reg in router._registrations:
                if reg.target is self:
                    return router.seen_from_app(pattern.below(reg.pattern))
        return None

    def _mount(self, pattern: Pattern, router: Router, mask: HTTPMethod) -> None:
        if self is router or router._holds(self):
            raise ValueError("a router cannot be mounted below itself")
        for entry in router.entries():
            self._check(entry.pattern.below(pattern))
        self._register(_Registration(pattern, mask, router, exact=False))
        router._mounted_in.append(self)

    def _holds(self, other: Router) -> bool:
        return any(
            isinstance(reg.target, Router) and (reg.target is other or reg.target._holds(other))
            for reg in self._registrations
        )

    def _check(self, pattern: Pattern) -> None:
        """Raise now what a pattern would raise at the first request, seen from every router above."""
        for router in self._mounted_in:
            for reg in router._registrations:
                if reg.target is self:
                    router._check(pattern.below(reg.pattern))

    def _register(self, registration: _Registration) -> None:
        self._check(registration.pattern)
        self._registrations.append(registration)
        self.changed()

    def changed(self) -> None:
        """Called after every registration; routers that hold this one hear of it too."""
        for router in self._mounted_in:
            router.changed()

    # For the table and for those who look

    def entries(self) -> Iterator[Entry]:
        """Every handler below this router in order of registration, sub-routers unrolled where they stand."""
        for reg in self._registrations:
            if isinstance(reg.target, Router):
                depth = len(reg.pattern.segments)
                for entry in reg.target.entries():
                    yield Entry(
                        entry.pattern.below(reg.pattern),
                        entry.exact,
                        entry.depth + depth,
                        entry.mask & reg.mask,
                        entry.handler,
                        entry.handles_errors,
                    )
            else:
                # A route sees the whole path below its router; a middleware what follows its own mount point.
                depth = 0 if reg.exact else len(reg.pattern.segments)
                yield Entry(reg.pattern, reg.exact, depth, reg.mask, reg.target, _handles_errors(reg.target))

    def nodes(self) -> list[MiddlewareNode]:
        """The registrations, in order; see `Inspection` for more to look at."""
        return [
            MiddlewareNode(
                reg.target,
                reg.pattern,
                reg.mask,
                is_errorhandler=not isinstance(reg.target, Router) and _handles_errors(reg.target),
                is_subchain=isinstance(reg.target, Router),
            )
            for reg in self._registrations
        ]


def _unrolled(middleware: Any) -> Iterable[Any]:
    """A router out of everything that can become one; the items of an iterable; else the thing itself."""
    make_router: Callable[[], Router] | None = getattr(middleware, "__growler_router__", None)
    if make_router is not None and not isinstance(middleware, type):
        return [make_router()]
    if isinstance(middleware, Router) or callable(middleware):
        return [middleware]
    if isinstance(middleware, Iterable):
        return [target for item in middleware for target in _unrolled(item)]
    return [middleware]


def _checked(handler: Any) -> Handler:
    if not callable(handler):
        raise TypeError(
            f"{handler!r} cannot be called: middleware is a function or object called as (req, res)"
        )
    if isinstance(handler, type):
        raise TypeError(f"{handler.__name__} is a class: use an instance, {handler.__name__}(...)")
    count = _arity(handler)
    asks_for_next = count == 3 and "next" in inspect.signature(handler).parameters
    if count is not None and (count not in (2, 3) or asks_for_next):
        name = getattr(handler, "__qualname__", repr(handler))
        raise TypeError(f"{name} takes {count} arguments: a handler takes (req, res), an error handler "
                        "(req, res, error); there is no `next`, the chain goes on by itself")  # fmt: skip
    return handler  # type: ignore[no-any-return]  # narrowed to a callable above


def _handles_errors(handler: Handler) -> bool:
    return _arity(handler) == 3


def _arity(handler: Handler) -> int | None:
    """How many arguments a handler is called with: 3 if it demands three, else 2; None if it does not say.

    Parameters with defaults do not count: `def f(req, res, db=None)` is an ordinary handler.
    """
    try:
        parameters = inspect.signature(handler).parameters.values()
    except ValueError:  # some builtins have no signature
        return None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind == p.VAR_POSITIONAL for p in parameters):
        return max(2, len([p for p in positional if p.default is p.empty]))
    required = len([p for p in positional if p.default is p.empty])
    return 2 if required < 2 <= len(positional) else required
