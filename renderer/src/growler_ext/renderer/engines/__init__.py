"""The engines this distribution brings, one file each, imported by those who use them."""

from __future__ import annotations

from importlib import import_module

from growler_ext.renderer.contract import Engine

# Name, module and class; the module imports the library, and the extra that installs it has the engine's name.
_BUILT_IN = {
    "mako": ("growler_ext.renderer.engines.mako", "MakoEngine"),
    "format": ("growler_ext.renderer.engines.format", "FormatEngine"),
}

NAMES = tuple(_BUILT_IN)
"""In the order in which a Renderer without a choice asks them."""


def make(name: str) -> Engine:
    """A built-in engine. Raises KeyError for other names, ModuleNotFoundError if its library is missing."""
    module, factory = _BUILT_IN[name]
    engine: Engine = getattr(import_module(module), factory)()
    return engine


def is_missing_library(error: ModuleNotFoundError, name: str) -> bool:
    """Whether an engine's own library is not installed, rather than something that the library wants."""
    return (error.name or "").partition(".")[0] == name
