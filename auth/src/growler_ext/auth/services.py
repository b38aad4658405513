"""`Services`: what `Auth` hands to each of its methods when it is made. Nothing here knows a request's answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from growler.http.request import Request
from growler_ext.auth.cookies import read_cookie
from growler_ext.auth.events import Event
from growler_ext.auth.keys import Keys
from growler_ext.auth.shared import Shared
from growler_ext.auth.throttle import Turnstile
from growler_ext.auth.users import User, Users


@dataclass(frozen=True)
class Services:
    """What methods work with.

    Parameters:
        users: the directory; None if Auth was given none.
        base_url: "https://example.org", where this site is for the world; None if Auth was not told. The Host
            field is never trusted for it.
        prefix: in front of the addresses of all methods.
        home: where a login leads that was not on the way anywhere.
        keys: signers and derived keys, one set per purpose.
        turnstile: counts tries before anything is compared.
        shared: what all worker processes have to agree on: single use, tries, short-lived values.
        tell: report an event.
        clock: Unix time in seconds.
    """

    users: Users | None
    base_url: str | None
    prefix: str
    home: str
    keys: Keys
    turnstile: Turnstile
    shared: Shared
    tell: Callable[[Event], Awaitable[None]]
    clock: Callable[[], float] = field(default=time.time)

    async def is_first(
        self, req: Request, method: str, what: str, ttl: float, user: User | None = None
    ) -> bool:
        """Burn what may be used once: whether nobody has used it before. A second use is told of (`token_reuse`).

        Parameters:
            method: the name of the method that asks.
            what: names it; unlike anything that another method burns.
            ttl: seconds for which it could be used again, were it not burnt.

        Raises SharedError while the backend is broken.
        """
        if await self.shared.burn(what, ttl):
            return True
        await self.tell(Event("token_reuse", method, user, reason="used before", ip=req.ip))
        return False

    @staticmethod
    def cookie(req: Request, name: str) -> str | None:
        """The value of a method's `Cookie`; None if there is none or more than one."""
        return read_cookie(req, name)
