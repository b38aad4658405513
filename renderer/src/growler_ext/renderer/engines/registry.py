"""Finds engines by name: those of this distribution, and those that others register by entry point.

An entry point of the group `growler.renderer.engines` has the engine's name and leads to an `EngineFactory`. A
library is imported when an engine is made and not before.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple

from growler_ext.renderer.contract import Engine, EngineFactory

GROUP = "growler.renderer.engines"

_OURS = "growler-ext-renderer"
_PACKAGE = "growler_ext.renderer.engines"


class _BuiltIn(NamedTuple):
    module: str
    factory: str
    extra: str = ""
    libraries: frozenset[str] = frozenset()


# In the order in which a Renderer without a choice asks them.
_BUILT_IN: Mapping[str, _BuiltIn] = {
    "mako": _BuiltIn("mako", "MakoEngine", "mako", frozenset({"mako"})),
    "pug": _BuiltIn("pug", "PugEngine", "jade", frozenset({"pypugjs", "jinja2"})),
    "jinja": _BuiltIn("jinja", "JinjaEngine", "jinja", frozenset({"jinja2"})),
    "format": _BuiltIn("format", "FormatEngine"),
    "template": _BuiltIn("template", "TemplateEngine"),
}
_ALIASES = {"jade": "pug", "jinja2": "jinja"}

# Options of the libraries that decide the escaping, and are not ours.
_ESCAPING = {"autoescape", "default_filters"}


class EngineRefused(ValueError):
    """There is no such engine, or it cannot be made like this; the text says what to do."""


class EngineNotInstalled(EngineRefused):
    """A library is missing; the text says how to install it."""


def canonical(name: str) -> str:
    """The name of an engine that may be called by another one: "jade" is "pug"."""
    return _ALIASES.get(name, name)


def names() -> tuple[str, ...]:
    """Names of all engines, whether their libraries are there or not. Raises ImportError as `make` does."""
    return tuple(_found())


def make(name: str, options: Mapping[str, object] = {}) -> Engine:
    """An engine.

    Parameters:
        options: keyword arguments for its factory.

    Raises EngineRefused for unknown names and options, and for missing libraries; ImportError, naming both, if two
    distributions have an engine of that name.
    """
    found = _found()
    name = canonical(name)
    if name not in found:
        near = get_close_matches(name.lower().strip(". "), [*found, *_ALIASES], 1)
        known = f"; did you mean {near[0]!r}?" if near else f": known are {', '.join(map(repr, found))}"
        raise EngineRefused(f"there is no engine {name!r}{known}")
    factory = _load(name, found[name])
    _check_options(name, factory, options)
    try:
        return factory(**options)
    except ValueError as error:
        raise EngineRefused(f"options of {name!r}: {error}") from error


def _found() -> dict[str, _BuiltIn | EntryPoint]:
    found: dict[str, _BuiltIn | EntryPoint] = dict(_BUILT_IN)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        other = found.setdefault(entry.name, entry)
        if other is not entry or entry.name in _ALIASES:
            raise ImportError(
                f"two distributions have an engine {entry.name!r}, {_owner(other)} and {_owner(entry)}: "
                "uninstall one of them, or give the Renderer an engine object instead of the name"
            )
    return found


def _owner(one: _BuiltIn | EntryPoint) -> str:
    if isinstance(one, _BuiltIn):
        return _OURS
    return one.dist.name if one.dist is not None else one.value


def _load(name: str, found: _BuiltIn | EntryPoint) -> EngineFactory:
    factory: EngineFactory
    if isinstance(found, EntryPoint):
        factory = found.load()
        return factory
    try:
        factory = getattr(import_module(f"{_PACKAGE}.{found.module}"), found.factory)
    except ModuleNotFoundError as error:
        # Not if the library is there and lacks something itself.
        if (error.name or "").partition(".")[0] not in found.libraries:
            raise
        raise EngineNotInstalled(
            f"the engine {name!r} is not installed: pip install {_OURS}[{found.extra}]"
        ) from error
    return factory


def _check_options(name: str, factory: EngineFactory, options: Mapping[str, object]) -> None:
    parameters = inspect.signature(factory).parameters
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return
    unknown = [option for option in options if option not in parameters]
    if not unknown:
        return
    if not _ESCAPING.isdisjoint(unknown):
        raise EngineRefused(
            f"options of {name!r}: {' and '.join(unknown)} would turn escaping off without a word: "
            "say so, {'escape': False}"
        )
    raise EngineRefused(
        f"options of {name!r}: there is no {', '.join(map(repr, unknown))}, "
        f"but {', '.join(map(repr, parameters)) or 'none at all'}"
    )
