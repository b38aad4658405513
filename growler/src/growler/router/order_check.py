"""Finds guards that guard nothing: a decorator above `@app.get(...)` comes after the route was registered.

    @auth.require()      # wraps a function that is the route already: /secret is open to everybody
    @app.get("/secret")
    def secret(req, res): ...

The decorators of apps and routers note what they register. A guard calls `guarding` on what it is put around, and
the mistake raises where it is made. Decorators that know nothing of that are found by `check_order` when the app is
wired, if their function belongs to a module: the module then holds under that name what is wrapped around the route.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import CellType
from typing import Any
from weakref import WeakKeyDictionary

# What was registered by a decorator, and by which. A call - app.get("/x", function) - is not noted: there the same
# function may well stand guarded elsewhere.
_registered: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

_MAX_LAYERS = 16


class GuardOrderError(TypeError):
    """A decorator stands above the one that registers the route, where it has no effect."""


def guarding(function: Callable[..., Any], guard: str) -> None:
    """To be called by a decorator that guards handlers, with what it is about to wrap.

    Parameters:
        function: the handler.
        guard: what the decorator is called, for people: `"@auth.require(...)"`.

    Raises GuardOrderError when the handler, or what its other decorators have wrapped, was registered by
    `@app.get(...)` or its like before: the route would stay as open as it is.
    """
    for layer in _layers(function):
        registered_by = _registered_by(layer)
        if registered_by is not None:
            raise GuardOrderError(_sentence(layer, registered_by, guard))


def note_registered(function: object, decorator: str) -> None:
    """Called by the decorators of apps and routers."""
    with suppress(TypeError):  # what can be neither hashed nor referred to weakly is no function
        _registered[function] = decorator


def check_order(handlers: Iterable[Callable[..., Any]]) -> None:
    """Raises GuardOrderError when one of these was registered by a decorator and wrapped by another afterwards."""
    for handler in handlers:
        registered_by = _registered_by(handler)
        if registered_by is None:
            continue
        standing = _standing_for(handler)
        if standing is None or standing is handler or _registered_by(standing) is not None:
            continue  # registered as well: then both are meant
        # Only what has taken its name: any other function may close over a route to call it.
        if any(layer is handler or _closes_over(layer, handler) for layer in _layers(standing)):
            raise GuardOrderError(_sentence(handler, registered_by, "the decorator above it"))


def _sentence(function: Any, registered_by: str, guard: str) -> str:
    name = getattr(function, "__qualname__", None) or repr(function)
    return (
        f"{name} was registered by {registered_by} before {guard} was put around it, so that has no effect on the "
        f"route: put {guard} directly above the function and {registered_by} above that. Where the route is meant to "
        "be without it, register the function by a call instead of a decorator."
    )


def _registered_by(function: object) -> str | None:
    try:
        return _registered.get(function)
    except TypeError:  # as in note_registered
        return None


def _standing_for(function: object) -> object | None:
    """What the function's module holds under its name; None for functions inside of functions."""
    found: object | None = sys.modules.get(getattr(function, "__module__", None) or "")
    for part in getattr(function, "__qualname__", "<locals>").split("."):
        found = getattr(found, part, None)
    return found


def _layers(function: object) -> Iterator[object]:
    """A function and what its decorators have wrapped (functools.wraps)."""
    for _ in range(_MAX_LAYERS):
        if function is None:
            return
        yield function
        function = getattr(function, "__wrapped__", None)


def _closes_over(function: object, handler: object) -> bool:
    """Whether a function was made around a handler by a decorator that did without functools.wraps."""
    cells: Iterable[CellType] = getattr(function, "__closure__", None) or ()
    return any(_contents(cell) is handler for cell in cells)


def _contents(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None
