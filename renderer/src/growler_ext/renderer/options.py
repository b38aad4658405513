"""Checks what `Renderer` was given, once, when the app is wired; names all mistakes together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from growler_ext.renderer import engines, values
from growler_ext.renderer.contract import Engine
from growler_ext.renderer.loader import Directories

Path = str | os.PathLike[str]
EngineChoice = str | Engine


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
    symlinks: bool,
) -> Options:
    """The options, ready for use. Raises ValueError that names every mistake, one per line."""
    mistakes: list[str] = []
    roots = _roots(path, mistakes)
    chosen = _engines(engine, mistakes)
    mistakes += _clashes(chosen)
    mistakes += _wrong_globals(globals, chosen)
    if mistakes:
        raise ValueError(
            "Renderer cannot render like this:\n" + "\n".join(f"- {mistake}" for mistake in mistakes)
        )
    return Options(Directories(roots, symlinks=symlinks), tuple(chosen), dict(globals))


def _roots(path: Path | Sequence[Path], mistakes: list[str]) -> list[str]:
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    if not paths:
        mistakes.append('no directory is given: Renderer("views/")')
    # Absolute now: a later chdir must not move what is rendered.
    roots = [os.path.abspath(os.fspath(one)) for one in paths]
    mistakes += [
        f"there is no directory {root}: create it or correct the path" for root in roots if not os.path.isdir(root)
    ]  # fmt: skip
    return roots


def _engines(engine: EngineChoice | Sequence[EngineChoice] | None, mistakes: list[str]) -> list[Engine]:
    if engine is None:
        return _installed()
    chosen = [engine] if isinstance(engine, str) or not isinstance(engine, Sequence) else engine
    if not chosen:
        mistakes.append("no engine is chosen: name one, or leave the argument out for every one installed")
    found: list[Engine] = []
    for one in chosen:
        if not isinstance(one, str):
            found.append(one)
        elif one not in engines.NAMES:
            mistakes.append(f"there is no engine {one!r}: known are {', '.join(map(repr, engines.NAMES))}")
        else:
            try:
                found.append(engines.make(one))
            except ModuleNotFoundError as error:
                if not engines.is_missing_library(error, one):
                    raise
                mistakes.append(
                    f"the engine {one!r} is not installed: pip install growler-ext-renderer[{one}]"
                )
    return found


def _installed() -> list[Engine]:
    found = []
    for name in engines.NAMES:
        try:
            found.append(engines.make(name))
        except ModuleNotFoundError as error:
            if not engines.is_missing_library(error, name):
                raise
    return found


def _clashes(chosen: Iterable[Engine]) -> list[str]:
    owners: dict[str, str] = {}
    mistakes = []
    for engine in chosen:
        for suffix in engine.suffixes:
            other = owners.setdefault(suffix, engine.name)
            if other is not engine.name:
                mistakes.append(f"{other!r} and {engine.name!r} both want {suffix}: choose one of them")
    return mistakes


def _wrong_globals(globals: Mapping[str, object], chosen: Iterable[Engine]) -> list[str]:
    try:
        values.check(globals)
    except TypeError as error:
        return [f"globals: {error}"]
    mistakes = []
    for engine in chosen:
        try:
            values.check_reserved(globals, engine.reserved, engine.name)
        except ValueError as error:
            mistakes.append(f"globals: {error}")
    return mistakes
