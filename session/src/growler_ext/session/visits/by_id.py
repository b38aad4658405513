"""`ById`: the cookie has a random id, and a `Store` has the record under its hash.

`decide` says what is to be done; here it is done, at once with a sync store, within a time-out with an async one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import cast

from growler_ext.session.decide import (
    GONE,
    MOVED,
    NOTHING,
    UNCHANGED,
    Decision,
    decide,
    give_up,
    plain_change,
)
from growler_ext.session.ids import candidates, key_of
from growler_ext.session.life import Life
from growler_ext.session.state import State
from growler_ext.session.store import Answer, Change, Outcome, Record, Store, Touch
from growler_ext.session.timeout import in_time
from growler_ext.session.visits.contract import CookieChange


class ById:
    """`Visits` for a `Store`.

    Parameters:
        timeout: seconds that an async store has for each operation.
    """

    def __init__(self, store: Store, life: Life, timeout: float) -> None:
        self.sync = store.sync
        self._store = store
        self._life = life
        self._timeout = timeout
        self._own: float | None = getattr(store, "own_timeout", None)

    # Loading

    def load(self, values: Sequence[str], *, used: bool) -> Answer[State]:
        ids = candidates(values)
        if not ids:
            return State()
        # Where its use is not certain its life is not extended: without a new cookie it would outlive the cookie.
        # `decide` makes up for it.
        touch = self._life.as_touch if used else None
        if not self.sync:
            return self._load_async(ids, touch)
        for id, key in ids:
            # A sync store gives no awaitable; a cast would be a call.
            record: Record | None = self._store.load(key, touch=touch)  # type: ignore[assignment]  # see above
            if record is not None:
                return State(id, record, record.key != key)
        return State()

    async def _load_async(self, ids: Sequence[tuple[str, str]], touch: Touch | None) -> State:
        for id, key in ids:
            answer = cast("Awaitable[Record | None]", self._store.load(key, touch=touch))
            record = await in_time(self._timeout, answer, self._own)
            if record is not None:
                return State(id, record, record.key != key)
        return State()

    # Saving

    def save(self, state: State, *, commit: bool, may_send: bool) -> Answer[CookieChange]:
        if commit:
            change = plain_change(state, self._life)
            if change is UNCHANGED:
                return None
            if change is not None:
                assert state.key is not None, "there is a record"
                outcome = self._store.commit(state.key, change)
                if not self.sync:
                    return self._commit_async(state, change, cast("Awaitable[Outcome]", outcome))
                if outcome is Outcome.DONE:
                    state.took(change.changed, change.removed)
                    return None
                return _conclude(state, GONE if outcome is Outcome.GONE else MOVED)
        decision = decide(state, self._life, may_send=may_send) if commit else give_up(state)
        if decision is NOTHING:
            return None
        return self._act(state, decision) if self.sync else self._act_async(state, decision)

    async def _commit_async(self, state: State, change: Change, answer: Awaitable[Outcome]) -> CookieChange:
        outcome = await in_time(self._timeout, answer, self._own)
        if outcome is Outcome.DONE:
            state.took(change.changed, change.removed)
            return None
        return _conclude(state, GONE if outcome is Outcome.GONE else MOVED)

    def needs_cookie(self, state: State) -> bool:
        if state.stored_id is not None or (state.ended is not None and not state.values):
            return state.has_new_id
        return True

    def _act(self, state: State, decision: Decision) -> CookieChange:
        while True:
            answer: object = None
            for operation in decision.operations:
                answer = operation.apply(self._store)
            instead = decision.after(answer)
            if instead is None:
                return _conclude(state, decision)
            decision = instead

    async def _act_async(self, state: State, decision: Decision) -> CookieChange:
        while True:
            answer: object = None
            for operation in decision.operations:
                applied = cast("Awaitable[object]", operation.apply(self._store))
                answer = await in_time(self._timeout, applied, self._own)
            instead = decision.after(answer)
            if instead is None:
                return _conclude(state, decision)
            decision = instead


def _conclude(state: State, decision: Decision) -> CookieChange:
    """Tell the state what was done."""
    if decision.ends:
        state.lost()
    elif decision.fresh:
        assert decision.id is not None, "a new record has an id"
        state.created(decision.id, key_of(decision.id), decision.changed)
    elif decision.operations or decision.cookie is not None:
        key = None if decision.id is None else key_of(decision.id)
        state.saved(decision.id, key, decision.changed, decision.removed)
    return decision.cookie
