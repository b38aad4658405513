"""What comes of an outcome of a method's route: a session and a redirect, a page, or the login page once more.

The only place that writes the answers of methods. Programs get JSON with the same statuses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from growler import Request, Response
from growler_ext.auth import login_page
from growler_ext.auth.answers import introduce, prefers_page, refuse_forged, send_unauthorized, set_challenges
from growler_ext.auth.cookies import cookie_line
from growler_ext.auth.entering import (
    Entered,
    Entrance,
    NeedsFactor,
    Refused,
    end_some,
    refused_unless_listed,
)
from growler_ext.auth.events import Event
from growler_ext.auth.login import FailedLogin
from growler_ext.auth.method import AuthMethod
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.outcome import (
    LOCKED,
    Accepted,
    Away,
    Challenge,
    Cookie,
    Data,
    Ended,
    NotMine,
    Page,
    Proved,
    Rejected,
    RouteOutcome,
)
from growler_ext.auth.services import Services
from growler_ext.auth.users import Identity, IdentityConflict, User, is_active
from growler_ext.auth.waiting import settled
from growler_ext.auth.wiring import sessions_of

FAILED = "Wrong username or password."


class RouteOutcomes:
    """
    Parameters:
        services: as the methods have them.
        entrance: where a login becomes a session.
        login_url: where the login page is.
        show_again: shows the login page after a failed login, ours or the app's.
        challenges: for every 401, to be sent in WWW-Authenticate.
        fresh: seconds for which a login counts as fresh.
    """

    def __init__(
        self,
        services: Services,
        entrance: Entrance,
        login_url: str,
        show_again: Callable[[Request, Response], Awaitable[None] | None],
        challenges: Sequence[str],
        fresh: float,
    ) -> None:
        self._services = services
        self._entrance = entrance
        self._login_url = login_url
        self._show_again = show_again
        self._challenges = challenges
        self._fresh = fresh

    async def act(self, method: AuthMethod, outcome: RouteOutcome, req: Request, res: Response) -> None:
        if isinstance(outcome, Proved):
            outcome = await self._user_of(method, outcome, req)
        if isinstance(outcome, Accepted) and not is_active(outcome.user):
            outcome = Rejected(LOCKED, cookies=outcome.cookies, user=outcome.user)
        match outcome:
            case Accepted():
                await self._let_in(method, outcome, req, res)
            case Rejected():
                await self._say_failed(method, outcome, req, res)
            case Page(title, body, status, script, data, referrer):
                _set_cookies(req, res, outcome.cookies)
                res.set(login_page.headers(script, referrer))
                if prefers_page(req):
                    back = self._login_url if req.user is None else ""
                    res.send_html(login_page.page(req.app.name, title, body, script, back=back), status)
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
            user, proved.amr, claims=proved.claims, login=proved.login, remember=proved.remember, keep=proved.keep,
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
        await self._entrance.refused(rejected, method.name, req.ip)
        _set_cookies(req, res, rejected.cookies)
        challenges = self._challenges if rejected.challenge is None else [rejected.challenge]
        if rejected.retry_after is not None:
            res.headers["Retry-After"] = str(rejected.retry_after)
        if not prefers_page(req):
            send_unauthorized(res, challenges, rejected.message or FAILED, status=rejected.status)
            return
        target = await self._target(req) if rejected.next_url is None else rejected.next_url
        failed = FailedLogin(
            rejected.login, safe_next([target], self._services.home), rejected.message, method.name
        )
        req.auth = replace(req.auth, failed=failed)
        res.status_code = rejected.status
        res.headers["Cache-Control"] = "no-store"
        if rejected.status == 401:
            set_challenges(res, challenges)
        await settled(self._show_again(req, res))

    async def _end(self, identity: Identity | None, kept: Mapping[str, Any], req: Request) -> None:
        users = self._services.users
        assert users is not None, "options.find_mistakes() has asked for them"
        user: User | None = None if identity is None else await settled(users.identity(identity))
        if user is not None:
            with refused_unless_listed():
                await end_some(sessions_of(req.app), str(user.id), kept)

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
