"""What is known of a login: `AuthInfo` for handlers, `LoginRecord` for the session, as plain values.

The session holds one key, `auth`, with the user's id, the method, the time and the user's `auth_version`;
nothing secret and nothing that could grow stale, for the user is read anew on every request.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol

from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.users import User, auth_version, is_active

SESSION_KEY = "auth"
PENDING_KEY = "auth_pending"

PENDING_SECONDS = 5 * 60
"""How long a second factor is waited for."""


@dataclass(frozen=True, slots=True)
class FailedLogin:
    """A try to log in that has just failed: the name that was typed, where it was to lead, what may be said, and which
    method it was."""

    login: str
    next_url: str
    message: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class AuthInfo:
    """`req.auth`: how and when the user of this request logged in.

    Parameters:
        method: the name of the method, such as "password"; "" for nobody.
        at: the time of the login, or of the last time it was proved again, in UTC; None for nobody, and for keys of
            programs, which prove nobody's presence.
        amr: how it was proved, in the words of RFC 8176.
        scopes: what the credential may do, where that is less than what the user may; else None.
        claims: what the credential says beside, such as the claims of a token.
        kept: what the method has kept in the session.
        fresh_for: seconds since `at` for which the login counts as fresh.
        failed: on a login page that is shown again, the try that failed.
        pending: who has logged in but for a second factor: on the pages of that factor alone.
    """

    method: str = ""
    at: datetime | None = None
    amr: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kept: Mapping[str, Any] = field(default_factory=dict, repr=False)
    fresh_for: float = 0
    failed: FailedLogin | None = None
    pending: User | None = None

    @property
    def fresh(self) -> bool:
        """Whether the login is recent (`Auth(fresh=)`): ask again before something costly if not."""
        return self.is_within(self.fresh_for)

    @property
    def mfa(self) -> bool:
        """Whether more than one factor was shown."""
        return "mfa" in self.amr

    def is_within(self, seconds: float) -> bool:
        """Whether the login is at most so old."""
        return self.at is not None and time.time() - self.at.timestamp() <= seconds


_NOTHING: Mapping[str, Any] = MappingProxyType({})

NOBODY = AuthInfo()


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """A login as it is kept in the session.

    Parameters:
        until: Unix time when it ends although the session goes on; 0 for never.
    """

    user: str
    method: str
    at: int
    version: int
    amr: tuple[str, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    until: int = 0

    @classmethod
    def of(
        cls,
        user: User,
        method: str,
        amr: tuple[str, ...] = (),
        kept: Mapping[str, Any] | None = None,
        until: int = 0,
    ) -> LoginRecord:
        """A login that happens now."""
        # Many directories count their users: an int would not come back as the key it was.
        return cls(str(user.id), method, int(time.time()), auth_version(user), amr, dict(kept or {}), until)

    @classmethod
    def read(cls, value: object) -> LoginRecord | None:
        """From the session; None for anything this class has not written, and for what has ended."""
        if not isinstance(value, dict):
            return None
        match value:
            case {"user": str(user), "method": str(method), "at": int(at), "version": int(version)} if (
                0 <= at < 2**33  # datetime cannot hold every number
            ):
                amr, kept, until = value.get("amr", []), value.get("kept", {}), value.get("until", 0)
                if not (isinstance(amr, list) and isinstance(kept, dict) and isinstance(until, int)):
                    return None
                if until and until <= time.time():
                    return None
                return cls(user, method, at, version, tuple(map(str, amr)), kept, until)
        return None

    def written(self) -> dict[str, Any]:
        """As JSON, for the session; what is empty is left out."""
        record: dict[str, Any] = {
            "user": self.user,
            "method": self.method,
            "at": self.at,
            "version": self.version,
        }
        if self.amr:
            record["amr"] = list(self.amr)
        if self.kept:
            record["kept"] = dict(self.kept)
        if self.until:
            record["until"] = self.until
        return record

    def still_holds(self, user: User | None) -> bool:
        """Whether that user may still be logged in by this: known, active, and of the same version."""
        return user is not None and is_active(user) and auth_version(user) == self.version

    def info(self, fresh_for: float = 0) -> AuthInfo:
        """For handlers, who can change nothing of it."""
        at, kept = datetime.fromtimestamp(self.at, UTC), MappingProxyType(self.kept)
        return AuthInfo(self.method, at, self.amr, claims=_NOTHING, kept=kept, fresh_for=fresh_for)

    def stepped_up(self, amr: tuple[str, ...]) -> LoginRecord:
        """The same login after one factor more."""
        return replace(self, at=int(time.time()), amr=tuple(dict.fromkeys((*self.amr, *amr, "mfa"))))


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login that waits for a second factor, as it is kept in the session meanwhile."""

    record: LoginRecord
    next_url: str
    remember: bool
    login: str

    @classmethod
    def read(cls, value: object) -> PendingLogin | None:
        """From the session; None for anything else and after `PENDING_SECONDS`."""
        match value:
            case {"record": record, "next": str(next_url), "remember": bool(remember), "login": str(login)}:
                login_record = LoginRecord.read(record)
                if login_record is not None and time.time() - login_record.at <= PENDING_SECONDS:
                    return cls(login_record, next_url, remember, login)
        return None

    def written(self) -> dict[str, Any]:
        return {
            "record": self.record.written(), "next": self.next_url, "remember": self.remember, "login": self.login,
        }  # fmt: skip


class SessionContract(Protocol):
    """What Auth needs of `req.session`: a mapping of JSON values that can change its id."""

    def get(self, key: str, /) -> object: ...

    def __setitem__(self, key: str, value: object, /) -> None: ...

    def pop(self, key: str, default: object, /) -> object: ...

    def regenerate(self, *, clear: bool = False) -> object:
        """Go on under a new id, without the data if `clear`; the old id is dead."""

    def destroy(self) -> object:
        """End the session: no data, no id, no cookie."""


def usable(session: SessionContract) -> SessionContract:
    """The session itself. Raises AuthWiringError for one that cannot change its id.

    A login that keeps the id of the session hands it to whoever has planted that id (session fixation).
    """
    missing = [name for name in ("regenerate", "destroy") if not hasattr(session, name)]
    if missing:
        raise AuthWiringError(
            [
                f"req.session has no {' and no '.join(missing)}: Auth needs a session whose id can change, "
                "app.use(Session()) from growler.ext before app.use(auth)"
            ]
        )
    return session


def keep(session: SessionContract, record: LoginRecord, *, remember: bool) -> None:
    """Log in: a new session id, so that nobody who knew the old one is logged in too.

    What an anonymous visitor has gathered, such as a basket, stays; what another user left does not. A session that
    can be bound to its user, so that all of them can be ended, is; one that can be kept when the browser is closed
    is so only if that was asked for.
    """
    _renew(session, record)
    session[SESSION_KEY] = record.written()
    for name, argument in (("bind", record.user), ("persist", remember)):
        act = getattr(session, name, None)
        if act is not None:
            act(argument)


def wait(session: SessionContract, pending: PendingLogin) -> None:
    """Keep that a second factor is waited for: under a new session id, and with nobody logged in meanwhile."""
    _renew(session, pending.record)
    session[PENDING_KEY] = pending.written()


def _renew(session: SessionContract, record: LoginRecord) -> None:
    """A new id, without any login and without what another user left."""
    before = LoginRecord.read(session.get(SESSION_KEY))
    if before is None:
        waiting = PendingLogin.read(session.get(PENDING_KEY))
        before = None if waiting is None else waiting.record
    session.regenerate(clear=before is not None and before.user != record.user)
    session.pop(SESSION_KEY, None)
    session.pop(PENDING_KEY, None)
