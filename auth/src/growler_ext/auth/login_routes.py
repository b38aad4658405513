"""The addresses Auth serves: the login page, logout, and those of the methods.

A method's route gives an outcome, of which `route_outcomes` makes an answer. An app's own route for the login page is
preferred to ours, wherever it stands: for GET, and after a failed login.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from functools import partial

from growler import Request, Response, Router
from growler.http.errors import HTTPErrorForbidden, HTTPErrorServiceUnavailable
from growler.http.methods import METHODS
from growler.router.plan import Handler
from growler_ext.auth import login_page
from growler_ext.auth.answers import prefers_page, refuse_forged
from growler_ext.auth.entering import Entrance, refused_unless_listed
from growler_ext.auth.login import NOBODY, SESSION_KEY, FailedLogin, LoginRecord, usable
from growler_ext.auth.method import AuthMethod, Route
from growler_ext.auth.next_url import safe_next
from growler_ext.auth.outcome import RouteOutcome
from growler_ext.auth.route_outcomes import FAILED, RouteOutcomes
from growler_ext.auth.services import Services
from growler_ext.auth.shared import SharedError
from growler_ext.auth.waiting import settled
from growler_ext.auth.wiring import page_at, sessions_of

log: logging.Logger = logging.getLogger("growler.auth")


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
        self._outcomes = RouteOutcomes(services, entrance, login_url, self._show_again, challenges, fresh)
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
        forms = [
            method.form(prefix, target, failed if failed and failed.method == method.name else None)
            for method in self._methods
        ]
        problem = login_page.problem("" if failed is None else failed.message or FAILED)
        return problem + login_page.arrange(list(filter(None, forms)))

    # The login page

    def _show(self, req: Request, res: Response) -> None:
        res.headers["Cache-Control"] = "no-store"
        if page_at(req.app, self._login_url, self._show) is None:
            self._send_page(req, res)

    def _show_again(self, req: Request, res: Response) -> Awaitable[None] | None:
        """After a failed login: the app's own page if there is one."""
        page = page_at(req.app, self._login_url, self._show) or self._send_page
        shown: Awaitable[None] | None = page(req, res)
        return shown

    def _send_page(self, req: Request, res: Response) -> None:
        res.set(login_page.headers())
        res.send_html(login_page.page(req.app.name, "Sign in", self.form(req)))

    # The routes of methods

    async def _serve(self, method: AuthMethod, route: Route, req: Request, res: Response) -> None:
        """Run a method's route and act upon its outcome."""
        if not route.cross_site:
            refuse_forged(req)
        req.auth = replace(req.auth, pending=await self._entrance.pending(req))
        try:
            outcome: RouteOutcome = await settled(route.handler(req))
        except SharedError as error:
            # What may be used once cannot be told from what was used: nobody gets in by it meanwhile.
            log.error("logins by %s are not available", method.name, exc_info=error)
            raise HTTPErrorServiceUnavailable("Signing in is not available at the moment.") from error
        await self._outcomes.act(method, outcome, req, res)

    # Logout

    async def _log_out(self, req: Request, res: Response) -> None:
        refuse_forged(req)
        form = await req.form() if req.type_is("application/x-www-form-urlencoded") else {}
        target = safe_next(form.get("next", []), self._services.home)
        user, info = req.user, req.auth
        if user is not None and form.get("everywhere"):
            record = LoginRecord.read(usable(req.session).get(SESSION_KEY))
            if record is None or record.user != str(user.id):
                # A key that leaks, or that may only read, must not throw its owner out.
                raise HTTPErrorForbidden("Only a browser that is logged in ends all sessions of its user.")
            with refused_unless_listed():
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
