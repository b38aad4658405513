"""The contract of a way to log in: `AuthMethod`, and the closed set of outcomes it answers with.

A method decides and never writes: `Auth` turns its outcomes into sessions, redirects and statuses, so each
of these happens in one place. `ask` asks several methods in order; the first that has anything to say ends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from growler.http.request import Request
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.users import User, Users


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request proves that it comes from this user."""

    user: User


@dataclass(frozen=True, slots=True)
class Rejected:
    """There is a credential of this kind, and it is bad: the answer is 401, no other method is asked.

    Parameters:
        reason: for the log, never shown to the client.
        login: what was typed as a name, to be shown again in the form.
    """

    reason: str
    login: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The client has to answer once more: 401 with this WWW-Authenticate value (RFC 9110 11.6.1)."""

    value: str


class NotMine(Enum):
    """The type of `NOT_MINE`."""

    NOT_MINE = "not mine"


NOT_MINE = NotMine.NOT_MINE
"""The request has no credential of this kind: the next method is asked."""

Outcome = Accepted | Rejected | Challenge | NotMine


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a method, such as the one a login form posts to.

    Parameters:
        verb: "GET" or "POST".
        path: below the prefix of Auth: "/login".
        handler: `(req)`, sync or async. Accepted logs the user in; NOT_MINE leaves the request to the app.
    """

    verb: str
    path: str
    handler: Callable[[Request], Outcome | Awaitable[Outcome]]


class AuthMethod(Protocol):
    """A way to log in. Methods read the request and return outcomes; they never touch the response.

    They raise HTTPError for requests that cannot be read at all (400, 413) or cannot be served now (503),
    and let errors of a broken backend pass: those must never look like a wrong password.
    """

    @property
    def name(self) -> str:
        """Short and lower-case: `req.auth.method` and the key in sessions, so it must not change."""

    @property
    def challenge(self) -> str | None:
        """The WWW-Authenticate value for a 401 that asks for this method; None if it has no field of its own."""

    def wire(self, users: Users | None) -> Sequence[str]:
        """Take over the users, once, when Auth is made. Returns what is wrong, in sentences that name the fix."""

    def authenticate(self, req: Request) -> Outcome | Awaitable[Outcome]:
        """Look for a credential in the request itself, such as in its Authorization field. No I/O without one."""

    def routes(self) -> Sequence[Route]:
        """The addresses it is served at. A method that has any logs people in, which needs a session."""

    def form(self, prefix: str, next_url: str, failed: FailedLogin | None) -> str:
        """Its part of the login page, as HTML with everything escaped; "" for none.

        Parameters:
            prefix: of Auth, in front of the paths of `routes`.
            next_url: where to go after the login, checked.
            failed: the try that has just failed, if one has.
        """


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
