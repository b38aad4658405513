"""The values of a template: merged into a new dict, after a look at what cannot have been meant.

Values are one argument and never options: nothing in them configures an engine, as in the systems where
`render(name, request.query)` ran code of the client's choice (CVE-2022-29078 and its like).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import iscoroutinefunction
from types import AsyncGeneratorType, FunctionType, MethodType, NoneType
from typing import Any, NoReturn

# Types that need no second look; most values have one of these.
_PLAIN = frozenset({str, int, float, bool, NoneType, list, tuple, dict})


_FUNCTIONS = frozenset({FunctionType, MethodType})

_WORDS = re.compile(r"[ .]")
_SOURCES = {
    "Query": "req.query",
    "Form": "the form",
    "RequestHeaders": "req.headers",
    "Cookies": "req.cookies",
}


def merge(
    shared: Mapping[str, object], local: Mapping[str, object], values: Mapping[str, object] | None
) -> dict[str, object]:
    """`shared` (checked before) below `local` below `values`, in a new dict. Raises TypeError as `check` does."""
    check(local)
    if values is None:
        return {**shared, **local}
    check(values)
    return {**shared, **local, **values}


def check(values: Any) -> None:
    """Raise TypeError for what is no mapping of names to values that can be shown.

    Mappings that hold a request's data are refused too: the client would choose the names.
    """
    if type(values) is not dict:
        _check_mapping(values)
    for name, value in values.items():
        if type(name) is not str:
            raise TypeError(f"names of values are str, not {type(name).__name__}")
        if type(value) not in _PLAIN:
            _check_value(name, value)


def refuse(source: str) -> NoReturn:
    """Raise TypeError for values that are, as a whole, what the client sent; `source` is what they came from."""
    raise TypeError(
        f"{source} as the values would let the client choose their names: "
        f'pass it as one of them, {{"{_WORDS.split(source)[-1].lower()}": ...}}'
    )


def check_reserved(values: Mapping[str, object], reserved: frozenset[str], engine: str) -> None:
    """Raise ValueError if a value has a name that the engine keeps for itself."""
    if not reserved.isdisjoint(values):
        names = ", ".join(repr(name) for name in sorted(reserved & values.keys()))
        raise ValueError(f"{engine} keeps {names} for itself: give the value another name")


def _check_mapping(values: Any) -> None:
    kind = type(values)
    if not isinstance(values, Mapping):
        raise TypeError(f'values are a mapping, not {kind.__name__}: res.render("name", {{"title": title}})')
    # By the module and not by the class: the cookies are another distribution's, which may not be installed.
    if kind.__module__.partition(".")[0] in ("growler", "growler_ext"):
        refuse(_SOURCES.get(kind.__name__, f"a {kind.__name__}"))


def _check_value(name: str, value: object) -> None:
    kind = type(value)
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"the value {name!r} is {kind.__name__}: decode it first")
    if hasattr(kind, "__await__"):
        raise TypeError(f"the value {name!r} is a {kind.__name__}: await it first")
    if kind is AsyncGeneratorType or (kind in _FUNCTIONS and iscoroutinefunction(value)):
        raise TypeError(
            f"the value {name!r} has to be awaited, which templates cannot do: await it first, and pass the result"
        )
