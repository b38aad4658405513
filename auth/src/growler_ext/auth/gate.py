"""What a request that may not pass is answered: the login page, the page of a second factor, 401 or 403."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, NoReturn
from urllib.parse import urlencode

from growler import Request, Response
from growler.http.errors import HTTPErrorForbidden
from growler_ext.auth.answers import prefers_page, send_unauthorized
from growler_ext.auth.demand import Access, Demand, decide
from growler_ext.auth.method import SecondFactor
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.users import permissions
from growler_ext.auth.waiting import after
from growler_ext.auth.wiring import Openness


class Gate:
    """
    Parameters:
        challenges: for a 401, one WWW-Authenticate field each.
        factors: the second factors of this Auth.
        login_url: where the login page is; None where nobody logs in by a page.
        prefix, home: of the Auth.
    """

    def __init__(
        self,
        challenges: Sequence[str],
        factors: Sequence[SecondFactor],
        login_url: str | None,
        prefix: str,
        home: str,
    ) -> None:
        self._challenges = challenges
        self._factors = factors
        self._login_url = login_url
        self._prefix = prefix
        self._home = home

    def admit(self, req: Request, res: Response, demand: Demand) -> bool | Awaitable[bool]:
        """Whether it may pass; where it may not, the answer is decided or an HTTPError raised."""
        user = req.user
        access = decide(req.auth, None if user is None else permissions(user), demand)
        if access is not Access.GRANTED:
            self._answer(req, res, access, demand)
            return False
        if demand.check is None:
            return True
        return after(demand.check(req), _checked)

    def ask_to_log_in(self, req: Request, res: Response, *, again: bool = False) -> None:
        """The login page for who looks at pages, else 401.

        Parameters:
            again: they are logged in, but that is not enough.
        """
        if self._login_url is not None and prefers_page(req):
            self._send_to(self._login_url, req, res)
        else:
            message = "Log in once more." if again else "Log in first."
            send_unauthorized(res, self._challenges, message)

    def _answer(self, req: Request, res: Response, access: Access, demand: Demand) -> None:
        match access:
            case Access.FORBIDDEN:
                _refuse(None)
            case Access.OUT_OF_SCOPE:
                # RFC 6750 3.1: which scopes would do.
                _refuse(f'Bearer error="insufficient_scope", scope="{" ".join(sorted(demand.permissions))}"')
            case Access.ONE_FACTOR if self._factors:
                url = f"{self._prefix}/{self._factors[0].name}"
                if prefers_page(req):
                    self._send_to(url, req, res)
                else:
                    send_unauthorized(res, self._challenges, "A second factor is needed.", second_factor=url)
            case _:
                self.ask_to_log_in(req, res, again=access is not Access.UNKNOWN)

    def _send_to(self, url: str, req: Request, res: Response) -> None:
        """Redirect to a page, and from there back to where this request was going."""
        # Only what can be asked for again: after the login the browser comes with GET, whatever this was.
        here = [req.original_url] if req.head.method in ("GET", "HEAD") else []
        target = safe_next(here, self._home)
        query = "" if target == self._home else "?" + urlencode({"next": target}, safe="/")
        res.headers["Cache-Control"] = "no-store"
        # RFC 9110 15.4.4: 303 makes a GET of it, so a form that was refused is not posted to the login page.
        res.redirect(url + query, 303)


class Doorkeeper:
    """Closes everything that is not public, under `default="required"`."""

    def __init__(self, gate: Gate, openness: Openness) -> None:
        self._gate = gate
        self._openness = openness

    def close(self, req: Request, res: Response) -> None:
        """In front of all routes, for nobody."""
        if not self._openness.is_open(req.app, req.head):
            self._gate.ask_to_log_in(req, res)

    def close_behind(self, req: Request, res: Response) -> None:
        """Behind a public route that has left the request to the next one."""
        if req.user is None and not res.has_ended:
            self._gate.ask_to_log_in(req, res)


def close_nothing(req: Request, res: Response) -> None:
    """Behind a public route where everything is open."""


def _checked(allowed: Any) -> bool:
    if not allowed:
        _refuse(None)
    return True


def _refuse(challenge: str | None) -> NoReturn:
    headers = {} if challenge is None else {"WWW-Authenticate": challenge}
    raise HTTPErrorForbidden("You are logged in, but not allowed to do this.", headers=headers)
