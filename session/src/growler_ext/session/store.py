"""`Store`: the seam between sessions and where they are kept. What every implementation must do stands here.

`growler_ext.session.testing.StoreContract` checks all of it; make it pass and the store works.
A store knows nothing of cookies, ids or JSON: keys are hashes of ids, fields are bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

T = TypeVar("T")

Answer: TypeAlias = T | Awaitable[T]
"""What a sync store returns, or an awaitable of it from an async store."""


class StoreError(Exception):
    """The backend is broken: unreachable, too slow, answering nonsense. The request is answered 503.

    The message goes to the log, never to the client.
    """


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


@dataclass(frozen=True, slots=True)
class Record:
    """A record as `load` gives it. All times are Unix times of the store's clock.

    `fields` belongs to the caller, who may change it; the store is not affected. `now` is the time of loading,
    `ends` the time that no touch can pass, None where no lifetime was given. `touched`: this load has just
    extended the life of the record, and `expires` is the new time.
    """

    fields: dict[str, bytes]
    created: float
    now: float
    expires: float
    ends: float | None
    touched: bool


class Store(Protocol):
    """Where sessions are kept. Its methods are all sync, or all async; `sync` says which.

    Time: a record expires `ttl` seconds after it was created or last extended, and in any case `lifetime` seconds
    after it was created, whatever is asked for later. An expired record is as absent as one that never was, at
    once, whenever its memory is freed. All times are of one clock, the store's.

    Fields: any str but "" names a field, any bytes are a value. What a store has to remember beside them it keeps
    apart, so that no field name can collide with it.

    Merging: two commits to one record that name different fields both win, in any order.

    Errors: an absent record is never an error. StoreError is for a broken backend alone; when it is raised, the
    operation may or may not have happened.
    """

    sync: bool

    def load(self, key: str, *, touch: Touch | None) -> Answer[Record | None]:
        """The record; None if it is absent or expired.

        With `touch` its life is extended in the same step as `Touch.extend` says, so that it cannot expire in
        between.
        """

    def create(
        self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None
    ) -> Answer[None]:
        """A new record; one under the same key is replaced. `lifetime` None: no end but idleness."""

    def commit(
        self, key: str, changed: Mapping[str, bytes], removed: Collection[str], *, ttl: float | None
    ) -> Answer[bool]:
        """Set and remove fields of a record in one step; let it live `ttl` seconds from now, None: leave its time.

        False if it is absent or expired: then nothing is created, so that a session which was logged out
        meanwhile stays so. Removing an absent field is no error.
        """

    def rename(
        self, old: str, new: str, changed: Mapping[str, bytes], removed: Collection[str], *, ttl: float | None
    ) -> Answer[bool]:
        """Move a record to another key and commit to it, in one step: nobody sees it under both keys or none.

        `created` and lifetime stay as they were. False if the old one is absent or expired: then nothing happens.
        """

    def delete(self, *keys: str) -> Answer[int]:
        """Remove records; returns how many of them were there. Absent ones are no error."""
