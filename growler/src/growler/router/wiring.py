"""What App and Router share: `use` and the verbs `get`, `post` ..., to be called with a handler or as decorators."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, overload

from growler.http.methods import HTTPMethod
from growler.router.order_check import note_registered
from growler.router.plan import Handler

if TYPE_CHECKING:
    from growler.router.router import Router

Path = str | re.Pattern[str]
F = TypeVar("F", bound=Handler)
M = TypeVar("M")


class Decorator(Protocol):
    """Registers a function and gives it back as it was."""

    def __call__(self, function: F, /) -> F: ...


class Verb(Protocol):
    """Answers requests of one method for a path.

    `app.get("/users/:id", handler)` returns the router, so that calls can be chained; `@app.get("/users/:id")`
    decorates. A handler for GET answers HEAD too. See `Router.add` for what a path and a handler may be.
    """

    @overload
    def __call__(self, path: Path, middleware: Handler) -> Router: ...
    @overload
    def __call__(self, path: Path = "/", middleware: None = None) -> Decorator: ...


class _VerbOf:
    """Makes the verb of one method, bound to the app or router it is asked of."""

    def __init__(self, method: HTTPMethod) -> None:
        self._method = method

    def __set_name__(self, cls: type[Wiring], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, cls: type[Wiring]) -> Callable[..., Any]: ...
    @overload
    def __get__(self, owner: Wiring, cls: type[Wiring]) -> Verb: ...

    def __get__(self, owner: Wiring | None, cls: type[Wiring]) -> Any:
        if owner is None:  # Router.get(router, "/", handler), as with any method
            return lambda owner, *args, **options: self.__get__(owner, cls)(*args, **options)

        def verb(path: Path = "/", middleware: Handler | None = None) -> Any:
            if middleware is not None:
                return owner.add(self._method, path, middleware)
            if callable(path):
                raise TypeError(f'@app.{self._name} has no path: write @app.{self._name}("/...") above it')

            def decorate(function: F) -> F:
                owner.add(self._method, path, function)
                note_registered(function, f"@app.{self._name}({_written(path)})")
                return function

            return decorate

        return verb


class Wiring(ABC):
    """Where handlers can be registered."""

    all: _VerbOf = _VerbOf(HTTPMethod.ALL)
    get: _VerbOf = _VerbOf(HTTPMethod.GET)
    post: _VerbOf = _VerbOf(HTTPMethod.POST)
    put: _VerbOf = _VerbOf(HTTPMethod.PUT)
    delete: _VerbOf = _VerbOf(HTTPMethod.DELETE)
    patch: _VerbOf = _VerbOf(HTTPMethod.PATCH)
    head: _VerbOf = _VerbOf(HTTPMethod.HEAD)
    options: _VerbOf = _VerbOf(HTTPMethod.OPTIONS)

    @abstractmethod
    def add(self, method: HTTPMethod, path: Path, handler: Handler) -> Router:
        """Register a handler for exactly this path."""

    @abstractmethod
    def mount(self, path: Path, middleware: Any, mask: HTTPMethod) -> None:
        """Register middleware for this path and everything below it."""

    @overload
    def use(self, middleware: Path, path: None = None, method_mask: HTTPMethod = ...) -> Decorator: ...
    @overload
    def use(
        self, middleware: None = None, path: Path | None = None, method_mask: HTTPMethod = ...
    ) -> Decorator: ...
    @overload
    def use(self, middleware: Path, path: M, method_mask: HTTPMethod = ...) -> M: ...
    @overload
    def use(self, middleware: M, path: Path | None = None, method_mask: HTTPMethod = ...) -> M: ...

    def use(self, middleware: Any = None, path: Any = None, method_mask: HTTPMethod = HTTPMethod.ALL) -> Any:
        """Run middleware for this path and everything below it; both orders of the arguments work.

        Parameters:
            middleware: a handler, a router, an object of a `routerclass`, or an iterable of these.
            path: the mount point, "/" if None. `req.path` is what follows it.
            method_mask: the methods to run it for.

        Returns the middleware, so that `@app.use`, `@app.use("/x")` and `@app.use(path="/x")` decorate.
        Raises TypeError and ValueError for what can never work, naming the fix.
        """
        if isinstance(middleware, str | re.Pattern):
            middleware, path = path, middleware
        if middleware is None:

            def decorate(function: M) -> M:
                self.use(function, path, method_mask)
                note_registered(function, "@app.use(...)")
                return function

            return decorate
        self.mount("/" if path is None else path, middleware, method_mask)
        if path is None and isinstance(middleware, FunctionType):  # most likely `@app.use`
            note_registered(middleware, "@app.use")
        return middleware

    def add_router(self, path: Path, router: Any) -> Self:
        """Mount a router."""
        self.use(router, path)
        return self


def _written(path: Path) -> str:
    return repr(path.pattern if isinstance(path, re.Pattern) else path)
