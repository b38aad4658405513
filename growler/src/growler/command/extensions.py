"""The table of `python -m growler ext`: which extensions are installed, and from where each one comes.

Rows come from the entry points and from those modules of growler_ext that no entry point speaks for (old
extensions have none). Nothing is imported; a module belongs to the distribution whose list of files names it.
"""

from __future__ import annotations

import os
from importlib import metadata

from growler.ext import _resolve

_HEADER = ("name", "distribution", "version", "module")
_UNKNOWN = "-"


def table() -> str:
    """The installed extensions as aligned lines of text, below them the choices made in the environment."""
    rows = sorted(_entry_point_rows() + _module_rows())
    if not rows:
        return "No extension is installed. All of ours: pip install growler-ext"
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [_HEADER, *rows]
    ]
    choices = [
        f"{variable}={os.environ[variable]}"
        for variable in sorted({_resolve.variable_for(row[0]) for row in rows})
        if os.environ.get(variable)
    ]
    return "\n".join([*lines, *([""] if choices else []), *choices])


def _entry_point_rows() -> list[tuple[str, str, str, str]]:
    rows = []
    for entry_point in _resolve.entry_points():
        distribution = entry_point.dist
        name, version = (distribution.name, distribution.version) if distribution else (_UNKNOWN, _UNKNOWN)
        rows.append((entry_point.name, name, version, entry_point.module))
    return rows


def _module_rows() -> list[tuple[str, str, str, str]]:
    spoken_for = {entry_point.module for entry_point in _resolve.entry_points()}
    rows = []
    for name in _resolve.namespace_modules():
        module = f"{_resolve.NAMESPACE}.{name}"
        if module not in spoken_for:
            rows.append((name, *_owner(name), module))
    return rows


def _owner(name: str) -> tuple[str, str]:
    """Name and version of the distribution that lists that module among its files; editable ones do not."""
    files = {f"{_resolve.NAMESPACE}/{name}.py", f"{_resolve.NAMESPACE}/{name}/__init__.py"}
    for distribution in metadata.distributions():
        if any(file.as_posix() in files for file in distribution.files or ()):
            return distribution.name, distribution.version
    return _UNKNOWN, _UNKNOWN
