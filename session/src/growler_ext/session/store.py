"""`Store`: the seam between sessions and where they are kept. What every implementation must do stands here.

`growler_ext.session.testing.StoreContract` checks all of it; make it pass and the store works.
A store knows nothing of cookies, ids, users or JSON: keys are hashes of ids, owners hashes of users, fields bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, TypeAlias, TypeVar

T = TypeVar("T")

Answer: TypeAlias = T | Awaitable[T]
"""What a sync store returns, or an awaitable of it from an async store."""

MOVED_FOR: Final = 300.0
"""Seconds for which a store remembers that a record has another key now: longer than requests run."""


class StoreError(Exception):
    """The backend is broken: unreachable, too slow, answering nonsense. The request is answered 503.

    The message goes to the log, never to the client.
    """


class Outcome(Enum):
    """What became of a change.

    DONE: it is stored. GONE: there is no such record, or no more: it expired or was deleted; nothing was done. MOVED:
    the record was given another key less than `MOVED_FOR` seconds ago; nothing was done.
    """

    DONE = "done"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Touch:
    """How a record's life is extended when it is used.

    `ttl`: seconds it is to live from now on. `after`: extend only where that adds at least so many seconds, so
    that not every read is a write.
    """

    ttl: float
    after: float

    def extend(self, now: float, expires: float, ends: float | None) -> float | None:
        """The new time of expiry, never after `ends`; None if it is not worth a write."""
        wanted = now + self.ttl if ends is None else min(now + self.ttl, ends)
        return wanted if wanted - expires >= self.after else None


# Neither this nor Record is frozen, though nobody changes one: each request makes some, and a frozen one takes four
# times as long. A named tuple takes longer too, and three times as long to read.
@dataclass(slots=True)
class Change:
    """What happens to a record in one step.

    `changed`: fields to set. `removed`: fields to remove; absent ones are no error. `ttl`: seconds to live from now,
    never beyond the record's end; None leaves its time. `owner`: whose it is from now on; None leaves that as it
    is, "" takes it away.
    """

    changed: Mapping[str, bytes] = field(default_factory=dict)
    removed: Collection[str] = ()
    ttl: float | None = None
    owner: str | None = None


@dataclass(slots=True)
class Record:
    """A record as `load` gives it. All times are Unix times of the store's clock.

    `key`: the key it is under: not the one that was asked for if that was renamed with a grace. `fields` belongs to
    the caller, who may change it; the store is not affected. `now` is the time of loading, `ends` the time that no
    touch can pass, None where no lifetime was given. `touched`: this load has just extended the life of the record,
    and `expires` is the new time. `owner`: whose it is, None for nobody's.
    """

    key: str
    fields: dict[str, bytes]
    created: float
    now: float
    expires: float
    ends: float | None
    touched: bool
    owner: str | None


class Store(Protocol):
    """Where sessions are kept. Its methods are all sync, or all async; `sync` says which.

    An async store that ends each operation by itself, with a result or StoreError, may have an attribute `own_timeout`
    that says within how many seconds; then `Session` does not time it as well.

    `shared`: whether other processes see the same sessions. `run(workers=N)` refuses a store that is not.

    Time: a record expires `ttl` seconds after it was created or last extended, and in any case `lifetime` seconds
    after it was created, whatever is asked for later. An expired record is as absent as one that never was, at
    once, whenever its memory is freed. All times are of one clock, the store's.

    Fields: any str but "" names a field, any bytes are a value. What a store has to remember beside them it keeps
    apart, so that no field name can collide with it.

    Merging: two commits to one record that name different fields both win, in any order.

    Errors: an absent record is never an error. StoreError is for a broken backend alone; when it is raised, the
    operation may or may not have happened. What the backend's library raises is its `__cause__`.
    """

    sync: bool
    shared: bool

    def load(self, key: str, *, touch: Touch | None) -> Answer[Record | None]:
        """The record; None if it is absent or expired.

        With `touch` its life is extended in the same step as `Touch.extend` says, so that it cannot expire in
        between.
        """

    def create(
        self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None, owner: str | None
    ) -> Answer[None]:
        """A new record; one under the same key is replaced. `lifetime` None: no end but idleness."""

    def commit(self, key: str, change: Change) -> Answer[Outcome]:
        """Change a record. Nothing is created where none is, so that a session that was logged out stays so."""

    def rename(self, old: str, new: str, change: Change, *, grace: float) -> Answer[Outcome]:
        """Move a record to another key and change it, in one step: nobody sees it under both keys or under none.

        `created` and end stay as they were. For `grace` seconds the old key means the record still, in case requests
        are under way that know nothing of the new one: what they load, commit, delete or keep is the record. Then, and
        at once with a grace of 0, it is dead: `load` gives None, and a change answers MOVED. So are then the keys that
        meant the record through this one.

        A key that was renamed already answers MOVED even within its grace: of several renames at once one wins.
        `grace` is never more than `MOVED_FOR`.
        """

    def delete(self, *keys: str) -> Answer[int]:
        """Remove records; returns how many of them were there. Absent ones are no error."""

    def owned(self, owner: str) -> Answer[dict[str, Record]]:
        """The live records of an owner, by their keys."""

    def revoke(self, owner: str, *, keep: Collection[str]) -> Answer[int]:
        """Delete the records of an owner, those under the keys `keep` excepted; returns how many.

        One that is renamed at the same time does not escape.
        """

    def close(self) -> Answer[None]:
        """Let go of connections, threads and files. Called when the app shuts down; it may be used again after."""
