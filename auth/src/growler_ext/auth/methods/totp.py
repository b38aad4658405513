"""Codes of an authenticator app as a second factor: `TOTP` (RFC 6238), with recovery codes for who has lost it.

The application keeps a `TOTPSecret` for each user who has set it up; `enrol` makes one. A code is good once, within
half a minute of its time.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from growler.http.errors import HTTPErrorBadRequest
from growler.http.request import Request
from growler_ext.auth.login_page import fill
from growler_ext.auth.method import Accepted, Page, Rejected, Route, RouteOutcome, SecondFactor
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.services import Services
from growler_ext.auth.trying import too_many
from growler_ext.auth.users import User
from growler_ext.auth.waiting import after, settled

PERIOD = 30
DIGITS = re.compile(r"[0-9]{6}").fullmatch
_RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class TOTPSecret:
    """What is kept of a user's second factor.

    Parameters:
        secret: Base32 (RFC 4648), of 160 bits. Whoever has it can make codes: encrypt it where you keep it.
        recovery: digests of the recovery codes that were not used yet.
    """

    secret: str = field(repr=False)
    recovery: Collection[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor being set up: show `uri` as a QR code, and the recovery codes once. Keep `kept` as soon as
    `TOTP.confirms` has said that the app shows the right codes."""

    kept: TOTPSecret
    uri: str = field(repr=False)
    recovery_codes: Sequence[str] = field(repr=False)


class TOTPSecrets(Protocol):
    """Where the secrets of users are kept. Each method may be sync or async."""

    def get(self, user: User) -> TOTPSecret | Awaitable[TOTPSecret | None] | None:
        """The secret of a user; None for who has not set it up."""

    def use_recovery(self, user: User, digest: str) -> bool | Awaitable[bool]:
        """Remove a recovery code, in one step; False if it is not there (any more)."""


class MemorySecrets:
    """Secrets in memory, for demonstrations and tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, TOTPSecret] = {}

    def get(self, user: User) -> TOTPSecret | None:
        return self._secrets.get(str(user.id))

    def set(self, user: User, secret: TOTPSecret) -> None:
        """Keep `Enrolment.kept` in place of what was there."""
        self._secrets[str(user.id)] = secret

    def use_recovery(self, user: User, digest: str) -> bool:
        kept = self._secrets.get(str(user.id))
        if kept is None or digest not in kept.recovery:
            return False
        left = frozenset(kept.recovery) - {digest}
        self._secrets[str(user.id)] = TOTPSecret(kept.secret, left)
        return True


class TOTP(SecondFactor):
    """Six digits from an authenticator app, after any other method.

    Parameters:
        issuer: what the app shows in front of the user's name: the name of this site.
        store: where the secrets are.

    Raises ValueError for an issuer with a colon, which the app would take for the end of it.
    """

    name = "totp"

    def __init__(self, issuer: str, store: TOTPSecrets) -> None:
        if not issuer or ":" in issuer:
            raise ValueError(f"TOTP: issuer must be a name without a colon, not {issuer!r}")
        self._issuer = issuer
        self._store = store

    def wire(self, services: Services) -> Sequence[str]:
        self._services = services
        missing = [name for name in ("get", "use_recovery") if not callable(getattr(self._store, name, None))]
        mistakes = [
            f"TOTP needs {type(self._store).__name__}.{name}(...): see TOTPSecrets" for name in missing
        ]
        try:
            import passlib.totp  # noqa: F401 - the first login would be late to notice
        except ImportError:
            mistakes.append("TOTP needs libpass: pip install growler-ext-auth[password]")
        return mistakes

    def is_set_up(self, user: User) -> bool | Awaitable[bool]:
        return after(self._store.get(user), lambda kept: kept is not None)

    def routes(self) -> Sequence[Route]:
        return [Route("GET", "/totp", self._show), Route("POST", "/totp", self._check)]

    # Setting it up

    def enrol(self, user: User) -> Enrolment:
        """A new secret and new recovery codes for a user, not kept anywhere yet."""
        from passlib.totp import TOTP as Generator

        secret = b32encode(secrets.token_bytes(20)).decode()
        codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
        uri = Generator(key=secret, format="base32").to_uri(
            label=str(user.id).replace(":", " "), issuer=self._issuer
        )
        kept = TOTPSecret(secret, frozenset(map(_digest, codes)))
        return Enrolment(kept, uri, codes)

    def confirms(self, enrolment: TOTPSecret, code: str) -> bool:
        """Whether an app that has been set up shows the right code."""
        return self._counter(enrolment.secret, _plain(code)) is not None

    # Logging in

    async def _show(self, req: Request) -> RouteOutcome:
        user: User | None = req.auth.pending or req.user
        if user is None:
            return Rejected("nobody waits for a code", status=400, message="Sign in first.")
        kept: TOTPSecret | None = await settled(self._store.get(user))
        if kept is None:
            # auth.require(mfa=True) has sent them here; no code they could type would be right.
            problem = "This needs a second factor, and you have not set one up yet."
            return Page("One more step", fill("notice.html", text=problem), 403, data={"problem": problem})
        return self._page(req)

    async def _check(self, req: Request) -> RouteOutcome:
        user: User | None = req.auth.pending or req.user
        if user is None:
            return Rejected("nobody waits for a code", status=400, message="Sign in first.")
        form = await req.form()
        given = form.get("code", [])
        if len(given) != 1 or len(given[0]) > 64:
            raise HTTPErrorBadRequest("the form must have the field code once")
        refused = await too_many(self._services, req, str(user.id), self.name)
        if refused is not None:
            return self._page(req, refused.message, 429)
        if not await self._is_right(req, user, _plain(given[0])):
            return self._page(req, "That code is not right, or was used already.", 401)
        await self._services.turnstile.succeeded(req.ip, str(user.id), None, step=self.name)
        return Accepted(user, ("otp",))

    async def _is_right(self, req: Request, user: User, code: str) -> bool:
        kept: TOTPSecret | None = await settled(self._store.get(user))
        if kept is None:
            return False
        if not DIGITS(code):
            used: bool = await settled(self._store.use_recovery(user, _digest(code)))
            return used
        counter = self._counter(kept.secret, code)
        # RFC 6238 5.2: a code is good once. Whoever saw it typed must not be able to use it after.
        return counter is not None and await self._services.is_first(
            req, self.name, f"totp {user.id} {counter}", 4 * PERIOD, user
        )

    def _counter(self, secret: str, code: str) -> int | None:
        """The number of the half minute a code is of: this one, or the one before or after."""
        from passlib.exc import TokenError
        from passlib.totp import TOTP as Generator

        generator: Any = Generator(key=secret, format="base32")
        try:
            counter: int = generator.match(code, time=int(self._services.clock()), window=PERIOD).counter
        except (TokenError, ValueError):
            return None
        return counter

    def _page(self, req: Request, problem: str = "", status: int = 200) -> Page:
        target = safe_next(req.query.get("next", []), self._services.home)
        body = fill(
            "code.html",
            action=f"{self._services.prefix}/totp",
            next=target,
            problem=problem,
            invalid="true" if problem else "false",
        )
        return Page("One more step", body, status, data={"problem": problem} if problem else {})


def _recovery_code() -> str:
    """80 random bits in four groups that can be read out."""
    text = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _plain(code: str) -> str:
    """A code without what people put between its characters."""
    return re.sub(r"[\s-]", "", code).lower()


def _digest(code: str) -> str:
    return hashlib.sha256(_plain(code).encode("utf-8", "surrogatepass")).hexdigest()
