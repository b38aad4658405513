"""`Session("redis://...")`: which class opens which URL. Nothing is imported before its scheme is asked for.

Stores of other distributions come by the entry point group `growler.session.stores`, named like the scheme.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

from growler_ext.session.store import Store

GROUP: Final = "growler.session.stores"

_REDIS = ("growler_ext.session.stores.redis", "RedisStore", "redis")
_OURS: Final = {
    "redis": _REDIS,
    "rediss": _REDIS,
    "unix": _REDIS,
    "redis+sentinel": _REDIS,
    "rediss+sentinel": _REDIS,
    "sqlite": ("growler_ext.session.stores.sqlite", "SqliteStore", None),
}
"""Scheme to module, class, and the extra that brings its library."""


def open_url(url: str) -> Store:
    """The store that a URL names.

    Raises ValueError for an unknown scheme, for a URL that the store does not understand, and where its library is
    not installed.
    """
    scheme, colon, _ = url.partition(":")
    if not colon:
        raise ValueError(f"a store is an object or a URL such as {_known()}")
    opener = _opener(scheme.lower())
    store: Store = opener.from_url(url)
    return store


def _opener(scheme: str) -> Any:
    if scheme in _OURS:
        module, name, extra = _OURS[scheme]
        try:
            return getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise _not_installed(error, extra) from error
    found = entry_points(group=GROUP, name=scheme)
    if not found:
        # Not the URL itself: it may hold a password.
        raise ValueError(f"no store is known for {scheme}: URLs; there are {_known()}")
    return next(iter(found)).load()


def _not_installed(error: ModuleNotFoundError, extra: str | None) -> Exception:
    """What is missing is the library, not a part of ours: that would be a bug to be seen."""
    if extra is None or error.name is None or error.name.startswith("growler"):
        return error
    return ValueError(f"{error.name} is not installed: pip install growler-ext-session[{extra}]")


def _known() -> str:
    schemes = [*_OURS, *sorted(entry_points(group=GROUP).names)]
    return ", ".join(f"{scheme}:" for scheme in schemes)
