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
    symlinks: bool,
) -> Options:
    """The options, ready for use. Raises ValueError that names every mistake, one per line."""
    mistakes: list[str] = []
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
    paths = [path] if isinstance(path, str | os.PathLike) or not isinstance(path, Sequence) else list(path)
    if not paths:
        mistakes.append('no directory is given: Renderer("views/")')
    roots = []
    for one in paths:
        if not isinstance(one, str | os.PathLike):
            mistakes.append(
                f"{one!r} is no directory of the file system: give its path, or unpack the archive it lies in"
            )
            continue
        # Absolute now: a later chdir must not move what is rendered.
        root = os.path.abspath(os.fspath(one))
        if not os.path.isdir(root):
            mistakes.append(f"there is no directory {root}: create it or correct the path")
        roots.append(root)
    return roots


def _by_engine(options: EngineOptions, mistakes: list[str]) -> dict[str, Mapping[str, object]]:
    by_engine = {}
    for name, one in options.items():
        if isinstance(one, Mapping):
            by_engine[registry.canonical(name)] = one
        else:
            mistakes.append(f'options of {name!r} are a mapping: options={{"mako": {{"imports": [...]}}}}')
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
    for one in choice:
        if not isinstance(one, str):
            mistakes += _wrong_engine(one)
            found.append(one)
            continue
        try:
            found.append(registry.make(one, options.pop(registry.canonical(one), {})))
        except registry.EngineNotInstalled as error:
            if engine is not None:
                mistakes.append(str(error))
        except registry.EngineRefused as error:
            mistakes.append(str(error))
    mistakes += [
        f"options of {name!r}: it is not among the engines" + (
            ", which are objects: give the object its options" if any(one.name == name for one in found) else ""
        )
        for name in options
    ]  # fmt: skip
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


def _wrong_globals(globals: Mapping[str, object], chosen: Iterable[Engine]) -> list[str]:
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
