"""The options of `Session`, checked together: every mistake is reported at once, in a sentence that names the fix."""

from __future__ import annotations

import math
from datetime import timedelta
from inspect import iscoroutinefunction

from growler_ext.session.cookie import CookieRule
from growler_ext.session.decide import Life

Duration = float | timedelta
"""Seconds, or a timedelta."""

_STORE = ("sync", "load", "create", "commit", "rename", "delete")


def seconds(duration: Duration) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def check(store: object, life: Life, cookie: CookieRule) -> None:
    """Raises ValueError that lists every wrong option."""
    mistakes = [*_about_store(store), *_about_life(life), *_about_cookie(cookie)]
    if mistakes:
        raise ValueError("Session: " + "; ".join(mistakes))


def _about_store(store: object) -> list[str]:
    if isinstance(store, type):
        return [f"store must be an object, not a class: {store.__name__}()"]
    missing = [name for name in _STORE if not hasattr(store, name)]
    if missing:
        return [f"store has no {', '.join(missing)}: see growler_ext.session.Store"]
    # A coroutine where a record is expected would fail only at the first request, and obscurely.
    if getattr(store, "sync") and iscoroutinefunction(getattr(store, "load")):  # noqa: B009 - they are known to exist
        return ["store.load is async: set sync = False on the store"]
    return []


def _about_life(life: Life) -> list[str]:
    found = []
    if not 0 < life.idle < math.inf:
        found.append(f"idle must be positive seconds or a timedelta, not {life.idle}")
    if life.lifetime is not None and not 0 < life.lifetime < math.inf:
        found.append(f"lifetime must be positive seconds, a timedelta or None, not {life.lifetime}")
    if not 0 <= life.touch < 1:
        found.append(f"touch is a share of idle, from 0 to less than 1, not {life.touch}")
    return found


def _about_cookie(cookie: CookieRule) -> list[str]:
    if cookie.secure not in (True, False, "auto"):
        return [f'secure must be True, False or "auto", not {cookie.secure!r}']
    for https in (True, False):
        try:
            cookie.send("x" * 43, 1, https=https)
        except ValueError as error:
            return [str(error)]
    return []
