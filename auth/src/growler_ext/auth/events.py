"""What happens around logins, told to whoever listens: `auth.on("login_failed", function)`.

A listener gets one `Event`, sync or async. One that fails is logged; it never changes what the client is answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeVar, get_args

from growler_ext.auth.users import User
from growler_ext.auth.waiting import settled

log: logging.Logger = logging.getLogger("growler.auth")

EventName = Literal[
    "login",
    "login_failed",
    "logout",
    "throttled",
    "locked",
    "identity_conflict",
    "rehash",
    "token_reuse",
    "provider_error",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Parameters:
        name: what.
        method: the name of the method it happened in; "" for Auth itself.
        user: who it concerns, if that is known.
        login: the name that was typed, if one was; it may belong to nobody.
        reason: why it failed, for people; never anything secret.
        ip: the client's address.
    """

    name: EventName
    method: str = ""
    user: User | None = None
    login: str = field(default="", repr=False)
    reason: str = ""
    ip: str | None = None


L = TypeVar("L", bound=Callable[[Event], object])
"""A listener, sync or async; whatever it returns is not looked at."""


class Listeners:
    """Who listens to what."""

    def __init__(self) -> None:
        self._of: dict[str, list[Callable[[Event], object]]] = {name: [] for name in get_args(EventName)}

    def on(self, name: EventName, listener: L | None) -> L | Callable[[L], L]:
        """Register a listener; without one, a decorator that does. Raises ValueError for an unknown name."""
        if name not in self._of:
            raise ValueError(f"auth.on: there is no event {name!r}, but {', '.join(self._of)}")
        if listener is None:
            return partial(self._add, name)
        return self._add(name, listener)

    def _add(self, name: EventName, listener: L) -> L:
        self._of[name].append(listener)
        return listener

    async def tell(self, event: Event) -> None:
        """Call the listeners one after the other."""
        for listener in self._of[event.name]:
            try:
                await settled(listener(event))
            except Exception:  # whatever it is, the login goes on and the others are told
                log.exception("a listener of the event %s failed", event.name)
