"""What a way to log in makes of a request: the closed set of outcomes, as plain values.

`Auth` turns each into a session, a redirect, a page or a status, in one place; see `method` for who answers with them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from growler_ext.auth.users import Identity, User


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of a method, to be set with an outcome: Secure on https, HttpOnly, path "/", no domain.

    Parameters:
        name: without `__Host-`, which is put before it on https; read it with `Services.cookie`.
        value: printable ASCII without ";"; "" clears the cookie.
        max_age: seconds.
        cross_site: SameSite=None in place of Lax: for an answer that another site posts (form_post), https only.
    """

    name: str
    value: str = field(repr=False)
    max_age: float
    cross_site: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request proves that it comes from this user.

    Parameters:
        amr: how it was proved, in the words of RFC 8176: "pwd", "otp", "hwk" ...; "mfa" where it is more than one.
        scopes: what this credential may do, where it is not everything the user may: permissions that are not
            among them are refused; None for no such bound.
        claims: what else the credential says, for `req.auth.claims`.
        at: Unix time when the user has proved it; None for what proves nobody's presence, such as a key that lies in a
            program: `auth.require(fresh=)` never takes that. On requests.
        ambient: browsers send this credential by themselves, as they do with cookies and Basic, so a page of another
            site can make them send it too. On requests.
        login: the name that was typed, whose tries are forgotten now; "" where nobody had to guess. On routes.
        remember: the user asked to stay logged in when the browser is closed. On routes.
        keep: JSON values to keep in the session, given back in `req.auth.kept`: an identity provider's session id.
            Nothing secret: sessions may live in a cookie. On routes.
        next_url: where to go now, if that is not in the form; checked once more before it is used. On routes.
        cookies: to be set or cleared. On routes.
    """

    user: User
    amr: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    at: float | None = field(default_factory=time.time)
    ambient: bool = False
    login: str = ""
    remember: bool = False
    keep: Mapping[str, Any] = field(default_factory=dict, repr=False)
    next_url: str | None = None
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """Somebody else vouches for this identity: `users.identity(...)` says which user it is, makes one or refuses.

    Otherwise as `Accepted`, with the same parameters. On routes.
    """

    identity: Identity
    amr: tuple[str, ...] = ()
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    login: str = ""
    remember: bool = False
    keep: Mapping[str, Any] = field(default_factory=dict, repr=False)
    next_url: str | None = None
    cookies: Sequence[Cookie] = ()


LOCKED = "locked"
"""The reason for refusing a user who is not active, although the credential is good."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """There is a credential of this kind, and it is bad: the answer is 401, no other method is asked.

    Parameters:
        reason: for events and the log, never shown to the client, without anything secret.
        login: what was typed as a name, to be shown again in the form.
        status: 401 for a bad credential; 400 for a request that cannot be a try at all (a callback without its
            cookie), 403 for a good credential that may not do this, 429 for too many tries, 502 and 504 where a
            provider failed.
        message: what the client may know; a general sentence if empty.
        challenge: the WWW-Authenticate value of this refusal, in place of those of all methods:
            `Bearer error="invalid_token"` (RFC 6750 3).
        retry_after: seconds, for the Retry-After field of a 429 or 503.
        next_url: where a new try shall lead, if that is not in the form.
        cookies: to be set or cleared. On routes.
        user: whose credential it is, where that is known; for events.
    """

    reason: str
    login: str = ""
    status: int = 401
    message: str = ""
    challenge: str | None = None
    retry_after: int | None = None
    next_url: str | None = None
    cookies: Sequence[Cookie] = ()
    user: User | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The client has to answer once more: 401 with this WWW-Authenticate value (RFC 9110 11.6.1)."""

    value: str


@dataclass(frozen=True, slots=True)
class Away:
    """The browser has to go to another site, to come back to a route of this method. On routes.

    Parameters:
        url: absolute, https (http on loopback); answered 303.
    """

    url: str
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """There is something to read or to fill in before it can go on: shown in the frame of the login page. On routes.

    Parameters:
        title: its heading, as text.
        body: HTML with everything escaped.
        script: the source of a script the page needs, allowed by its hash; "" for none. It may ask only this site.
        data: what a program is told instead, as JSON.
        referrer: the Referrer-Policy; "no-referrer" where the address of the page holds a secret.
    """

    title: str
    body: str
    status: int = 200
    script: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    referrer: str = "same-origin"
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Data:
    """JSON for the script of a page of this method. On routes."""

    value: Any
    status: int = 200
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """Logins of a user are over, here and now: those whose `keep` has all of `kept`. On routes.

    For an identity provider that logs out its users everywhere (OpenID Connect Back-Channel Logout 1.0). Answered 200
    without a body.

    Parameters:
        identity: whose; None if no login of theirs is known, which is answered the same.
    """

    identity: Identity | None
    kept: Mapping[str, Any] = field(default_factory=dict)


class NotMine(Enum):
    """The type of `NOT_MINE`."""

    NOT_MINE = "not mine"


NOT_MINE = NotMine.NOT_MINE
"""The request has no credential of this kind: the next method is asked."""

Outcome = Accepted | Rejected | Challenge | NotMine
"""What a method makes of a request."""

RouteOutcome = Outcome | Proved | Away | Page | Data | Ended
"""What a route of a method makes of one."""
