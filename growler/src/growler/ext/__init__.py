"""`growler.ext`: every installed extension under one name, whoever wrote it.

`from growler.ext import Session` finds an extension when it is first asked for (`_resolve.py` has the rules)
and keeps it as a plain global; `import growler.ext.session` goes through the import system (`_finder.py`) to
the same objects. The imports below and the one-line modules beside this file are for type checkers only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from growler.ext import _finder, _resolve

if TYPE_CHECKING:
    from growler_ext.auth import Auth as Auth
    from growler_ext.cookieparser import CookieParser as CookieParser
    from growler_ext.indexer import Indexer as Indexer
    from growler_ext.renderer import Renderer as Renderer
    from growler_ext.session import Session as Session
    from growler_ext.static import Static as Static

_finder.install()


def __getattr__(name: str) -> Any:
    """The extension of that name, found once and then an ordinary global of this module.

    Raises AttributeError when nothing of that name is installed, ImportError when what is there is unusable.
    """
    # The import system asks modules for __spec__, __path__ and the like; no extension answers for those.
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = _resolve.resolve(name)
    except _resolve.NotInstalledError as error:
        raise AttributeError(str(error)) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The names of what is installed; nothing is imported for it."""
    return _resolve.installed_names()
