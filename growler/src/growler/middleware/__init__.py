"""Middleware of the core, and the extensions under the names that old programs import from here.

`from growler.middleware import Logger, Static, Renderer`: Logger is the core's; the others are found through
`growler.ext` and are the same objects.
"""

from typing import Any

from growler import ext
from growler.middleware.logger import Logger

__all__ = ["Logger"]

_EXTENSIONS = ("Auth", "CookieParser", "Indexer", "Renderer", "Session", "Static")


def __getattr__(name: str) -> Any:
    if name in _EXTENSIONS:
        return getattr(ext, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
