"""`Auth`: finds out who sends a request, and lets through who may pass.

It goes into an app as a router: one middleware in front of everything, and the routes of the login
(`login_routes`). Methods answer with outcomes and guards with an `Access`; here each becomes an attribute of
the request or an answer. A request that nothing has to be waited for costs no coroutine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, assert_never

from growler import App, Request, Response, Router
from growler.http.errors import HTTPErrorForbidden
from growler_ext.auth import options
from growler_ext.auth.answers import introduce, prefers_page, refuse_forged, send_unauthorized
from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.guard import Access, Guard, Public, check_handler, decide
from growler_ext.auth.login import NOBODY, SESSION_KEY, AuthInfo, LoginRecord, usable
from growler_ext.auth.login_page import Html
from growler_ext.auth.login_routes import LoginRoutes
from growler_ext.auth.method import Accepted, Answer, AuthMethod, Challenge, NotMine, Rejected, ask
from growler_ext.auth.users import User, Users, is_active, permissions
from growler_ext.auth.waiting import after
from growler_ext.auth.wiring import Openness, find_mistakes

Done = Awaitable[None] | None


class Auth:
    """Authentication by several methods at once. Use it behind `Session`, in front of what it shall protect.

        auth = Auth(Password(), users=users)
        app.use(Session())
        app.use(auth)

    It sets `req.user` (None for nobody) and `req.auth` (`AuthInfo`), and serves `POST {prefix}/login`,
    `POST {prefix}/logout` and a login page. Answers to somebody who is logged in are not cached
    (`Cache-Control: no-store`); what a handler says of its own caching holds, but `private` is added unless it says
    `public`.

    Parameters:
        methods: ways to log in, asked in this order before the session. The first that finds a credential
            of its kind decides, for good or bad.
        users: the directory of users.
        prefix: in front of the addresses that forms post to.
        login_url: where the login page is. A route of the app for GET at this path replaces the page.
        home: where a login or logout leads that was not on the way anywhere.
        default: "open" asks for a login where a guard stands; "required" everywhere behind Auth, but for
            what is marked by `auth.public`.
        csrf: what forged requests are refused for: "auth", login and logout; "all", also every unsafe request
            of somebody logged in by session.

    Raises AuthWiringError for what cannot work, all mistakes at once.
    """

    def __init__(
        self,
        *methods: AuthMethod,
        users: Users | None = None,
        prefix: str = "/auth",
        login_url: str = "/login",
        home: str = "/",
        default: Literal["open", "required"] = "open",
        csrf: Literal["auth", "all"] = "auth",
    ) -> None:
        mistakes = options.find_mistakes(
            methods, users, prefix=prefix, login_url=login_url, home=home, default=default, csrf=csrf
        )
        if mistakes:
            raise AuthWiringError(mistakes)
        self._methods = methods
        self._users = users
        self._by_default_closed = default == "required"
        self._csrf_everywhere = csrf == "all"
        # Who logs people in keeps that in a session; who only reads a field of each request needs none.
        self._uses_session = any(method.routes() for method in methods)
        self._challenges = [method.challenge for method in methods if method.challenge is not None]
        if self._uses_session:
            # RFC 9110 15.5.2: a 401 must carry a challenge, and no registered scheme means "log in with a form and
            # send the cookie you get". Basic would be a lie, and browsers would open their own window for it; of a
            # scheme they do not know they take no notice, and a program's author reads where to go.
            self._challenges.append(f'Cookie realm="session", login="{login_url}"')
        self._login = LoginRoutes(methods, prefix, login_url, home, self._challenges)
        self._openness = Openness(self._login.handlers)
        self._checked: App | None = None

    # For the application

    def require(self, *permissions: str) -> Guard:
        """A guard: only for who is logged in and has all of these permissions.

        As a decorator it stands under `@app.get(...)`; as middleware, `app.use(auth.require("admin"), "/admin")`.
        Nobody is sent to the login page, or gets 401 where no page is wanted; who lacks a permission gets 403.
        Raises TypeError when used without its parentheses.
        """
        if not all(isinstance(permission, str) for permission in permissions):
            raise TypeError("auth.require takes names of permissions; as a decorator it is @auth.require()")
        return Guard(self._admit, frozenset(permissions))

    def public(self, handler: Callable[..., Any]) -> Public:
        """Decorator under `@app.get(...)`: this route is for everybody, also under `default="required"`."""
        check_handler(handler, "auth.public")
        return Public(handler, self._close_behind)

    def login_form(self, req: Request) -> Html:
        """The forms of all methods as HTML, for a login page of your own; template engines need no filter for it.

        On a page that is shown again it says that the login failed, and has the name that was typed.
        """
        return Html(self._login.form(req))

    def __growler_router__(self) -> Router:
        """What `app.use(auth)` puts into the app."""
        router = Router()
        router.use(self._identify)
        if self._uses_session:
            self._login.add_to(router)
        return router

    # Every request: who is it?

    def _identify(self, req: Request, res: Response) -> Done:
        if self._checked is not req.app:
            self._check(req.app)
        req.user, req.auth = None, NOBODY
        return after(ask(self._methods, req), partial(self._settle, req, res))

    def _settle(self, req: Request, res: Response, answer: Answer) -> Done:
        name, outcome = answer
        match outcome:
            case NotMine():
                return self._resume(req, res)
            case Accepted(user) if is_active(user):
                introduce(req, res, user, AuthInfo(name, datetime.now(UTC)))
            case Accepted() | Rejected():
                send_unauthorized(res, self._challenges, "The credentials are not valid.")
            case Challenge(value):
                send_unauthorized(res, [value], "Authentication has to go on.")
            case _:
                assert_never(outcome)
        return None

    def _resume(self, req: Request, res: Response) -> Done:
        if self._uses_session:
            record = LoginRecord.read(usable(req.session).get(SESSION_KEY))
            if record is not None and self._users is not None:
                return after(self._users.get(record.user), partial(self._welcome_back, req, res, record))
        self._close_by_default(req, res)
        return None

    def _welcome_back(self, req: Request, res: Response, record: LoginRecord, user: User | None) -> None:
        if user is None or not record.still_holds(user):
            self._close_by_default(req, res)
            return
        if self._csrf_everywhere:
            refuse_forged(req)
        introduce(req, res, user, record.info())

    # Who may pass?

    def _admit(self, req: Request, res: Response, wanted: frozenset[str]) -> bool:
        user = req.user
        match decide(None if user is None else permissions(user), wanted):
            case Access.GRANTED:
                return True
            case Access.UNKNOWN:
                self._ask_to_log_in(req, res)
                return False
            case Access.FORBIDDEN:
                raise HTTPErrorForbidden("You are logged in, but not allowed to do this.")

    def _close_by_default(self, req: Request, res: Response) -> None:
        if self._by_default_closed and not self._openness.is_open(req.app, req.head):
            self._ask_to_log_in(req, res)

    def _close_behind(self, req: Request, res: Response) -> None:
        if self._by_default_closed and req.user is None and not res.has_ended:
            self._ask_to_log_in(req, res)

    def _ask_to_log_in(self, req: Request, res: Response) -> None:
        if self._uses_session and prefers_page(req):
            self._login.send_there(req, res)
        else:
            send_unauthorized(res, self._challenges, "Log in first.")

    # Wiring

    def _check(self, app: App) -> None:
        mistakes = find_mistakes(app, self._identify)
        if mistakes:
            raise AuthWiringError(mistakes)
        self._checked = app
