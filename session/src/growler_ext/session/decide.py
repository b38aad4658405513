"""What to do with a session before the answer leaves: a decision on values, and the store's operations it needs.

    decide(state, status, life) == Decision((Commit(key, {"n": b"2"}, frozenset(), None),), None, ...)

Nothing here talks to a store or writes a header.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from growler_ext.session.encoding import changes
from growler_ext.session.ids import key_of
from growler_ext.session.state import State
from growler_ext.session.store import Answer, Record, Store, Touch


@dataclass(frozen=True)
class Life:
    """How long sessions live, in seconds: `idle` since they were last used, `lifetime` since they were created.

    `touch` is the share of `idle` that has to pass before use is written down.
    """

    idle: float
    lifetime: float | None
    touch: float

    @cached_property
    def as_touch(self) -> Touch:
        return Touch(self.idle, self.idle * self.touch)

    def ttl(self) -> float:
        """What a session begins with."""
        return self.idle if self.lifetime is None else min(self.idle, self.lifetime)

    def left(self, record: Record) -> float:
        """What a session has that is used now."""
        return self.idle if record.ends is None else min(self.idle, record.ends - record.now)

    def is_due(self, record: Record) -> bool:
        """Whether it is time to write down that a session is used."""
        return self.as_touch.extend(record.now, record.expires, record.ends) is not None


@dataclass(frozen=True, slots=True)
class Create:
    key: str
    fields: Mapping[str, bytes]
    ttl: float
    lifetime: float | None

    def apply(self, store: Store) -> Answer[None]:
        return store.create(self.key, self.fields, ttl=self.ttl, lifetime=self.lifetime)


@dataclass(frozen=True, slots=True)
class Commit:
    key: str
    changed: Mapping[str, bytes]
    removed: frozenset[str]
    ttl: float | None

    def apply(self, store: Store) -> Answer[bool]:
        return store.commit(self.key, self.changed, self.removed, ttl=self.ttl)


@dataclass(frozen=True, slots=True)
class Rename:
    old: str
    new: str
    changed: Mapping[str, bytes]
    removed: frozenset[str]
    ttl: float

    def apply(self, store: Store) -> Answer[bool]:
        return store.rename(self.old, self.new, self.changed, self.removed, ttl=self.ttl)


@dataclass(frozen=True, slots=True)
class Delete:
    key: str

    def apply(self, store: Store) -> Answer[int]:
        return store.delete(self.key)


Operation = Create | Commit | Rename | Delete


@dataclass(frozen=True, slots=True)
class Send:
    """Send the cookie with this id, to be kept for so many seconds."""

    id: str
    max_age: float


CLEAR: Final = "clear"


@dataclass(frozen=True, slots=True)
class Decision:
    """`operations` in their order, and the cookie to send when they are done.

    An operation that answers False found its record gone: then nothing is saved, and the cookie is left as it is.
    `stores`: there is a record afterwards. `changed` and `removed` are what it was given.
    """

    operations: tuple[Operation, ...]
    cookie: Send | Literal["clear"] | None
    stores: bool
    changed: Mapping[str, bytes] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def decide(state: State, status: int, life: Life) -> Decision:
    """What has to happen. Raises TypeError for a value that is not JSON.

    An answer of 500 or more saves nothing: what the handler did was not completed. Only what destroy() has ended
    stays ended.
    """
    ending = () if state.ended is None else (Delete(key_of(state.ended)),)
    if status >= 500:
        return Decision(ending, CLEAR if ending else None, stores=False)
    changed, removed = changes(state.fields, state.values)
    if state.stored_id is None:
        return _decide_new(state, life, ending, changed)
    left = life.ttl() if state.record is None else life.left(state.record)
    if state.id != state.stored_id:
        rename = Rename(key_of(state.stored_id), key_of(state.id), changed, removed, life.idle)
        return Decision((rename,), Send(state.id, left), True, changed, removed)
    record = None if state.settled else state.record
    due = record is not None and not record.touched and life.is_due(record)
    cookie = Send(state.id, left) if due or (record is not None and record.touched) else None
    if changed or removed or due:
        commit = Commit(key_of(state.stored_id), changed, removed, life.idle if due else None)
        return Decision((commit,), cookie, True, changed, removed)
    return Decision((), cookie, True)


def _decide_new(
    state: State, life: Life, ending: tuple[Delete, ...], changed: Mapping[str, bytes]
) -> Decision:
    if not changed:
        return Decision(ending, CLEAR if ending else None, stores=False)
    create = Create(key_of(state.id), changed, life.ttl(), life.lifetime)
    return Decision((*ending, create), Send(state.id, life.ttl()), True, changed)
