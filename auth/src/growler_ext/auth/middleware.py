"""`Auth`: finds out who sends a request, and lets through who may pass.

It goes into an app as a router: one middleware in front of everything (`identify`), and the routes of the login
(`login_routes`). Here the parts are put together, and here is what an application calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Literal, overload

from growler import App, Request, Router
from growler_ext.auth.adapt import AnyMethod
from growler_ext.auth.demand import Demand
from growler_ext.auth.entering import Entrance
from growler_ext.auth.events import EventName, L, Listeners
from growler_ext.auth.gate import Doorkeeper, Gate, close_nothing
from growler_ext.auth.guard import Guard, Public, check_handler
from growler_ext.auth.identify import Identify
from growler_ext.auth.login import NOBODY
from growler_ext.auth.login_page import Html
from growler_ext.auth.login_routes import LoginRoutes
from growler_ext.auth.method import SecondFactor
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.options import Options, as_seconds, wired
from growler_ext.auth.throttle import Throttle
from growler_ext.auth.users import User, Users
from growler_ext.auth.waiting import settled
from growler_ext.auth.wiring import Openness, check_processes, check_standing, sessions_of


class Auth:
    """Authentication by several methods at once. Use it behind `Session`, in front of what it shall protect.

        auth = Auth(Password(), users=users, secret=os.environ["SECRET"])
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
        secret: what is signed is signed with it: one, or several, newest first, of 16 random bytes or more. None
            makes one that ends with the process, with a warning if anything needs it.
        base_url: "https://example.org", where this site is for the world. Methods that put it into links and
            redirects need it; the Host field is never trusted for that.
        prefix: in front of the addresses that forms post to.
        login_url: where the login page is. A route of the app for GET at this path replaces the page.
        home: where a login or logout leads that was not on the way anywhere.
        default: "open" asks for a login where a guard stands; "required" everywhere behind Auth, but for
            what is marked by `auth.public`.
        throttle: how often somebody may try; a `Throttle` with rates of yours, "memory" or "redis://..." for the usual
            ones counted there; None for no limit.
        fresh: how long a login counts as fresh, in seconds or as a timedelta.
        remember: how long a login lasts that shall be remembered when the browser is closed.
        csrf: what forged requests are refused for: "all", every unsafe request of somebody logged in by session;
            "auth", login and logout alone.

    Raises AuthWiringError for what cannot work, all mistakes at once.
    """

    def __init__(
        self,
        *methods: AnyMethod,
        users: Users | Any | None = None,
        secret: str | bytes | Sequence[str | bytes] | None = None,
        base_url: str | None = None,
        prefix: str = "/auth",
        login_url: str = "/login",
        home: str = "/",
        default: Literal["open", "required"] = "open",
        throttle: Throttle | str | None = "memory",
        fresh: float | timedelta = timedelta(minutes=15),
        remember: float | timedelta = timedelta(days=30),
        csrf: Literal["auth", "all"] = "all",
    ) -> None:
        self._listeners = Listeners()
        options = Options(
            users, secret, base_url, prefix, login_url, home, default, throttle, fresh, remember, csrf
        )
        self._methods, self._services = wired(methods, options, self._listeners.tell)
        self._fresh = options.fresh_seconds
        # Who logs people in keeps that in a session; who only reads a field of each request needs none.
        self._uses_session = any(method.routes() for method in self._methods)
        challenges = [method.challenge for method in self._methods if method.challenge is not None]
        if self._uses_session:
            # RFC 9110 15.5.2: a 401 must carry a challenge, and no registered scheme means "log in with a form and
            # send the cookie you get". Basic would be a lie, and browsers would open their own window for it; of a
            # scheme they do not know they take no notice, and a program's author reads where to go.
            challenges.append(f'Cookie realm="session", login="{login_url}"')
        challenges = list(dict.fromkeys(challenges))
        factors = [method for method in self._methods if isinstance(method, SecondFactor)]
        self._gate = Gate(challenges, factors, login_url if self._uses_session else None, prefix, home)
        self._entrance = Entrance(self._services, factors, options.remember_seconds)
        self._login = LoginRoutes(
            self._methods, self._services, self._entrance, login_url, challenges, self._fresh
        )
        doorkeeper = Doorkeeper(self._gate, Openness(self._login.handlers)) if default == "required" else None
        self._close_behind = close_nothing if doorkeeper is None else doorkeeper.close_behind
        self._identify = Identify(
            self._methods, self._services, self._entrance, challenges, self._fresh, csrf == "all",
            self._uses_session, doorkeeper, self._attach,
        )  # fmt: skip

    # For the application

    def require(
        self,
        *permissions: str,
        fresh: bool | float | timedelta = False,
        mfa: bool = False,
        methods: Sequence[str] | None = None,
        check: Callable[[Request], Any] | None = None,
    ) -> Guard:
        """A guard: only for who is logged in and has all of these permissions.

        As a decorator it stands under `@app.get(...)`; as middleware, `app.use(auth.require("admin"), "/admin")`.
        Nobody is sent to the login page, or gets 401 where no page is wanted; who lacks a permission gets 403.

        Parameters:
            fresh: True asks again who has logged in longer ago than Auth's `fresh`; or that time itself.
            mfa: asks for a second factor.
            methods: names of the methods of which one must have been used.
            check: called with the request at last, sync or async: whether it may pass; 403 if not.

        Raises TypeError when used without its parentheses, ValueError for a method that Auth does not have.
        """
        if not all(isinstance(permission, str) for permission in permissions):
            raise TypeError("auth.require takes names of permissions; as a decorator it is @auth.require()")
        unknown = set(methods or ()) - {method.name for method in self._methods}
        if unknown:
            raise ValueError(f"auth.require: Auth has no method {', '.join(sorted(unknown))}")
        within = None if fresh is False else self._fresh if fresh is True else as_seconds(fresh)
        wanted = None if methods is None else frozenset(methods)
        return Guard(self._gate.admit, Demand(frozenset(permissions), within, mfa, wanted, check))

    def public(self, handler: Callable[..., Any]) -> Public:
        """Decorator under `@app.get(...)`: this route is for everybody, also under `default="required"`."""
        check_handler(handler, "auth.public")
        return Public(handler, self._close_behind)

    @overload
    def on(self, name: EventName, listener: L) -> L: ...
    @overload
    def on(self, name: EventName) -> Callable[[L], L]: ...
    def on(self, name: EventName, listener: L | None = None) -> L | Callable[[L], L]:
        """Have a function, sync or async, called with each `Event` of this name; without one, a decorator."""
        return self._listeners.on(name, listener)

    async def login(
        self,
        req: Request,
        user: User,
        *,
        method: str = "custom",
        amr: Sequence[str] = (),
        remember: bool = False,
    ) -> None:
        """Log in a user whom the application itself vouches for: a new session id, as after any login."""
        entered = await self._entrance.log_in(req, user, method, tuple(amr), remember=remember)
        req.user, req.auth = user, entered.record.info(self._fresh)

    async def logout(self, req: Request, *, everywhere: bool = False) -> None:
        """End this login, or all of this user's."""
        if everywhere and req.user is not None:
            await settled(sessions_of(req.app).revoke(str(req.user.id)))
        await self._entrance.log_out(req)
        req.user, req.auth = None, NOBODY

    async def revoke(self, app: App, user_id: str, *, keep: Any = None) -> int:
        """End all sessions of a user, `keep=req.session` excepted; returns how many there were.

        Tokens and remembered logins elsewhere end with the user's `auth_version`.
        """
        ended: int = await settled(sessions_of(app).revoke(user_id, keep=keep))
        return ended

    def login_form(self, req: Request) -> Html:
        """The forms of all methods as HTML, for a login page of your own; template engines need no filter for it.

        On a page that is shown again it says that the login failed, and has the name that was typed.
        """
        return Html(self._login.form(req))

    def safe_next(self, req: Request) -> str:
        """Where `?next=` leads, if that is on this site; else home."""
        return safe_next(req.query.get("next", []), self._services.home)

    def __getitem__(self, name: str) -> Any:
        """A method by its name: `auth["bearer"].issue(user)`."""
        for method in self._methods:
            if method.name == name:
                return method
        raise KeyError(name)

    # Wiring

    def __growler_router__(self) -> Router:
        """What `app.use(auth)` puts into the app."""
        router = Router()
        router.use(self._identify)
        if self._uses_session:
            self._login.add_to(router)
        return router

    def _attach(self, app: App) -> None:
        check_standing(app, self._identify)
        check_processes(app, self._services)
        app.on_startup(self._open)
        app.on_shutdown(self._close)

    async def _open(self) -> None:
        for method in self._methods:
            await method.open()

    async def _close(self) -> None:
        for method in self._methods:
            await method.close()
        await self._services.shared.close()
