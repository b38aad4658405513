"""Checks what `Renderer` was given, once, when the app is wired; names all mistakes together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from growler_ext.renderer import values
from growler_ext.renderer.contract import Engine
from growler_ext.renderer.engines import registry
from growler_ext.renderer.loader import Directories

Path = str | os.PathLike[str] | Traversable
EngineChoice = str | Engine
EngineOptions = Mapping[str, Any]
"""For each engine a mapping of its options."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is left of the arguments after the check."""

    directories: Directories
    engines: tuple[Engine, ...]
    globals: Mapping[str, object]


def check(
    path: Path | Sequence[Path],
    engine: EngineChoice | Sequence[EngineChoice] | None,
    *,
    globals: Mapping[str, object],
    options: EngineOptions,
    reload: bool | None,
    symlinks: bool,
) -> Options:
    """The options, ready for use. Raises ValueError that names every mistake, one per line."""
    mistakes: list[str] = []
    # Their text would be true, "no" too.
    if reload not in (True, False, None):
        mistakes.append(f"reload is True, False or None, not {reload!r}")
    if symlinks not in (True, False):
        mistakes.append(f"symlinks is True or False, not {symlinks!r}")
    roots = _roots(path, mistakes)
    chosen = _engines(engine, _by_engine(options, mistakes), mistakes)
    mistakes += _clashes(chosen)
    mistakes += _wrong_globals(globals, chosen)
    if mistakes:
        raise ValueError(
            "Renderer cannot render like this:\n" + "\n".join(f"- {mistake}" for mistake in mistakes)
        )
    return Options(Directories(roots, symlinks=symlinks), tuple(chosen), dict(globals))


def _roots(path: Path | Sequence[Path], mistakes: list[str]) -> list[str]:
    is_one = isinstance(path, str | bytes | os.PathLike) or not isinstance(path, Sequence)
    paths = [path] if is_one else list(path)  # type: ignore[arg-type]  # mypy does not follow `is_one`
    if not paths:
        mistakes.append('no directory is given: Renderer("views/")')
    roots = []
    for one in paths:
        if not isinstance(one, str | os.PathLike):
            hint = (
                ", or unpack the archive it lies in"
                if isinstance(one, Traversable)
                else ", or a list of paths"
            )
            mistakes.append(f"{one!r} is no directory of the file system: give its path{hint}")
            continue
        if not os.fspath(one):
            # As of a variable of the environment that is not set: that would show whatever lies around.
            mistakes.append('the path is empty: for the current directory write "."')
            continue
        # Absolute now: a later chdir must not move what is rendered.
        root = os.path.abspath(os.fspath(one))
        if os.path.isfile(root):
            mistakes.append(f"{root} is a file: give the directory it lies in")
        elif not os.path.isdir(root):
            mistakes.append(f"there is no directory {root}: create it or correct the path")
        roots.append(root)
    return roots


def _by_engine(options: object, mistakes: list[str]) -> dict[str, Mapping[str, object]]:
    by_engine: dict[str, Mapping[str, object]] = {}
    if not isinstance(options, Mapping):
        mistakes.append(f"options are a mapping, not {type(options).__name__}: {_EXAMPLE}")
        return by_engine
    for name, one in options.items():
        if isinstance(one, Mapping):
            by_engine[registry.canonical(name)] = one
        else:
            mistakes.append(f"options of {name!r} are a mapping, one for each engine: {_EXAMPLE}")
    return by_engine


def _engines(
    engine: EngineChoice | Sequence[EngineChoice] | None,
    options: dict[str, Mapping[str, object]],
    mistakes: list[str],
) -> list[Engine]:
    """The engines chosen, or all that are installed."""
    choice: Sequence[EngineChoice]
    if engine is None:
        choice = registry.names()
    elif isinstance(engine, str) or not isinstance(engine, Sequence):
        choice = [engine]
    else:
        choice = engine
    if not choice:
        mistakes.append("no engine is chosen: name one, or leave the argument out for every one installed")
    found: list[Engine] = []
    mistakes += _named_twice(choice)
    named: set[str] = set()
    for one in choice:
        if not isinstance(one, str):
            mistakes += _wrong_engine(one)
            found.append(one)
            continue
        one = registry.canonical(one)
        if one in named:
            continue
        named.add(one)
        try:
            found.append(registry.make(one, options.pop(one, {})))
        except registry.EngineNotInstalled as error:
            if engine is not None:
                mistakes.append(str(error))
        except registry.EngineRefused as error:
            mistakes.append(str(error))
    made = {getattr(one, "name", None) for one in found}
    for name in options:
        hint = ", which are objects: give the object its options" if name in made else ""
        mistakes.append(f"options of {name!r}: it is not among the engines{hint}")
    return found


def _wrong_engine(engine: Engine) -> list[str]:
    if isinstance(engine, type):
        return [f"{engine.__name__} is a class: give the Renderer an engine, {engine.__name__}()"]
    lacking = [part for part in _PARTS if not hasattr(engine, part)]
    if lacking:
        return [f"{engine!r} is no engine: it has no {', '.join(lacking)} (see growler_ext.renderer.Engine)"]
    return [
        f"the suffix {suffix!r} of {engine.name!r} does not begin with a dot"
        for suffix in engine.suffixes if not suffix.startswith(".")
    ]  # fmt: skip


def _named_twice(choice: Sequence[EngineChoice]) -> list[str]:
    spelled: dict[str, str] = {}
    mistakes = []
    for one in choice:
        if isinstance(one, str):
            first = spelled.setdefault(registry.canonical(one), one)
            if first == one and choice.count(one) > 1:
                mistakes.append(f"the engine {one!r} is named twice")
            elif first != one:
                mistakes.append(f"{first!r} and {one!r} are one engine: name one of them")
    return list(dict.fromkeys(mistakes))


_EXAMPLE = 'options={"mako": {"imports": [...]}}'
_PARTS = ("name", "suffixes", "reserved", "compile", "explain", "inspect")


def _clashes(chosen: Iterable[Engine]) -> list[str]:
    owners: dict[str, Engine] = {}
    mistakes = []
    for engine in chosen:
        for suffix in getattr(engine, "suffixes", ()):
            other = owners.setdefault(suffix, engine)
            if other is not engine:
                mistakes.append(f"{other.name!r} and {engine.name!r} both want {suffix}: choose one of them")
    return mistakes


def _wrong_globals(globals: object, chosen: Iterable[Engine]) -> list[str]:
    if not isinstance(globals, Mapping):
        return [f'globals are a mapping, not {type(globals).__name__}: globals={{"site": "Growler"}}']
    try:
        values.check(globals)
    except TypeError as error:
        return [f"globals: {error}"]
    mistakes = []
    for engine in chosen:
        try:
            values.check_reserved(
                globals, getattr(engine, "reserved", frozenset()), getattr(engine, "name", "")
            )
        except ValueError as error:
            mistakes.append(f"globals: {error}")
    return mistakes
