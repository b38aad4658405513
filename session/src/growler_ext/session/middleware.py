"""`Session`: gives each request `req.session`, and saves it in the hook that runs before the answer leaves.

With a sync store everything happens at once and only when a handler uses the session: a request that does not
pays for two small objects. With an async store the session of a plausible cookie is loaded before the handlers
run, because reading a mapping cannot wait, and the hook is awaited.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Literal, cast

from growler import Request, Response
from growler.exchange import RequestHead
from growler.http.errors import HTTPErrorServiceUnavailable
from growler_ext.cookieparser import Cookies, parse
from growler_ext.session.cookie import CookieRule, SameSite
from growler_ext.session.data import SessionData
from growler_ext.session.decide import Decision, Life, Send, decide
from growler_ext.session.ids import candidates, key_of
from growler_ext.session.options import Duration, check, seconds
from growler_ext.session.state import State
from growler_ext.session.store import Record, Store, StoreError
from growler_ext.session.stores.dict import DictStore

log = logging.getLogger("growler.session")


class Session:
    """Middleware for sessions that live on the server; the client has a cookie with a random id.

        app.use(Session())
        app.use(Session(idle=1800, lifetime=timedelta(hours=8)))

    Parameters:
        store: where sessions are kept, see `Store`; a `DictStore()` if None.
        idle: how long an unused session lives, in seconds or as a timedelta. The server keeps to it, whatever
            the client does with its cookie.
        lifetime: how long a session lives at most, however much it is used; None for no such limit.
        touch: the share of `idle` that passes before use is written down and the cookie sent anew. 0: each time.
        name: the cookie's name; `__Host-` is put before it where the cookie is Secure, path is "/" and domain None.
        secure: "auto" is Secure where the request came by https and where browsers demand it; True behind a proxy
            that speaks https to the world.
        samesite, path, domain: the cookie's attributes.

    Raises ValueError that lists every wrong option.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        idle: Duration = timedelta(days=14),
        lifetime: Duration | None = None,
        touch: float = 0.1,
        name: str = "sid",
        secure: bool | Literal["auto"] = "auto",
        samesite: SameSite = "Lax",
        path: str = "/",
        domain: str | None = None,
    ) -> None:
        self.store = DictStore() if store is None else store
        self.life = Life(seconds(idle), None if lifetime is None else seconds(lifetime), touch)
        self.cookie = CookieRule(name, secure, samesite, path, domain)
        check(self.store, self.life, self.cookie)

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        # hasattr(req, ...) would make an error message for every request that has none yet.
        if "session" in vars(req) or hasattr(type(req), "session"):
            return None
        cookies = vars(req).get("cookies")
        visit = _Visit(self, req.head, res, cookies if isinstance(cookies, Cookies) else None)
        req.session = SessionData(visit)
        return None if self.store.sync else visit.load_now()


class _Visit:
    """The session of one request on its way from the cookie through the store to the cookie. An `Access`."""

    __slots__ = ("_cookies", "_head", "_res", "_session", "_waiting", "state")

    def __init__(self, session: Session, head: RequestHead, res: Response, cookies: Cookies | None) -> None:
        self._session = session
        # The head and not the request: a request that holds itself would stay in memory until the collector comes.
        self._head = head
        self._res = res
        self._cookies = cookies
        self._waiting = False
        self.state: State | None = None

    def read(self) -> State:
        state = self.state
        if state is None:
            state = self.state = self._load()
        if not self._waiting and not self._res.has_started:
            self._waiting = True
            self._res.on("headers", self._save)
        return state

    def write(self) -> State:
        state = self.read()
        if not self._waiting:
            raise RuntimeError(
                "the header fields have left already: change the session before the first res.write()"
            )
        return state

    @property
    def _https(self) -> bool:
        return self._head.connection.scheme == "https"

    def _ids(self) -> list[str]:
        cookies = self._cookies if self._cookies is not None else parse(self._head.fields)
        return candidates(cookies.getall(self._session.cookie.name_for(self._https)))

    # Loading

    def _load(self) -> State:
        store, touch = self._session.store, self._session.life.as_touch
        try:
            for id in self._ids():
                record = cast("Record | None", store.load(key_of(id), touch=touch))
                if record is not None:
                    return State(id, record)
        except StoreError as error:
            raise _unavailable(error) from error
        return State()

    def load_now(self) -> Awaitable[None] | None:
        """For an async store: what to wait for before the handlers run; None if there is nothing to load."""
        self.state = State()
        ids = self._ids()
        return self._load_first(ids) if ids else None

    async def _load_first(self, ids: list[str]) -> None:
        store = self._session.store
        try:
            for id in ids:
                # No touch: whether a handler will use the session is not known yet, and a life extended without a
                # new cookie would outlive the cookie. `decide` makes up for it.
                record = await cast("Awaitable[Record | None]", store.load(key_of(id), touch=None))
                if record is not None:
                    self.state = State(id, record)
                    return
        except StoreError as error:
            raise _unavailable(error) from error

    # Saving

    def _save(self) -> Awaitable[None] | None:
        """The hook. Raises HTTPErrorServiceUnavailable, TypeError for a value that is not JSON."""
        assert self.state is not None, "read() adds the hook"
        self._waiting = False
        self._res.vary("Cookie")
        decision = decide(self.state, self._res.status_code, self._session.life)
        if decision.operations and not self._session.store.sync:
            return self._apply_async(decision)
        self._apply(decision)
        return None

    def _apply(self, decision: Decision) -> None:
        store = self._session.store
        try:
            answers = [operation.apply(store) for operation in decision.operations]
        except StoreError as error:
            raise _unavailable(error) from error
        self._conclude(decision, answers)

    async def _apply_async(self, decision: Decision) -> None:
        store = self._session.store
        try:
            answers = [
                await cast("Awaitable[object]", operation.apply(store)) for operation in decision.operations
            ]
        except StoreError as error:
            raise _unavailable(error) from error
        self._conclude(decision, answers)

    def _conclude(self, decision: Decision, answers: Sequence[object]) -> None:
        assert self.state is not None, "read() adds the hook"
        if not decision.operations and decision.cookie is None:
            return
        # `is`: 0 is what a deletion of nothing answers.
        gone = any(answer is False for answer in answers)
        self.state.concluded(decision.changed, decision.removed, stored=decision.stores and not gone)
        cookie = decision.cookie
        # A record that has gone meanwhile was logged out - by an answer that has cleared the cookie - or given a new
        # id, by an answer that has set another: clearing it here could undo a login.
        if gone or cookie is None:
            return
        rule, headers = self._session.cookie, self._res.headers
        if isinstance(cookie, Send):
            line = rule.send(cookie.id, cookie.max_age, https=self._https)
        else:
            line = rule.clear(https=self._https)
        headers.append("Set-Cookie", line)
        if "Cache-Control" not in headers:
            # RFC 9111 5.2.2.4: a cache may keep the page, but not hand this client's cookie to another.
            headers["Cache-Control"] = 'no-cache="Set-Cookie"'


def _unavailable(error: StoreError) -> HTTPErrorServiceUnavailable:
    log.error("the session store failed", exc_info=error)
    return HTTPErrorServiceUnavailable("Sessions are not available at the moment.")
