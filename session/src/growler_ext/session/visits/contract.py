"""`Visits`: the seam between `Session` and what its cookie means.

`ById`: the cookie has an id and a `Store` has the record. `ByValue`: the cookie has everything. The middleware
knows requests and answers, a `Visits` knows neither: it is given cookie values and gives back one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from growler_ext.session.cookie import CookieRule
from growler_ext.session.life import Life
from growler_ext.session.state import State
from growler_ext.session.store import Answer


class Send(NamedTuple):
    """Send the cookie with this value, to be kept for so many seconds; None: as long as the browser's session."""

    value: str
    max_age: float | None


CLEAR: Final = "clear"

CookieChange: TypeAlias = Send | Literal["clear"] | None
"""What the answer does to the cookie: set it, clear it, or leave it alone."""


class Visits(Protocol):
    """The way of a session from the request's cookie to a `State`, and back into the answer's cookie.

    One object serves all requests of a `Session`; what it has to remember of one is in the `State`.
    `sync`: whether its methods return results, or awaitables where there is something to wait for.
    """

    sync: bool

    def load(self, values: Sequence[str], *, used: bool) -> Answer[State]:
        """The session that the request's cookie stands for.

        Parameters:
            values: the values of all cookies of the right name, in the order sent, unchecked. The first that is
                good counts; look at three at most, so that nobody can make one request cost more.
            used: whether it is certain that the session is used, so that loading may extend its life.

        Returns `State(id, record)`, whose record says when the session was created and expires; a new `State()` if
        no value is good: absent, expired and forged are the same. Raises StoreError for a broken backend alone.
        """

    def save(self, state: State, *, commit: bool, may_send: bool) -> Answer[CookieChange]:
        """Save what `state.changes()` gives; returns what becomes of the cookie.

        - `commit` False: save nothing. Only what was destroyed, `state.ended`, stays so.
        - `may_send` False: no cookie can be sent. Called so only where `needs_cookie` says no.
        - `state.has_new_id`: it is to be known by `state.id` from now on.
        - A new session with nothing in it, its PERSIST aside, is no session: no cookie, nothing stored.
        - One that was not changed may need its life extended (`Life.is_due`) unless it is `state.settled`.
        - A cookie that does not persist (`state.value(PERSIST)`, else `Life.persist`) is sent without `max_age`, and
          not again for a longer life alone.

        In the end tells the state what was done: `created`, `saved` or `lost`.
        Raises TypeError for a value that is not JSON, ValueError for what a cookie cannot hold, StoreError.
        """

    def needs_cookie(self, state: State) -> bool:
        """Whether changes to this session can only be saved while a cookie can still be set."""


@runtime_checkable
class BringsVisits(Protocol):
    """What is given to `Session` as a store and is none: it brings its own way instead.

    `shared`: as for `Store`.
    """

    shared: bool

    def visits(self, life: Life, cookie: CookieRule) -> Visits:
        """The way, for sessions of this life in this cookie. Raises ValueError for options it cannot work with."""
