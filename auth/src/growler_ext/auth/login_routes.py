"""The addresses Auth serves: the login page, logout, and those of the methods.

A method's route gives an outcome; here it becomes a session and a redirect, a page, or the login page once more. An
app's own route for the login page is preferred to ours, wherever it stands: for GET, and after a failed login.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from growler import Request, Response, Router
from growler.http.methods import METHODS
from growler.router.plan import Handler
from growler_ext.auth import login_page
from growler_ext.auth.answers import introduce, prefers_page, refuse_forged, send_unauthorized, set_challenges
from growler_ext.auth.cookies import cookie_line
from growler_ext.auth.entering import Entered, Entrance, NeedsFactor, Refused, end_some, sessions_of
from growler_ext.auth.events import Event
from growler_ext.auth.login import NOBODY, FailedLogin
from growler_ext.auth.method import (
    Accepted,
    AuthMethod,
    Away,
    Challenge,
    Cookie,
    Data,
    Ended,
    NotMine,
    Page,
    Proved,
    Rejected,
    Route,
    RouteOutcome,
)
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.services import Services
from growler_ext.auth.users import Identity, IdentityConflict, User, is_active
from growler_ext.auth.waiting import settled
from growler_ext.auth.wiring import page_at

FAILED = "Wrong username or password."


class LoginRoutes:
    """The login of one `Auth`.

    Parameters:
        methods: in their order.
        services: as the methods have them.
        entrance: where a login becomes a session.
        login_url: where the login page is.
        challenges: for every 401, to be sent in WWW-Authenticate.
        fresh: seconds for which a login counts as fresh.
    """

    def __init__(
        self,
        methods: Sequence[AuthMethod],
        services: Services,
        entrance: Entrance,
        login_url: str,
        challenges: Sequence[str],
        fresh: float,
    ) -> None:
        self._methods = methods
        self._services = services
        self._entrance = entrance
        self._login_url = login_url
        self._challenges = challenges
        self._fresh = fresh
        self._routes = [
            (route, partial(self._serve, method, route)) for method in methods for route in method.routes()
        ]
        self.handlers: list[Handler] = [self._show, self._log_out, *(handler for _, handler in self._routes)]

    def add_to(self, router: Router) -> None:
        prefix = self._services.prefix
        router.get(self._login_url, self._show)
        router.post(f"{prefix}/logout", self._log_out)
        for route, handler in self._routes:
            router.add(METHODS[route.verb], prefix + route.path, handler)

    def form(self, req: Request) -> str:
        """The forms of all methods, as HTML; in front of them why the last try failed."""
        failed: FailedLogin | None = req.auth.failed
        home, prefix = self._services.home, self._services.prefix
        target = safe_next(req.query.get("next", []), home) if failed is None else failed.next_url
        forms = (method.form(prefix, target, failed) for method in self._methods)
        problem = "" if failed is None else login_page.problem(failed.message or FAILED)
        return "\n".join(filter(None, (problem, *forms)))

    # The login page

    def _show(self, req: Request, res: Response) -> None:
        res.headers["Cache-Control"] = "no-store"
        if page_at(req.app, self._login_url, self._show) is None:
            self._send_page(req, res)

    def _send_page(self, req: Request, res: Response) -> None:
        res.set(login_page.headers())
        res.send_html(login_page.page(req.app.name, "Sign in", self.form(req)))

    # The routes of methods

    async def _serve(self, method: AuthMethod, route: Route, req: Request, res: Response) -> None:
        """Run a method's route and act upon its outcome."""
        if not route.cross_site:
            refuse_forged(req)
        req.auth = replace(req.auth, pending=await self._entrance.pending(req))
        outcome: RouteOutcome = await settled(route.handler(req))
        if isinstance(outcome, Proved):
            outcome = await self._user_of(method, outcome, req)
        if isinstance(outcome, Accepted) and not is_active(outcome.user):
            outcome = Rejected("locked", cookies=outcome.cookies)
        await self._act(method, outcome, req, res)

    async def _act(self, method: AuthMethod, outcome: RouteOutcome, req: Request, res: Response) -> None:
        match outcome:
            case Accepted():
                await self._let_in(method, outcome, req, res)
            case Rejected():
                await self._say_failed(method, outcome, req, res)
            case Page(title, body, status, script, data, referrer):
                _set_cookies(req, res, outcome.cookies)
                res.set(login_page.headers(script, referrer))
                if prefers_page(req):
                    res.send_html(login_page.page(req.app.name, title, body, script), status)
                else:
                    res.send_json({"title": title, **data}, status)
            case Data(value, status):
                _set_cookies(req, res, outcome.cookies)
                res.headers["Cache-Control"] = "no-store"
                res.send_json(value, status)
            case Away(url):
                # Who makes a browser begin a login could make it end in an account of theirs (login CSRF).
                refuse_forged(req, safe_too=True)
                _set_cookies(req, res, outcome.cookies)
                res.headers["Cache-Control"] = "no-store"
                res.headers["Referrer-Policy"] = "no-referrer"
                res.redirect(url, 303)
            case Ended(identity, kept):
                await self._end(identity, kept, req)
                res.headers["Cache-Control"] = "no-store"
                res.decide(b"", status=200)
            case Challenge(value):
                send_unauthorized(res, [value], "Authentication has to go on.")
            case NotMine():
                return
            case Proved():
                raise AssertionError("made into a user before")
            case _:
                assert_never(outcome)

    async def _user_of(self, method: AuthMethod, proved: Proved, req: Request) -> Accepted | Rejected:
        """The user of an identity, as the directory says."""
        users, identity = self._services.users, proved.identity
        assert users is not None, "options.find_mistakes() has asked for it"
        try:
            user: User | None = await settled(users.identity(identity))
        except IdentityConflict as conflict:
            event = Event(
                "identity_conflict", method.name, conflict.user, identity.email or "",
                f"an unproved address, from {identity.issuer}", req.ip,
            )  # fmt: skip
            await self._services.tell(event)
            return Rejected(
                "an address that belongs to somebody else",
                message="There is an account with this e-mail address already. Log in there as you did before.",
                next_url=proved.next_url,
                cookies=proved.cookies,
            )
        if user is None:
            message = "There is no account for you here."
            return Rejected("no user of this identity", message=message, cookies=proved.cookies)
        return Accepted(
            user, proved.amr, claims=proved.claims, remember=proved.remember, keep=proved.keep,
            next_url=proved.next_url, cookies=proved.cookies,
        )  # fmt: skip

    async def _let_in(self, method: AuthMethod, accepted: Accepted, req: Request, res: Response) -> None:
        result = await self._entrance.enter(req, method, accepted, await self._target(req))
        match result:
            case Refused(reason):
                await self._say_failed(method, Rejected(reason, cookies=accepted.cookies), req, res)
            case NeedsFactor(factor, cookies):
                _set_cookies(req, res, cookies)
                url = f"{self._services.prefix}/{factor.name}"
                res.headers["Cache-Control"] = "no-store"
                if prefers_page(req):
                    res.redirect(url, 303)
                else:
                    send_unauthorized(res, self._challenges, "A second factor is needed.", second_factor=url)
            case Entered(user, record, next_url, cookies):
                _set_cookies(req, res, cookies)
                introduce(req, res, user, record.info(self._fresh))
                target = safe_next([next_url or ""], self._services.home)
                if prefers_page(req):
                    res.redirect(target, 303)
                else:
                    res.send_json({"user": record.user, "next": target})

    async def _say_failed(self, method: AuthMethod, rejected: Rejected, req: Request, res: Response) -> None:
        """Show the login page again. Never says why, unless the method says it may: that would tell who has an
        account."""
        event = Event("login_failed", method.name, None, rejected.login, rejected.reason, req.ip)
        await self._services.tell(event)
        _set_cookies(req, res, rejected.cookies)
        challenges = self._challenges if rejected.challenge is None else [rejected.challenge]
        if rejected.retry_after is not None:
            res.headers["Retry-After"] = str(rejected.retry_after)
        if not prefers_page(req):
            send_unauthorized(res, challenges, rejected.message or FAILED, status=rejected.status)
            return
        target = await self._target(req) if rejected.next_url is None else rejected.next_url
        failed = FailedLogin(rejected.login, safe_next([target], self._services.home), rejected.message)
        req.auth = replace(req.auth, failed=failed)
        res.status_code = rejected.status
        res.headers["Cache-Control"] = "no-store"
        if rejected.status == 401:
            set_challenges(res, challenges)
        page = page_at(req.app, self._login_url, self._show) or self._send_page
        await settled(page(req, res))

    # Logout

    async def _end(self, identity: Identity | None, kept: Mapping[str, Any], req: Request) -> None:
        users = self._services.users
        assert users is not None, "options.find_mistakes() has asked for them"
        user: User | None = None if identity is None else await settled(users.identity(identity))
        if user is not None:
            await end_some(sessions_of(req.app), str(user.id), kept)

    async def _log_out(self, req: Request, res: Response) -> None:
        refuse_forged(req)
        form = await req.form() if req.type_is("application/x-www-form-urlencoded") else {}
        target = safe_next(form.get("next", []), self._services.home)
        user, info = req.user, req.auth
        if user is not None and form.get("everywhere"):
            await settled(sessions_of(req.app).revoke(str(user.id)))
        await self._entrance.log_out(req)
        for method in self._methods:
            if method.name == info.method and prefers_page(req):
                target = await method.logged_out(info.kept, target) or target
        req.user, req.auth = None, NOBODY
        res.headers["Cache-Control"] = "no-store"
        if prefers_page(req):
            res.redirect(target, 303)
        else:
            res.decide(b"", status=204)

    async def _target(self, req: Request) -> str:
        """Where a form says to go next, checked."""
        if not req.type_is("application/x-www-form-urlencoded"):
            return self._services.home
        return safe_next((await req.form()).get("next", []), self._services.home)


def _set_cookies(req: Request, res: Response, cookies: Sequence[Cookie]) -> None:
    for cookie in cookies:
        line = cookie_line(req, cookie.name, cookie.value, cookie.max_age, cross_site=cookie.cross_site)
        # In a hook: an error that is answered instead takes the fields set before with it, and a cookie that is to
        # be cleared must be cleared then too.
        res.on("headers", partial(res.headers.append, "Set-Cookie", line))
