"""Every request: who sends it? `Identify` is the middleware of an `Auth`, in front of everything.

Methods answer with outcomes; here each becomes `req.user` and `req.auth`, or a refusal. Where none finds a credential
the session is asked. A request that nothing has to be waited for costs no coroutine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from inspect import isawaitable
from typing import assert_never

from growler import App, Request, Response
from growler_ext.auth.adapt import reads_requests
from growler_ext.auth.answers import introduce, refuse_forged, send_unauthorized
from growler_ext.auth.credentials import INVALID_TOKEN
from growler_ext.auth.entering import Entrance
from growler_ext.auth.gate import Doorkeeper
from growler_ext.auth.login import NOBODY, AuthInfo
from growler_ext.auth.method import (
    LOCKED,
    Accepted,
    Answer,
    AuthMethod,
    Challenge,
    NotMine,
    Rejected,
    SecondFactor,
    ask,
)
from growler_ext.auth.resumed import Login, Resumed
from growler_ext.auth.services import Services
from growler_ext.auth.users import User, is_active
from growler_ext.auth.waiting import after

Done = Awaitable[None] | None


class Identify:
    """
    Parameters:
        methods: of the Auth; those that look at requests are asked in their order.
        services: as the methods have them.
        entrance: knows who needs a second factor.
        challenges: for a 401, one WWW-Authenticate field each.
        fresh: seconds for which a login counts as fresh.
        csrf_everywhere: whether forged unsafe requests are refused, or logins alone.
        uses_session: whether there is a session to look into.
        doorkeeper: who closes what is not public; None if everything is open.
        attach: called with the app this stands in.
    """

    def __init__(
        self,
        methods: Sequence[AuthMethod],
        services: Services,
        entrance: Entrance,
        challenges: Sequence[str],
        fresh: float,
        csrf_everywhere: bool,
        uses_session: bool,
        doorkeeper: Doorkeeper | None,
        attach: Callable[[App], None],
    ) -> None:
        self._readers = [method for method in methods if reads_requests(method)]
        self._has_factors = any(isinstance(method, SecondFactor) for method in methods)
        self._users = services.users
        self._entrance = entrance
        self._challenges = challenges
        self._schemes = {challenge.partition(" ")[0].lower() for challenge in challenges}
        self._fresh = fresh
        self._resumed = Resumed(fresh)
        self._csrf_everywhere = csrf_everywhere
        self._uses_session = uses_session
        self._doorkeeper = doorkeeper
        self._attach = attach

    def __growler_attach__(self, app: App) -> None:
        """See `growler.App.wire`. Raises AuthWiringError for what cannot work in this app."""
        self._attach(app)

    def __call__(self, req: Request, res: Response) -> Done:
        req.user, req.auth = None, NOBODY
        if not self._readers:
            return self._resume(req, res)
        return after(ask(self._readers, req), partial(self._settle, req, res))

    # By a credential in the request

    def _settle(self, req: Request, res: Response, answer: Answer) -> Done:
        name, outcome = answer
        match outcome:
            case NotMine():
                unclaimed = self._unclaimed(req)
                if unclaimed is not None:
                    return self._refuse(req, res, "", unclaimed)
                return self._resume(req, res)
            case Accepted(user) if not is_active(user):
                return self._refuse(req, res, name, Rejected(LOCKED, user=user))
            case Accepted():
                # A password is half of what such a user logs in with, also where no page can ask for the other half. A
                # token or a key stands for itself: it was made by who was logged in.
                if self._has_factors and "pwd" in outcome.amr:
                    owed = self._entrance.owed(outcome)
                    return after(owed, partial(self._introduce_if_enough, req, res, name, outcome))
                self._introduce(req, res, name, outcome)
            case Rejected():
                return self._refuse(req, res, name, outcome)
            case Challenge(value):
                send_unauthorized(res, [value], "Authentication has to go on.")
            case _:
                assert_never(outcome)
        return None

    def _introduce_if_enough(
        self, req: Request, res: Response, name: str, accepted: Accepted, owed: SecondFactor | None
    ) -> Done:
        if owed is not None:
            return self._refuse(req, res, name, Rejected("a second factor is set up", user=accepted.user))
        self._introduce(req, res, name, accepted)
        return None

    def _introduce(self, req: Request, res: Response, name: str, accepted: Accepted) -> None:
        if accepted.ambient and self._csrf_everywhere:
            refuse_forged(req)
        at = None if accepted.at is None else datetime.fromtimestamp(accepted.at, UTC)
        info = AuthInfo(
            name, at, accepted.amr, accepted.scopes, accepted.claims, fresh_for=self._fresh
        )  # fmt: skip
        introduce(req, res, accepted.user, info)

    def _refuse(self, req: Request, res: Response, name: str, rejected: Rejected) -> Done:
        challenges = self._challenges if rejected.challenge is None else [rejected.challenge]
        message = rejected.message or "The credentials are not valid."
        send_unauthorized(res, challenges, message, status=rejected.status)
        if rejected.retry_after is not None:
            res.headers["Retry-After"] = str(rejected.retry_after)
        return self._entrance.refused(rejected, name, req.ip)

    def _unclaimed(self, req: Request) -> Rejected | None:
        """The refusal of a credential of a scheme that methods here ask for, but that none took: as bad as forged."""
        given = req.get("authorization")
        scheme = "" if given is None else given.partition(" ")[0].lower()
        if scheme not in self._schemes:
            return None
        return Rejected(
            "no method takes this credential", challenge=INVALID_TOKEN if scheme == "bearer" else None
        )

    # By the session

    def _resume(self, req: Request, res: Response) -> Done:
        if self._uses_session:
            login = self._resumed.find(req.session)
            if login is not None and self._users is not None:
                user = self._users.get(login.record.user)
                if isawaitable(user):
                    return after(user, partial(self._welcome_back, req, res, login))
                self._welcome_back(req, res, login, user)
                return None
        self._leave_unknown(req, res)
        return None

    def _welcome_back(self, req: Request, res: Response, login: Login, user: User | None) -> None:
        if user is None or not login.record.still_holds(user):
            self._leave_unknown(req, res)
            return
        if self._csrf_everywhere:
            refuse_forged(req)
        introduce(req, res, user, login.info)

    def _leave_unknown(self, req: Request, res: Response) -> None:
        if self._doorkeeper is not None:
            self._doorkeeper.close(req, res)
