"""Who has proved who they are gets in: through a second factor where there is one, into the session, and is told of.

Also the way out: the session's end here, and of all sessions of a user.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from growler import Request
from growler.http.errors import HTTPErrorNotImplemented
from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.events import Event, EventName
from growler_ext.auth.login import (
    PENDING_KEY,
    SESSION_KEY,
    LoginRecord,
    PendingLogin,
    keep,
    usable,
    wait,
)
from growler_ext.auth.method import LOCKED, Accepted, AuthMethod, Cookie, Rejected, SecondFactor
from growler_ext.auth.services import Services
from growler_ext.auth.throttle import DEVICE_SECONDS
from growler_ext.auth.users import User
from growler_ext.auth.waiting import settled

log: logging.Logger = logging.getLogger("growler.auth")

DEVICE_COOKIE = "auth-device"


@dataclass(frozen=True, slots=True)
class Entered:
    """The login is done.

    Parameters:
        next_url: where it leads, not checked yet; None if nothing was said.
        cookies: to be set.
    """

    user: User
    record: LoginRecord
    next_url: str | None
    cookies: Sequence[Cookie]


@dataclass(frozen=True, slots=True)
class NeedsFactor:
    """A second factor is needed first; the session knows for whom."""

    factor: SecondFactor
    cookies: Sequence[Cookie]


@dataclass(frozen=True, slots=True)
class Refused:
    """It was no login."""

    reason: str


class Entrance:
    """
    Parameters:
        services: of the Auth.
        factors: its second factors, in their order.
        remember: seconds that a login lasts which shall be remembered.
    """

    def __init__(self, services: Services, factors: Sequence[SecondFactor], remember: float) -> None:
        self._services = services
        self._factors = factors
        self._remember = remember

    async def enter(
        self, req: Request, method: AuthMethod, accepted: Accepted, next_url: str
    ) -> Entered | NeedsFactor | Refused:
        """Act upon an active user's acceptance by a route of a method.

        Parameters:
            next_url: where the form said to go.
        """
        target = next_url if accepted.next_url is None else accepted.next_url
        if isinstance(method, SecondFactor):
            return await self._step_up(req, accepted, target)
        record = LoginRecord.of(accepted.user, method.name, accepted.amr, accepted.keep)
        factor = await self.owed(accepted)
        if factor is not None:
            wait(usable(req.session), PendingLogin(record, target, accepted.remember, accepted.login))
            return NeedsFactor(factor, accepted.cookies)
        return await self._done(req, accepted, record, target, accepted.remember, accepted.login)

    async def owed(self, accepted: Accepted) -> SecondFactor | None:
        """The second factor that this user has set up and has not shown; None for none."""
        if "mfa" in accepted.amr:
            return None
        for factor in self._factors:
            is_set_up: bool = await settled(factor.is_set_up(accepted.user))
            if is_set_up:
                return factor
        return None

    async def pending(self, req: Request) -> User | None:
        """Who waits for a second factor in this session."""
        waiting = PendingLogin.read(usable(req.session).get(PENDING_KEY))
        if waiting is None or self._services.users is None:
            return None
        user: User | None = await settled(self._services.users.get(waiting.record.user))
        return user if waiting.record.still_holds(user) else None

    async def log_in(
        self, req: Request, user: User, method: str, amr: tuple[str, ...], *, remember: bool
    ) -> Entered:
        """A login that the application itself vouches for."""
        record = LoginRecord.of(user, method, amr)
        return await self._done(req, Accepted(user, amr), record, "", remember, "")

    async def refused(self, rejected: Rejected, method: str, ip: str | None) -> None:
        """Tell of a try that came to nothing."""
        names: tuple[EventName, ...] = ("login_failed",)
        if rejected.reason == LOCKED:
            names = ("locked", *names)
        for name in names:
            event = Event(name, method, rejected.user, rejected.login, rejected.reason, ip)
            await self._services.tell(event)

    async def log_out(self, req: Request) -> None:
        """End the session and tell of it."""
        user, method = req.user, req.auth.method
        usable(req.session).destroy()
        await self._services.tell(Event("logout", method=method, user=user, ip=req.ip))

    async def _step_up(self, req: Request, accepted: Accepted, target: str) -> Entered | Refused:
        session = usable(req.session)
        pending = PendingLogin.read(session.get(PENDING_KEY))
        if pending is not None:
            record, target, remember, login = (
                pending.record,
                pending.next_url,
                pending.remember,
                pending.login,
            )
        else:
            current = LoginRecord.read(session.get(SESSION_KEY))
            if current is None:
                return Refused("a second factor without a first")
            record, remember, login = current, current.until > 0, ""
        if record.user != str(accepted.user.id):
            return Refused("the second factor of somebody else")
        return await self._done(req, accepted, record.stepped_up(accepted.amr), target, remember, login)

    async def _done(
        self, req: Request, accepted: Accepted, record: LoginRecord, target: str, remember: bool, login: str
    ) -> Entered:
        if remember and not record.until:
            record = replace(record, until=int(time.time() + self._remember))
        keep(usable(req.session), record, remember=remember)
        cookies = list(accepted.cookies)
        if login:
            device = self._services.cookie(req, DEVICE_COOKIE)
            renewed = await self._services.turnstile.succeeded(req.ip, login, device)
            if renewed is not None:
                cookies.append(Cookie(DEVICE_COOKIE, renewed, DEVICE_SECONDS))
        await self._services.tell(Event("login", method=record.method, user=accepted.user, ip=req.ip))
        return Entered(accepted.user, record, target or None, cookies)


@contextmanager
def refused_unless_listed() -> Iterator[None]:
    """Answer 501 (RFC 9110 15.6.2) where the sessions of a user are not known: no form of this site has asked for their
    end, or its author reads the log."""
    try:
        yield
    except (AuthWiringError, TypeError) as error:
        log.error("the sessions of a user cannot be ended all at once: %s", error)
        message = "A login can be ended here only by the browser that has it."
        raise HTTPErrorNotImplemented(message) from None


async def end_some(sessions: Any, user: str, kept: Mapping[str, Any]) -> None:
    """End the sessions of a user in which a method has kept all of this."""
    for session in await sessions.of(user):
        record = LoginRecord.read(session.data.get(SESSION_KEY))
        if record is not None and kept.items() <= record.kept.items():
            await sessions.revoke_one(user, session.handle)
