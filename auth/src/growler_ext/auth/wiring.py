"""How Auth stands in an app: mistakes that only show there, and which of the app's routes are public.

Read from the app's list of routes when the app is wired; what is public is kept per kind of path, so no later
request pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from growler.exchange import RequestHead
from growler.http.methods import HTTPMethod
from growler.router.pattern import parse
from growler.router.plan import Handler, Plan
from growler.router.table import Entry
from growler_ext.auth.errors import AuthWiringError
from growler_ext.auth.guard import Public
from growler_ext.auth.services import Services

if TYPE_CHECKING:
    from growler import App


def check_standing(app: App, identify: Handler) -> None:
    """Raise AuthWiringError for a wrong use of Auth in an app, with sentences that name the fix.

    Parameters:
        identify: the handler of Auth that stands in front of all routes.
    """
    entries = list(app.router.entries())
    mistakes = []
    if any(entry.handler is identify and entry.depth for entry in entries):
        mistakes.append(
            "Auth cannot stand below a path, where its addresses would be other ones: app.use(auth), and to move "
            'them Auth(..., prefix="/there/auth", login_url="/there/login")'
        )
    before, behind = _split(entries, identify)
    if not any(map(_keeps_sessions, before)) and any(map(_keeps_sessions, behind)):
        mistakes.append(
            "Session stands behind Auth, which keeps logins in it: app.use(Session(...)) comes first"
        )
    if any(isinstance(entry.handler, Public) and not entry.exact for entry in entries):
        mistakes.append(
            "auth.public(...) is for routes; a middleware that everybody may use stands before app.use(auth)"
        )
    if mistakes:
        raise AuthWiringError(mistakes)


def _split(entries: list[Entry], handler: Handler) -> tuple[list[Entry], list[Entry]]:
    """What stands before a handler and what behind it."""
    position = next((number for number, entry in enumerate(entries) if entry.handler is handler), 0)
    return entries[:position], entries[position + 1 :]


def sessions_of(app: App) -> Any:
    """The `Session` in an app that can end all sessions of a user.

    Raises AuthWiringError where there is none.
    """
    for entry in app.router.entries():
        if _keeps_sessions(entry):
            return entry.handler
    raise AuthWiringError(
        [
            "no session in this app can end all sessions of a user: app.use(Session(...)) of growler-ext-session"
        ]
    )


def _keeps_sessions(entry: Entry) -> bool:
    return callable(getattr(entry.handler, "revoke", None)) and callable(getattr(entry.handler, "of", None))


def check_processes(app: App, services: Services) -> None:
    """Raise AuthWiringError for what works in one process only, where there are several."""
    if app.config.get("workers", 1) < 2:
        return
    mistakes = []
    if services.keys.is_random:
        mistakes.append(
            "each worker process would sign with a secret of its own: Auth(secret=...), "
            "made by python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if not services.shared.across_processes:
        mistakes.append(
            "each worker process would count tries for itself, and let each link and code be used once in each: "
            'Auth(throttle="redis://...")'
        )
    if mistakes:
        raise AuthWiringError(mistakes)


def page_at(app: App, path: str, ours: Handler) -> Handler | None:
    """The handler of the app's own route for GET at exactly this path; None if it has none but ours."""
    pattern = parse(path)
    for entry in app.router.entries():
        if (
            _is_route(entry)
            and entry.pattern == pattern
            and entry.mask & HTTPMethod.GET
            and entry.handler != ours
        ):
            return entry.handler
    return None


class Openness:
    """Which requests are answered without a login, under `default="required"`.

    Parameters:
        own: the handlers of Auth's own routes.
    """

    def __init__(self, own: Sequence[Handler]) -> None:
        self._own = own
        self._known: dict[Plan, bool] = {}

    def is_open(self, app: App, head: RequestHead) -> bool:
        """Whether the first route that a request comes to is public. Without a route it is not: closed is safe."""
        plan = app.plan(head)
        known = self._known.get(plan)
        if known is None:
            known = self._known[plan] = self._decide(app, plan)
        return known

    def _decide(self, app: App, plan: Plan) -> bool:
        entries = list(app.router.entries())
        for step in plan.steps[:-1]:  # the last is the app's 404
            if _is_route(entries[step.position]):
                return isinstance(step.handler, Public) or step.handler in self._own
        return False


def _is_route(entry: Entry) -> bool:
    return entry.exact and not entry.handles_errors
