"""What happens to a session in a request: the middleware gives it `req.session`, a hook saves it.

With a sync store everything happens at once and only when a handler uses the session: a request that does not
pays for two small objects. With an async store the session of a plausible cookie is loaded before the handlers
run, because reading a mapping cannot wait, and the hook is awaited.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from growler import Request, Response
from growler.exchange import RequestHead
from growler.http.errors import HTTPErrorServiceUnavailable
from growler.http.request import decode_path
from growler_ext.cookieparser import Cookies
from growler_ext.session.data import SessionData
from growler_ext.session.failure import or_unavailable, report, unavailable
from growler_ext.session.rules import Rules
from growler_ext.session.state import State
from growler_ext.session.store import StoreError
from growler_ext.session.visits.contract import CookieChange, Send

log = logging.getLogger("growler.session")

# `str | Send` would be made anew for each question.
_COOKIE_CHANGES = (str, Send)


class SessionMiddleware:
    """The middleware, for a way that is known."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        # What there is to ask before anything else; for most nothing.
        self._covers = None if rules.cookie.path == "/" else rules.cookie.covers
        self._eager = not rules.visits.sync and not rules.lazy

    def __call__(self, req: Request, res: Response) -> Awaitable[None] | None:
        attributes = vars(req)
        # hasattr(req, ...) would make an error message for every request that has none yet.
        if "session" in attributes or (type(req) is not Request and hasattr(type(req), "session")):
            return None
        head = req.head
        if self._covers is not None and not self._covers(decode_path(head.path)):
            return None
        cookies = attributes.get("cookies")
        # The head and not the request: a request that holds itself would stay in memory until the collector comes.
        visit = _Visit(
            self._rules, head, req.protocol == "https", res,
            cookies if type(cookies) is Cookies else None,
        )  # fmt: skip
        req.session = SessionData(visit)
        return visit.load_early() if self._eager else None


class _Visit:
    """What a `SessionData` works with: an `Access`."""

    # `live` is the state while the hook that saves it waits to be run.
    __slots__ = (
        "_answered", "_cookies", "_head", "_https", "_late", "_line", "_res", "_rules", "live", "state", "user_key"
    )  # fmt: skip

    def __init__(
        self, rules: Rules, head: RequestHead, https: bool, res: Response, cookies: Cookies | None
    ) -> None:
        self._rules = rules
        self._head = head
        self._https = https
        self._res = res
        self._cookies = cookies
        self.user_key = rules.user_key
        self.state: State | None = None
        self.live: State | None = None
        self._late = False
        self._line: str | None = None
        self._answered: CookieChange = None

    # Using

    def read(self) -> State:
        state = self.state
        if state is None:
            state = self._load()
        if self.live is None and not self._res.has_started:
            self.live = state
            self._res.on("headers", self._save_before_headers)
        return state

    def write(self, *, new_id: bool = False) -> State:
        state = self.read()
        if self._res.has_started:
            if new_id or self._rules.visits.needs_cookie(state):
                raise _too_late()
            if not self._late:
                self._late = True
                self._res.on("after_send", self._save_after_send)
        return state

    # Loading

    def _values(self) -> list[str]:
        rules = self._rules
        if self._cookies is None:
            return self._head.derived(rules.finders[self._https])
        return self._cookies.find(rules.names[self._https])

    def _load(self) -> State:
        rules = self._rules
        visits = rules.visits
        if not visits.sync:
            raise RuntimeError(
                "the session is not loaded: with Session(lazy=True), await req.session.load() before it is used"
            )
        try:
            # A sync way gives no awaitable; a cast would be a call.
            state: State = visits.load(self._values(), used=True)  # type: ignore[assignment]  # see above
        except StoreError as error:
            state = self._without_store(error)
        self.state = state
        return state

    def load_early(self) -> Awaitable[None] | None:
        """For an async store: what to wait for before the handlers run; None if there is nothing to load."""
        return self._take(used=False)

    async def load(self) -> None:
        if self.state is None and self._rules.visits.sync:
            self._load()
        elif self.state is None and (pending := self._take(used=True)) is not None:
            await pending
        self.read()

    def _take(self, *, used: bool) -> Awaitable[None] | None:
        loading = self._rules.visits.load(self._values(), used=used)
        if isinstance(loading, State):
            self.state = loading
            return None
        return self._wait_for(loading)

    async def _wait_for(self, loading: Awaitable[State]) -> None:
        try:
            self.state = await loading
        except StoreError as error:
            self.state = self._without_store(error)

    def _without_store(self, error: StoreError) -> State:
        report(error)
        if not self._rules.anonymous_on_error:
            raise unavailable() from error
        return State(unavailable=True)

    # Saving

    def _save_before_headers(self) -> Awaitable[None] | None:
        """The hook. Raises HTTPErrorServiceUnavailable, TypeError for a value that is not JSON."""
        state = self.state
        assert state is not None, "read() adds the hook"
        self.live = None
        res, rules = self._res, self._rules
        res.vary("Cookie")
        status = res.status_code
        # Whose session it is changes only together with an answer that says so.
        commit = rules.commit_on(status) and (status < 400 or not state.user_changed)
        if state.unavailable:
            if commit or state.ended is not None:
                self._demand_unmodified(state)
            return None
        may_send = rules.reaches[self._https]
        if commit and not may_send and rules.visits.needs_cookie(state):
            commit = False
            if state.modified:
                rules.warn_of_http()
        pending = self._save(state, commit=commit, may_send=may_send)
        if pending is None:
            if self._answered is not None:
                self._send(None)
            return None
        if isinstance(pending, _COOKIE_CHANGES):
            self._send(pending)
            return None
        return self._conclude_later(pending)

    async def save(self) -> None:
        state = self.read()
        rules = self._rules
        if state.unavailable:
            self._demand_unmodified(state)
            return
        late = self._res.has_started
        may_send = not late and rules.reaches[self._https]
        commit = may_send or not rules.visits.needs_cookie(state)
        refused = not commit and state.modified
        pending = self._save(state, commit=commit, may_send=may_send)
        if pending is not None and not isinstance(pending, _COOKIE_CHANGES):
            self._answered = await or_unavailable(pending) or self._answered
        else:
            self._answered = pending or self._answered
        if refused and late:
            raise _too_late()
        if refused:
            self._rules.warn_of_http()
        if not late:
            self.read()

    async def _save_after_send(self) -> None:
        """The hook for what a stream has changed and not saved."""
        self._late = False
        try:
            await self.save()
        except HTTPErrorServiceUnavailable:
            log.error("a change that came after the header fields was lost")

    def _save(self, state: State, *, commit: bool, may_send: bool) -> CookieChange | Awaitable[CookieChange]:
        try:
            return self._rules.visits.save(state, commit=commit, may_send=may_send)
        except StoreError as error:
            report(error)
            raise unavailable() from error

    async def _conclude_later(self, pending: Awaitable[CookieChange]) -> None:
        self._send(await or_unavailable(pending))

    def _send(self, cookie: CookieChange) -> None:
        """Write the Set-Cookie line: of this saving, else of an earlier `save()`."""
        if cookie is None:
            cookie = self._answered
            if cookie is None:
                return
        rule, res, https = self._rules.cookie, self._res, self._https
        if not self._rules.reaches[https]:
            self._rules.warn_of_http()
            return
        if isinstance(cookie, Send):
            line = rule.send(cookie.value, cookie.max_age, https=https)
        else:
            line = rule.clear(https=https)
        if res.get("Cache-Control") is None:
            # RFC 9111 5.2.2.4: a cache may keep the page, but not hand this client's cookie to another.
            res.append("Cache-Control", 'no-cache="Set-Cookie"')
        if self._line is not None and isinstance(lines := res.get("Set-Cookie"), list):
            # Saved twice: RFC 6265bis 4.1.1 wants one line for one cookie.
            res.headers["Set-Cookie"] = [other for other in lines if other != self._line]
        res.append("Set-Cookie", line)
        self._line = line

    def _demand_unmodified(self, state: State) -> None:
        """Never a 200 for what is not saved, and never a new session in the place of one that could not be read."""
        if state.modified or state.has_new_id:
            raise unavailable()


def _too_late() -> RuntimeError:
    return RuntimeError(
        "the header fields have left already, and this change needs a cookie: make it before the first res.write(), "
        "and await req.session.save() before a stream begins"
    )
