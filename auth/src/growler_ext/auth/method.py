"""The contract of a way to log in: `AuthMethod`, which answers with an `outcome`.

A method decides and never writes: `Auth` turns its outcomes into sessions, redirects, pages and statuses, so each
of these happens in one place. `ask` asks several methods in order; the first that has anything to say ends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from growler.http.request import Request
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.outcome import (
    LOCKED as LOCKED,
)
from growler_ext.auth.outcome import (
    NOT_MINE as NOT_MINE,
)
from growler_ext.auth.outcome import (
    Accepted as Accepted,
)
from growler_ext.auth.outcome import (
    Away as Away,
)
from growler_ext.auth.outcome import (
    Challenge as Challenge,
)
from growler_ext.auth.outcome import (
    Cookie as Cookie,
)
from growler_ext.auth.outcome import (
    Data as Data,
)
from growler_ext.auth.outcome import (
    Ended as Ended,
)
from growler_ext.auth.outcome import (
    NotMine as NotMine,
)
from growler_ext.auth.outcome import (
    Outcome as Outcome,
)
from growler_ext.auth.outcome import (
    Page as Page,
)
from growler_ext.auth.outcome import (
    Proved as Proved,
)
from growler_ext.auth.outcome import (
    Rejected as Rejected,
)
from growler_ext.auth.outcome import (
    RouteOutcome as RouteOutcome,
)
from growler_ext.auth.services import Services
from growler_ext.auth.users import User


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a method, such as the one a login form posts to.

    Parameters:
        verb: "GET" or "POST".
        path: below the prefix of Auth: "/login".
        handler: `(req)`, sync or async. Accepted logs the user in; NOT_MINE leaves the request to the app.
        cross_site: other sites may link or post here, as identity providers do. All other routes with POST are
            refused when a page of another site asks for them, and so are GET routes that answer `Away`.
    """

    verb: str
    path: str
    handler: Callable[[Request], RouteOutcome | Awaitable[RouteOutcome]]
    cross_site: bool = False


class AuthMethod:
    """A way to log in: a subclass, or any object with a `name` and `authenticate` or `routes`, or both.

    What such an object leaves out is as here. Methods read the request and return outcomes; they never touch the
    response. They raise HTTPError for requests that cannot be read at all (400, 413) or cannot be served now (503),
    and let errors of a broken backend pass: those must never look like a wrong password.

    name: short and lower-case: `req.auth.method` and the key in sessions, so it must not change.
    challenge: the WWW-Authenticate value for a 401 that asks for this method; None if it has no field of its own.
    """

    name: str
    challenge: str | None = None

    def wire(self, services: Services) -> Sequence[str]:
        """Take over what Auth offers, when Auth is made. Returns what is wrong, in sentences that name the fix."""
        return []

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        """Look for a credential in the request itself, such as in its Authorization field. No I/O without one."""
        return NOT_MINE

    def routes(self) -> Sequence[Route]:
        """The addresses it is served at. A method that has any logs people in, which needs a session."""
        return []

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        """Its part of the login page, as HTML with everything escaped; "" for none.

        Parameters:
            prefix: of Auth, in front of the paths of `routes`.
            next_url: where to go after the login, checked.
            failed: the try by this method that has just failed, if one has.
        """
        return ""

    async def logged_out(self, kept: Mapping[str, Any], next_url: str) -> str | None:
        """Called when a login by this method has ended: an absolute address to go to first, which ends it elsewhere
        too and leads back to `next_url`; None for none.

        Parameters:
            kept: what the login has kept in the session.
        """
        return None

    async def open(self) -> None:
        """Make ready what the first request should not wait for. Called before the server accepts connections; not
        at all where nobody says that there is a server, so it must go without."""

    async def close(self) -> None:
        """Let go of connections and threads. Called when the app shuts down."""


class SecondFactor(AuthMethod):
    """What a user who has it set up must show after any other method: a code, a key.

    Who was Accepted by another method is then not logged in yet, but sent to `{prefix}/{name}`: a GET route of this
    method, which finds the user in `req.auth.pending`. Accepted by one of its routes logs that user in, with both `amr`
    and "mfa". Five minutes are given for it. Somebody logged in without it, of whom `auth.require(mfa=True)` asks
    for it, is sent there too.
    """

    def is_set_up(self, user: User) -> bool | Awaitable[bool]:
        """Whether this user has it."""
        raise NotImplementedError


Answer = tuple[str, Outcome]
"""The name of the method and what it said."""


def ask(methods: Sequence[AuthMethod], req: Request) -> Answer | Awaitable[Answer]:
    """The first outcome that is not NOT_MINE; ("", NOT_MINE) if there is none."""
    for position, method in enumerate(methods):
        outcome = method.authenticate(req)
        if outcome is NOT_MINE:
            continue
        if isinstance(outcome, Awaitable):
            return _ask_on(method.name, outcome, methods[position + 1 :], req)
        return method.name, outcome
    return "", NOT_MINE


async def _ask_on(name: str, pending: Awaitable[Outcome], rest: Sequence[AuthMethod], req: Request) -> Answer:
    outcome = await pending
    if outcome is not NOT_MINE:
        return name, outcome
    answer = ask(rest, req)
    return await answer if isinstance(answer, Awaitable) else answer
