"""`Session`: the options, checked and put to work; what an app asks of all sessions; the store's way in and out.

What happens in a request is the middleware's, whose subclass it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal, cast

from growler import App
from growler_ext.session import owners
from growler_ext.session.cookie import CookieRule, SameSite
from growler_ext.session.data import SessionData
from growler_ext.session.failure import or_unavailable
from growler_ext.session.life import Life
from growler_ext.session.middleware import SessionMiddleware
from growler_ext.session.options import Duration, OnStoreError, check, open_store, seconds
from growler_ext.session.owners import SessionInfo
from growler_ext.session.rules import Rules
from growler_ext.session.store import Store
from growler_ext.session.visits.by_id import ById
from growler_ext.session.visits.contract import BringsVisits, Visits


class Session(SessionMiddleware):
    """Middleware for sessions: a mapping on `req.session` that a client finds again by its cookie.

        app.use(Session())
        app.use(Session("redis://localhost", idle=1800, lifetime=timedelta(hours=8)))

    Parameters:
        store: where sessions are kept: a `Store`, a URL (redis:, rediss:, unix:, redis+sentinel:,
            rediss+sentinel:, sqlite:) or a CookieStore; a `DictStore()` if None.
        idle: how long an unused session lives, in seconds or as a timedelta. The server keeps to it, whatever
            the client does with its cookie.
        lifetime: how long a session lives at most, however much it is used; None for no such limit.
        renew: the age at which an id is replaced by a new one, at its next use (OWASP: renewal timeout); None: never.
        grace: how many seconds the old id is good then, for requests that were under way.
        touch: the share of `idle` that passes before use is written down and the cookie sent anew. 0: each time.
        name: the cookie's name; `__Host-` is put before it where the cookie is Secure, path is "/" and domain None.
        secure: "auto" is Secure where the request came by https and where browsers demand it. True: the cookie is
            set on https alone; behind a proxy the app has to be told of it, `App(trust_proxy=[...])`.
        samesite, domain, partitioned: the cookie's attributes.
        path: the cookie's path; requests outside of it have no session at all.
        persist: whether the cookie outlives the browser's session, where `session.persist()` does not say.
        on_store_error: what a request is answered whose session cannot be loaded: "503", or "anonymous": it goes on
            with an empty session, and is 503 only if something is put into it. What cannot be saved is always 503.
        timeout: seconds that an async store has for each operation.
        commit_on: given the status of an answer, says whether its session is saved; below 500 by default.
        user_key: the key of the session that says whose it is: changing it is `bind`.
        lazy: an async store is asked only by `await req.session.load()`, which then comes before any use.

    Raises ValueError that lists every wrong option.
    """

    def __init__(
        self,
        store: Store | BringsVisits | str | None = None,
        *,
        idle: Duration = timedelta(days=14),
        lifetime: Duration | None = None,
        renew: Duration | None = None,
        grace: Duration = 30,
        touch: float = 0.1,
        name: str = "sid",
        secure: bool | Literal["auto"] = "auto",
        samesite: SameSite = "Lax",
        path: str = "/",
        domain: str | None = None,
        partitioned: bool = False,
        persist: bool = True,
        on_store_error: OnStoreError = "503",
        timeout: float = 1.0,
        commit_on: Callable[[int], bool] = lambda status: status < 500,
        user_key: str | None = None,
        lazy: bool = False,
    ) -> None:
        mistakes: list[str] = []
        self.store: Any = open_store(store, mistakes)
        life = Life(
            seconds(idle), None if lifetime is None else seconds(lifetime), touch,
            None if renew is None else seconds(renew), seconds(grace), persist,
        )  # fmt: skip
        cookie = CookieRule(name, secure, samesite, path, domain, partitioned)
        check(mistakes, life, cookie, on_store_error, timeout, commit_on, user_key, lazy)
        self._timeout = timeout
        # None where nothing is on the server that could be listed, revoked or closed.
        self._kept: Store | None = None if isinstance(self.store, BringsVisits) else self.store
        visits: Visits
        if isinstance(self.store, BringsVisits):
            visits = self.store.visits(life, cookie)
        else:
            visits = ById(self.store, life, timeout)
        super().__init__(Rules(visits, cookie, commit_on, user_key, on_store_error == "anonymous", lazy))

    def __growler_attach__(self, app: App) -> None:
        """Called by the app when it is wired. Raises ValueError for a store that its processes cannot share."""
        workers = app.config.get("workers", 1)
        if workers > 1 and not self.store.shared:
            raise ValueError(
                f"Session: {workers} worker processes cannot share a {type(self.store).__name__}; use SqliteStore "
                '("sqlite:///sessions.db"), RedisStore ("redis://...") or CookieStore'
            )
        app.on_shutdown(self._close)

    async def _close(self) -> None:
        if self._kept is not None:
            closing = self._kept.close()
            if not self._kept.sync:
                await cast("Awaitable[None]", closing)

    # The sessions of a user

    async def of(self, user: str) -> list[SessionInfo]:
        """The sessions that are bound to a user, the newest first.

        Raises HTTPErrorServiceUnavailable if the store fails, TypeError for a store that cannot know.
        """
        return await or_unavailable(owners.sessions_of(self._listing(), self._timeout, user))

    async def revoke(self, user: str, *, keep: SessionData | None = None) -> int:
        """End all sessions that are bound to a user; returns how many. Requests under way do not bring them back.

        Parameters:
            keep: a session that stays: `req.session`, when its user logs out "everywhere else".

        Raises as `of`.
        """
        key = None if keep is None else keep.stored_key
        kept = () if key is None else (key,)
        return await or_unavailable(owners.revoke(self._listing(), self._timeout, user, kept))

    async def revoke_one(self, user: str, handle: str) -> bool:
        """End the session of a user that has this handle; whether there was one. Raises as `of`."""
        return await or_unavailable(owners.revoke_one(self._listing(), self._timeout, user, handle))

    def _listing(self) -> Store:
        if self._kept is None:
            raise TypeError(
                f"a {type(self.store).__name__} keeps nothing on the server, so nothing can be listed or revoked: "
                "use SqliteStore or RedisStore"
            )
        return self._kept
