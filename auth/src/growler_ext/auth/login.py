"""What is known of a login: `AuthInfo` for handlers, `LoginRecord` for the session, as plain values.

The session holds one key, `auth`, with the user's id, the method, the time and the user's `auth_version`;
nothing secret and nothing that could grow stale, for the user is read anew on every request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.users import User, auth_version, is_active

SESSION_KEY = "auth"
FRESH_SECONDS = 15 * 60
"""How long a login counts as fresh: enough to confirm an order, too short for a forgotten window."""


@dataclass(frozen=True, slots=True)
class FailedLogin:
    """A try to log in that has just failed: the name that was typed and where it was to lead."""

    login: str
    next_url: str


@dataclass(frozen=True, slots=True)
class AuthInfo:
    """`req.auth`: how and when the user of this request logged in.

    Parameters:
        method: the name of the method, such as "password"; "" for nobody.
        at: the time of the login, in UTC; None for nobody.
        failed: on a login page that is shown again, the try that failed.
    """

    method: str = ""
    at: datetime | None = None
    failed: FailedLogin | None = None

    @property
    def fresh(self) -> bool:
        """Whether the login is at most 15 minutes old: ask again before something costly if not."""
        return self.at is not None and time.time() - self.at.timestamp() <= FRESH_SECONDS


NOBODY = AuthInfo()


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """A login as it is kept in the session."""

    user: str
    method: str
    at: int
    version: int

    @classmethod
    def of(cls, user: User, method: str) -> LoginRecord:
        """A login that happens now."""
        # Many directories count their users: an int would not come back as the key it was.
        return cls(str(user.id), method, int(time.time()), auth_version(user))

    @classmethod
    def read(cls, value: object) -> LoginRecord | None:
        """From the session; None for anything this class has not written."""
        match value:
            case {"user": str(user), "method": str(method), "at": int(at), "version": int(version)} if (
                0 <= at < 2**33  # datetime cannot hold every number
            ):
                return cls(user, method, at, version)
        return None

    def written(self) -> dict[str, str | int]:
        """As JSON, for the session."""
        return {"user": self.user, "method": self.method, "at": self.at, "version": self.version}

    def still_holds(self, user: User | None) -> bool:
        """Whether that user may still be logged in by this: known, active, and of the same version."""
        return user is not None and is_active(user) and auth_version(user) == self.version

    def info(self) -> AuthInfo:
        return AuthInfo(self.method, datetime.fromtimestamp(self.at, UTC))


class SessionContract(Protocol):
    """What Auth needs of `req.session`: a mapping of JSON values that can change its id."""

    def get(self, key: str, /) -> object: ...

    def __setitem__(self, key: str, value: object, /) -> None: ...

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


def keep(session: SessionContract, record: LoginRecord) -> None:
    """Log in: a new session id, so that nobody who knew the old one is logged in too.

    What an anonymous visitor has gathered, such as a basket, stays; what another user left does not.
    """
    before = LoginRecord.read(session.get(SESSION_KEY))
    session.regenerate(clear=before is not None and before.user != record.user)
    session[SESSION_KEY] = record.written()
