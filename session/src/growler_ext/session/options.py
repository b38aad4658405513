"""The options of `Session`, checked together: every mistake is reported at once, in a sentence that names the fix."""

from __future__ import annotations

from datetime import timedelta
from inspect import iscoroutinefunction
from typing import Any, Literal, get_args

from growler_ext.session.by_url import open_url
from growler_ext.session.cookie import CookieRule, SameSite
from growler_ext.session.life import Life
from growler_ext.session.numbers import is_number
from growler_ext.session.store import MOVED_FOR
from growler_ext.session.stores.dict import DictStore
from growler_ext.session.visits.contract import BringsVisits

Duration = float | timedelta
"""Seconds, or a timedelta."""

OnStoreError = Literal["503", "anonymous"]

_STORE = (
    "sync", "shared", "load", "create", "commit", "rename", "delete", "owned", "revoke", "close"
)  # fmt: skip


def seconds(duration: Duration) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def open_store(store: Any, mistakes: list[str]) -> Any:
    """The store that was given, or named by a URL; what is wrong with it is added to the mistakes."""
    if store is None:
        return DictStore()
    if isinstance(store, str):
        try:
            store = open_url(store)
        except ValueError as error:
            mistakes.append(str(error))
            return DictStore()
    mistakes.extend(_about_store(store))
    return store


def check(
    mistakes: list[str], life: Life, cookie: CookieRule, on_store_error: str, timeout: float, commit_on: object,
    user_key: object, lazy: object,
) -> None:  # fmt: skip
    """Raises ValueError that lists every wrong option."""
    mistakes = [*mistakes, *_about_life(life), *_about_cookie(cookie)]
    if on_store_error not in get_args(OnStoreError):
        mistakes.append(f'on_store_error must be "503" or "anonymous", not {on_store_error!r}')
    if not (is_number(timeout) and timeout > 0):
        mistakes.append(f"timeout must be positive seconds, not {timeout!r}")
    if not callable(commit_on):
        mistakes.append(f"commit_on must be a function of the answer's status, not {commit_on!r}")
    if user_key is not None and (not isinstance(user_key, str) or not user_key or user_key[0] == "\0"):
        mistakes.append(f"user_key must be a key of the session, not {user_key!r}")
    mistakes += _about_flags(partitioned=cookie.partitioned, persist=life.persist, lazy=lazy)
    if mistakes:
        raise ValueError("Session: " + "; ".join(mistakes))


def _about_store(store: Any) -> list[str]:
    if isinstance(store, type):
        return [f"store must be an object, not a class: {store.__name__}()"]
    if isinstance(store, BringsVisits):
        return []
    missing = [name for name in _STORE if not hasattr(store, name)]
    if missing:
        return [f"store has no {', '.join(missing)}: see growler_ext.session.Store"]
    # A coroutine where a record is expected would fail only at the first request, and obscurely.
    if store.sync and iscoroutinefunction(store.load):
        return ["store.load is async: set sync = False on the store"]
    return []


def _about_life(life: Life) -> list[str]:
    found = []
    if not (is_number(life.idle) and life.idle > 0):
        found.append(f"idle must be positive seconds or a timedelta, not {life.idle!r}")
    if life.lifetime is not None and not (is_number(life.lifetime) and life.lifetime > 0):
        found.append(f"lifetime must be positive seconds, a timedelta or None, not {life.lifetime!r}")
    if not (is_number(life.touch) and 0 <= life.touch < 1):
        found.append(f"touch is a share of idle, from 0 to less than 1, not {life.touch!r}")
    if life.renew is not None and not (is_number(life.renew) and life.renew > 0):
        found.append(f"renew must be positive seconds, a timedelta or None, not {life.renew!r}")
    if not (is_number(life.grace) and 0 <= life.grace <= MOVED_FOR):
        found.append(f"grace must be from 0 to {MOVED_FOR:g} seconds, not {life.grace!r}")
    elif is_number(life.renew) and life.grace >= life.renew > 0:
        found.append(f"grace ({life.grace:g}) must be shorter than renew ({life.renew:g})")
    return found


def _about_cookie(cookie: CookieRule) -> list[str]:
    found = []
    secure: object = cookie.secure
    if not isinstance(secure, bool) and secure != "auto":
        found.append(f'secure must be True, False or "auto", not {secure!r}')
    if cookie.samesite not in get_args(SameSite):
        found.append(f'samesite must be "Strict", "Lax" or "None", not {cookie.samesite!r}')
    found += [
        f"{option} must be {what}, not {value!r}"
        for option, what, value, fits in (
            ("name", "text", cookie.name, isinstance(cookie.name, str)),
            ("path", 'text that begins with "/"', cookie.path, isinstance(cookie.path, str)),
            ("domain", "a host name or None", cookie.domain, isinstance(cookie.domain, str | None)),
        )
        if not fits
    ]
    if found:
        return found
    for https in (True, False):
        try:
            cookie.send("x" * 43, 1, https=https)
        except ValueError as error:
            return [str(error)]
    return []


def _about_flags(**flags: object) -> list[str]:
    return [
        f"{name} must be True or False, not {value!r}"
        for name, value in flags.items()
        if not isinstance(value, bool)
    ]
