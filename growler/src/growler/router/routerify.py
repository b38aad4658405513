"""Routers out of objects: methods named `get_...`, `post_...` whose docstring begins with a path.

@routerclass
class Blog:
    def get_post(self, req, res):
        '''/:id

        One post.
        '''

app.use("/blog", Blog())
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from growler.http.methods import METHODS, HTTPMethod
from growler.router.router import Router

_NAME = re.compile(r"(all|get|post|put|delete|patch|head|options)_", re.IGNORECASE).match
C = TypeVar("C", bound=type)


def get_routing_attributes(
    obj: Any, modify_doc: bool = False, keys: Iterable[str] | None = None
) -> Iterator[tuple[HTTPMethod, str, Callable[..., Any]]]:
    """Method, path and function of every attribute that is a route, in order of definition.

    A route is callable, named after a method and has a docstring whose first word begins with a slash;
    an ordinary docstring makes no route.

    Parameters:
        obj: an instance, a module, anything with attributes.
        modify_doc: take the path out of the docstrings; bound methods refuse that with an AttributeError.
        keys: the names to look at; all if None.
    """
    for name in _defined_names(obj) if keys is None else keys:
        found = _NAME(name)
        if found is None:
            continue
        function = getattr(obj, name, None)
        words = (getattr(function, "__doc__", None) or "").split(maxsplit=1)
        if callable(function) and words and words[0].startswith("/"):
            if modify_doc:
                function.__doc__ = words[1] if len(words) == 2 else ""
            verb = found[1].upper()
            yield (HTTPMethod.ALL if verb == "ALL" else METHODS[verb]), words[0], function


def routerify(obj: Any) -> Router:
    """A router made of the routes of any object with attributes: an instance, a module."""
    router = Router()
    for method, path, function in get_routing_attributes(obj):
        router.add(method, path, function)
    with suppress(AttributeError):  # an object with __slots__
        obj.__growler_router = router  # where old programs look for it
    return router


def routerclass(cls: C) -> C:
    """Class decorator: instances become routers when they are used."""
    cls.__growler_router__ = routerify  # type: ignore[attr-defined]  # this is what the decorator is for
    cls.__growler_router = routerify  # type: ignore[attr-defined]  # where old programs look for it
    return cls


class RouterMeta(type):
    """Metaclass with the effect of `routerclass`."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        routerclass(cls)


def _defined_names(obj: Any) -> list[str]:
    """Attribute names in order of definition, base classes first; `dir()` would sort them."""
    names: dict[str, None] = {}
    for owner in reversed(type(obj).__mro__):
        names.update(dict.fromkeys(vars(owner)))
    names.update(dict.fromkeys(getattr(obj, "__dict__", ())))
    return list(names)
