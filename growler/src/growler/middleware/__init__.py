"""Middleware of the core, and the extensions under the names that old programs import from here.

`from growler.middleware import Logger, Static`: AllowedHosts, Compression, Logger, ResponseTime and SameOrigin are the
core's; the extensions are found through `growler.ext` and are the same objects. `renderer` and `session` are for
programs and engines of old Growler.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from growler import ext
from growler.middleware.allowed_hosts import AllowedHosts
from growler.middleware.compression import Compression
from growler.middleware.logger import Logger
from growler.middleware.responsetime import ResponseTime
from growler.middleware.same_origin import SameOrigin

if TYPE_CHECKING:
    from growler.middleware.renderer import RenderEngine, StringRenderer
    from growler.middleware.session import DefaultSessionStorage as DefaultSessionStorage

__all__ = [
    "AllowedHosts",
    "Compression",
    "Logger",
    "RenderEngine",
    "ResponseTime",
    "SameOrigin",
    "StringRenderer",
]

_EXTENSIONS = ("Auth", "CookieParser", "Indexer", "Renderer", "Session", "Static")
_OLD = {"DefaultSessionStorage": "session", "RenderEngine": "renderer", "StringRenderer": "renderer"}


def __getattr__(name: str) -> Any:
    if name in _EXTENSIONS:
        return getattr(ext, name)
    if name in _OLD:
        return getattr(import_module(f"growler.middleware.{_OLD[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
