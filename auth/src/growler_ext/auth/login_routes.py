"""The addresses Auth serves: the login page, logout, and those of the methods.

A method's route gives an outcome; here it becomes a session and a redirect, or the login page once more. An
app's own route for the login page is preferred to ours, wherever it stands: for GET, and after a failed login.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import assert_never
from urllib.parse import urlencode

from growler import Request, Response, Router
from growler.http.methods import METHODS
from growler.router.plan import Handler
from growler_ext.auth import login_page
from growler_ext.auth.answers import introduce, prefers_page, refuse_forged, send_unauthorized, set_challenges
from growler_ext.auth.login import NOBODY, FailedLogin, LoginRecord, keep, usable
from growler_ext.auth.method import Accepted, AuthMethod, Challenge, NotMine, Outcome, Rejected, Route
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.users import User, is_active
from growler_ext.auth.waiting import settled
from growler_ext.auth.wiring import page_at


class LoginRoutes:
    """The login of one `Auth`.

    Parameters:
        methods, prefix, login_url, home: as given to Auth.
        challenges: for every 401, to be sent in WWW-Authenticate.
    """

    def __init__(
        self, methods: Sequence[AuthMethod], prefix: str, login_url: str, home: str, challenges: Sequence[str]
    ) -> None:
        self._methods = methods
        self._prefix = prefix
        self._login_url = login_url
        self._home = home
        self._challenges = challenges
        self._routes = [
            (route, partial(self._serve, method.name, route))
            for method in methods
            for route in method.routes()
        ]
        self.handlers: list[Handler] = [self._show, self._log_out, *(handler for _, handler in self._routes)]

    def add_to(self, router: Router) -> None:
        router.get(self._login_url, self._show)
        router.post(f"{self._prefix}/logout", self._log_out)
        for route, handler in self._routes:
            router.add(METHODS[route.verb], self._prefix + route.path, handler)

    def form(self, req: Request) -> str:
        """The forms of all methods, as HTML."""
        failed = req.auth.failed
        target = safe_next(req.query.get("next", []), self._home) if failed is None else failed.next_url
        return "\n".join(
            filter(None, (method.form(self._prefix, target, failed) for method in self._methods))
        )

    def send_there(self, req: Request, res: Response) -> None:
        """Redirect to the login page, and from there back to where this request was going."""
        # Only what can be asked for again: after the login the browser comes with GET, whatever this was.
        here = [req.original_url] if req.head.method in ("GET", "HEAD") else []
        target = safe_next(here, self._home)
        query = "" if target == self._home else "?" + urlencode({"next": target}, safe="/")
        res.headers["Cache-Control"] = "no-store"
        # RFC 9110 15.4.4: 303 makes a GET of it, so a form that was refused is not posted to the login page.
        res.redirect(self._login_url + query, 303)

    def _show(self, req: Request, res: Response) -> None:
        res.headers["Cache-Control"] = "no-store"
        if page_at(req.app, self._login_url, self._show) is None:
            self._send_page(req, res)

    def _send_page(self, req: Request, res: Response) -> None:
        res.set(login_page.headers())
        res.send_html(login_page.page(req.app.name, self.form(req)))

    async def _serve(self, name: str, route: Route, req: Request, res: Response) -> None:
        """Run a method's route and act upon its outcome."""
        refuse_forged(req)
        outcome: Outcome = await settled(route.handler(req))
        match outcome:
            case NotMine():
                return
            case Accepted(user) if is_active(user):
                await self._log_in(req, res, user, LoginRecord.of(user, name))
            case Accepted():
                await self._say_failed(req, res, "")
            case Rejected():
                await self._say_failed(req, res, outcome.login)
            case Challenge(value):
                send_unauthorized(res, [value], "Authentication has to go on.")
            case _:
                assert_never(outcome)

    async def _log_in(self, req: Request, res: Response, user: User, record: LoginRecord) -> None:
        target = await self._target(req)
        keep(usable(req.session), record)
        introduce(req, res, user, record.info())
        if prefers_page(req):
            res.redirect(target, 303)
        else:
            res.send_json({"user": record.user, "next": target})

    async def _say_failed(self, req: Request, res: Response, login: str) -> None:
        """Show the login page again. Never says why: that would tell who has an account."""
        if not prefers_page(req):
            send_unauthorized(res, self._challenges, "Wrong username or password.")
            return
        req.auth = replace(req.auth, failed=FailedLogin(login, await self._target(req)))
        res.status_code = 401
        set_challenges(res, self._challenges)
        page = page_at(req.app, self._login_url, self._show) or self._send_page
        await settled(page(req, res))

    async def _log_out(self, req: Request, res: Response) -> None:
        refuse_forged(req)
        target = await self._target(req)
        usable(req.session).destroy()
        req.user, req.auth = None, NOBODY
        res.headers["Cache-Control"] = "no-store"
        if prefers_page(req):
            res.redirect(target, 303)
        else:
            res.decide(b"", status=204)

    async def _target(self, req: Request) -> str:
        """Where a form says to go next, checked."""
        if not req.type_is("application/x-www-form-urlencoded"):
            return self._home
        return safe_next((await req.form()).get("next", []), self._home)
