"""What to do with a session whose record is in a store: a decision on values, and the operations it needs.

    decide(state, life).operations == (Commit(key, Change({"n": b"2"})),)

A decision says too what is to be done instead if its operation finds the record gone or moved. Nothing here talks to
a store, writes a header, or changes the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from growler_ext.session.encoding import changes, dump
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.life import Life
from growler_ext.session.operations import Commit, Create, Delete, Operation, Rename
from growler_ext.session.reserved import ISSUED, PERSIST, USER, owner_of
from growler_ext.session.state import State
from growler_ext.session.store import Change, Outcome, Record
from growler_ext.session.visits.contract import CLEAR, CookieChange, Send


@dataclass(frozen=True, slots=True)
class Decision:
    """`operations` in their order, and what becomes of the cookie when they are done.

    `id`: the session has it afterwards, None if it keeps its own; its record has taken `changed` and `removed`, or
    with `fresh` holds `changed` alone. `ends`: there is no record any more.
    `gone`, `moved`: what to do instead if the last operation says so.
    """

    operations: tuple[Operation, ...] = ()
    cookie: CookieChange = None
    id: str | None = None
    changed: Mapping[str, bytes] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    fresh: bool = False
    ends: bool = False
    gone: Decision | None = None
    moved: Decision | None = None

    def after(self, answer: object) -> Decision | None:
        """What is to be done instead, given what the last operation answered; None if it is done."""
        if answer is Outcome.GONE:
            return self.gone
        return self.moved if answer is Outcome.MOVED else None


NOTHING: Final = Decision()

GONE: Final = Decision(cookie=CLEAR, ends=True)
"""It was logged out, revoked, or expired meanwhile: nothing is stored, and the browser forgets its cookie."""

MOVED: Final = Decision(ends=True)
"""A parallel answer has given it a new id and sent that: clearing the cookie here could undo a login."""


UNCHANGED: Final = Change()

_MORE_THAN_VALUES: Final = frozenset({PERSIST, USER})


def plain_change(state: State, life: Life) -> Change | None:
    """What `decide` would commit where values are all there is to decide about: UNCHANGED for nothing, None where there
    is more to it. Nearly every request is of this kind, and a Decision with its operations costs as much as the rest of
    its session.

    Raises TypeError for a value that is not JSON.
    """
    record = state.record
    if record is None or record.touched or life.renew is not None or state.ended is not None:
        return None
    if state.next_id is not None or record.now + life.idle - record.expires >= life.gain:
        return None
    changed, removed = changes(state.fields, state.values)
    if not (changed or removed):
        return UNCHANGED
    if not (_MORE_THAN_VALUES.isdisjoint(changed) and (not removed or _MORE_THAN_VALUES.isdisjoint(removed))):
        return None
    return Change(changed, removed)


def give_up(state: State) -> Decision:
    """What has to happen where nothing is saved: only what destroy() has ended stays ended."""
    return NOTHING if state.ended is None else Decision((Delete(state.ended),), CLEAR, ends=True)


def decide(state: State, life: Life, *, may_send: bool = True) -> Decision:
    """What has to happen. Raises TypeError for a value that is not JSON.

    Parameters:
        may_send: whether a cookie can be sent; if not, the id stays as it is.
    """
    changed, removed = state.changes()
    if state.stored_id is None:
        return _new(state, life, changed)
    assert state.key is not None, "who has a stored id has its key"
    if state.has_new_id:
        return _new_id(state, life, state.key, changed, removed)
    record = None if state.settled else state.record
    due = touched = old = False
    if record is not None:
        touched = record.touched
        due = not touched and life.is_due(record)
        old = life.renew is not None and _age_of_id(state, record) >= life.renew
    if not (changed or removed or due or touched or old):
        return NOTHING
    # The browser has to be told of a longer life, and that its cookie is to outlive its session, or not any more.
    tell = ((due or touched) and _persists(state, life)) or PERSIST in changed or PERSIST in removed
    # Who came by an old id does not know the new one, and must not send the old one again.
    may_send = may_send and not state.borrowed
    change = Change(changed, removed, life.idle if due else None, _owner(state))
    commit = (Commit(state.key, change),) if changed or removed or due else ()
    if old and may_send and record is not None:
        return _renewed(state, life, record, change, commit)
    cookie = _send(state.stored_id, state, life, state.record) if tell and may_send else None
    if not commit:
        return NOTHING if cookie is None else Decision(cookie=cookie)
    return Decision(commit, cookie, None, changed, removed, gone=GONE, moved=MOVED)


def _new(state: State, life: Life, changed: Mapping[str, bytes]) -> Decision:
    """A session without a record. What says only how long its cookie is kept makes none."""
    if changed.keys() <= {PERSIST}:
        return give_up(state)
    return _created(state, life, changed, () if state.ended is None else (Delete(state.ended),))


def _created(
    state: State, life: Life, fields: Mapping[str, bytes], before: tuple[Operation, ...] = ()
) -> Decision:
    user = state.user
    owner = None if user is None else owner_of(user)
    create = Create(key_of(state.id), fields, life.ttl(), life.lifetime, owner)
    return Decision((*before, create), _send(state.id, state, life, None), state.id, fields, fresh=True)


def _new_id(
    state: State, life: Life, key: str, changed: Mapping[str, bytes], removed: frozenset[str]
) -> Decision:
    """regenerate(): the old id is dead at once."""
    # A login is never lost: where its record is not there any more it gets a new one, of what it wrote itself. The
    # old data stay away, for they were logged out - or belong to whoever has the new id.
    logs_in = state.user_changed and state.user is not None
    instead = _created(state, life, changed) if logs_in else None
    if instead is not None and state.borrowed:
        # An old id, which others may know, is good for reading and writing; it does not change whose session it is.
        return instead
    if life.renew is not None and state.record is not None:
        changed = {**changed, ISSUED: dump(ISSUED, state.record.now)}
    rename = Rename(key, key_of(state.id), Change(changed, removed, life.idle, _owner(state)), 0)
    cookie = _send(state.id, state, life, state.record)
    return Decision(
        (rename,), cookie, state.id, changed, removed, gone=instead or GONE, moved=instead or MOVED
    )


def _renewed(
    state: State, life: Life, record: Record, change: Change, commit: tuple[Operation, ...]
) -> Decision:
    """A new id because the old one is old. Others may do the same at this moment: who comes second only saves."""
    id = new_id()
    removed = frozenset(change.removed)
    changed = {**change.changed, ISSUED: dump(ISSUED, record.now)}
    renamed = Change(changed, removed, life.idle, change.owner)
    rename = Rename(record.key, key_of(id), renamed, life.grace)
    second = Decision(commit, None, None, change.changed, removed, gone=GONE, moved=MOVED)
    return Decision((rename,), _send(id, state, life, record), id, changed, removed, gone=GONE, moved=second)


def _age_of_id(state: State, record: Record) -> float:
    issued = state.value(ISSUED)
    return record.now - (issued if isinstance(issued, int | float) else record.created)


def _owner(state: State) -> str | None:
    """The owner for a `Change`."""
    if not state.user_changed:
        return None
    return "" if state.user is None else owner_of(state.user)


def _persists(state: State, life: Life) -> bool:
    told = state.value(PERSIST)
    return told if isinstance(told, bool) else life.persist


def _send(id: str, state: State, life: Life, record: Record | None) -> Send:
    return Send(id, life.left(record) if _persists(state, life) else None)
