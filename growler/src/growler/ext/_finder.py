"""Makes `import growler.ext.session` give the module growler_ext.session itself, not a copy of it.

One object is the finder and the loader of every name below growler.ext and its old alias growler.mw. It loads
nothing: it puts the real object into sys.modules under the alias, and the import system hands out what stands
there. No spec is touched: the real module keeps its name, and reload, pickle and resources work as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

from growler.ext import _resolve

_ALIASES = ("growler.ext.", "growler.mw.")


class AliasFinder:
    """Finder and loader of the aliases (PEP 451)."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Claim every public name below an alias, installed or not: our error says more than Python's."""
        # A name that begins with an underscore is a file of growler.ext itself.
        if not fullname.startswith(_ALIASES) or fullname.split(".")[2].startswith("_"):
            return None
        return ModuleSpec(fullname, self)  # type: ignore[arg-type]  # duck-typed, as PEP 451 says

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python to make a placeholder: it overwrites the __spec__ of what is returned here."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the placeholder in sys.modules by the real object.

        Raises ModuleNotFoundError when nothing of that name is installed.
        """
        alias = module.__name__
        parent, _, leaf = alias.rpartition(".")
        if f"{parent}." in _ALIASES:
            real = _resolve_extension(leaf)
        else:
            # The import system has imported the parent, and seen that it is a package, before it comes here.
            real = import_module(f"{sys.modules[parent].__name__}.{leaf}")
        sys.modules[alias] = real  # type: ignore[assignment]  # a module may replace itself by a class


def _resolve_extension(name: str) -> object:
    try:
        return _resolve.resolve(name)
    except _resolve.NotInstalledError as error:
        # With the alias as its name, `from growler.ext import X` would swallow this error and its text.
        raise ModuleNotFoundError(str(error), name=f"growler_ext.{name}") from None


def install() -> None:
    """Put the finder before all others, once: behind PathFinder, a submodule would be loaded twice."""
    if not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder())
