"""Sessions for Growler: `app.use(Session())` gives `req.session`, saved before the answer leaves.

`Store` is the seam to where they are kept; `growler_ext.session.testing` checks an implementation of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from growler_ext.session.data import JSON, SessionData
from growler_ext.session.flash import Flash
from growler_ext.session.owners import SessionInfo
from growler_ext.session.session import Session
from growler_ext.session.store import Change, Outcome, Record, Store, StoreError, Touch
from growler_ext.session.stores.dict import DictStore

if TYPE_CHECKING:
    from growler_ext.session.stores.cookie import CookieInfo, CookieStore, SessionTooLarge
    from growler_ext.session.stores.redis import RedisStore
    from growler_ext.session.stores.sqlite import SqliteStore

__all__ = [
    "JSON",
    "Change",
    "CookieInfo",
    "CookieStore",
    "DictStore",
    "Flash",
    "Outcome",
    "Record",
    "RedisStore",
    "Session",
    "SessionData",
    "SessionInfo",
    "SessionTooLarge",
    "SqliteStore",
    "Store",
    "StoreError",
    "Touch",
]

_LATER = {
    "CookieInfo": "cookie",
    "CookieStore": "cookie",
    "RedisStore": "redis",
    "SessionTooLarge": "cookie",
    "SqliteStore": "sqlite",
}


def __getattr__(name: str) -> Any:
    """The stores that not everybody uses, with their libraries, are imported when they are asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.stores.{_LATER[name]}"), name)
