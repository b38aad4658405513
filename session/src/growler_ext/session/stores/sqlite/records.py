"""What the store's operations are in SQL. Each runs inside a transaction that the worker has begun.

Records are rows and so are their fields, so a commit writes the fields that it names and no others. A former key
is a row of `moved` that knows its record, and stays for its time when that has gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from growler_ext.session.store import MOVED_FOR, Change, Outcome, Record, Touch

_FIND: Final = "SELECT id, key, created, expires, ends, owner FROM records WHERE key = ? AND expires > ?"
_FIND_MOVED: Final = (
    "SELECT r.id, r.key, r.created, r.expires, r.ends, r.owner FROM moved m JOIN records r ON r.id = m.record"
    " WHERE m.key = ? AND m.dead > ? AND r.expires > ?"
)
_FIND_OWNED: Final = (
    "SELECT id, key, created, expires, ends, owner FROM records WHERE owner = ? AND expires > ?"
)
_MOVED: Final = "SELECT dead FROM moved WHERE key = ? AND forgotten > ?"
_FIELDS: Final = "SELECT name, value FROM fields WHERE record = ?"
_SET: Final = (
    "INSERT INTO fields (record, name, value) VALUES (?, ?, ?)"
    " ON CONFLICT (record, name) DO UPDATE SET value = excluded.value"
)
_FORGET: Final = (
    "DELETE FROM records WHERE id IN (SELECT id FROM records WHERE expires <= ? ORDER BY expires LIMIT ?)"
)
_FORGET_MOVED: Final = (
    "DELETE FROM moved WHERE key IN (SELECT key FROM moved WHERE forgotten <= ? ORDER BY forgotten LIMIT ?)"
)

# Free pages kept for what comes next; more are given back to the file system, so many at a time.
_SPARE: Final = 1024
_GIVEN_BACK: Final = 64

MUST_WRITE: Final = "must write"
"""`peek`'s answer when the load has to be done again in a transaction that writes."""


class _Row(NamedTuple):
    id: int
    key: str
    created: float
    expires: float
    ends: float | None
    owner: str | None


class Records:
    """The operations over one connection. `now` is the Unix time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._run = connection.execute

    # Reading

    def peek(self, now: float, key: str, touch: Touch | None) -> Record | Literal["must write"] | None:
        """`load` for a transaction that only reads."""
        row = self._find(now, key)
        if row is None:
            return None
        if touch is not None and touch.extend(now, row.expires, row.ends) is not None:
            return MUST_WRITE
        return self._record(now, row, row.expires, touched=False)

    def owned(self, now: float, owner: str) -> dict[str, Record]:
        rows = [_Row(*row) for row in self._run(_FIND_OWNED, (owner, now)).fetchall()]
        return {row.key: self._record(now, row, row.expires, touched=False) for row in rows}

    # Writing

    def load(self, now: float, key: str, touch: Touch | None) -> Record | None:
        row = self._find(now, key)
        if row is None:
            return None
        extended = None if touch is None else touch.extend(now, row.expires, row.ends)
        if extended is None:
            return self._record(now, row, row.expires, touched=False)
        self._run("UPDATE records SET expires = ? WHERE id = ?", (extended, row.id))
        return self._record(now, row, extended, touched=True)

    def create(
        self, now: float, key: str, fields: Mapping[str, bytes], ttl: float, lifetime: float | None,
        owner: str | None,
    ) -> None:  # fmt: skip
        self._clear(key)
        ends = None if lifetime is None else now + lifetime
        cursor = self._run(
            "INSERT INTO records (key, created, expires, ends, owner) VALUES (?, ?, ?, ?, ?)",
            (key, now, _until(now, ttl, ends), ends, owner or None),
        )
        assert cursor.lastrowid is not None, "an INSERT has just been done"
        self._set(cursor.lastrowid, fields)

    def commit(self, now: float, key: str, change: Change) -> Outcome:
        row = self._find(now, key)
        if row is None:
            return self._missing(now, key)
        self._change(now, row, change)
        return Outcome.DONE

    def rename(self, now: float, old: str, new: str, change: Change, grace: float) -> Outcome:
        found = self._run(_FIND, (old, now)).fetchone()
        if found is None:
            moved = self._run(_MOVED, (old, now)).fetchone()
            return Outcome.GONE if moved is None else Outcome.MOVED
        row = _Row(*found)
        self._change(now, row, change)
        if new == old:
            return Outcome.DONE
        self._clear(new)
        self._run("UPDATE records SET key = ? WHERE id = ?", (new, row.id))
        # No former key may outlive this grace: who renames without one wants all of them dead.
        self._run(
            "UPDATE moved SET dead = min(dead, ?), forgotten = max(forgotten, ?) WHERE record = ?",
            (now + grace, now + MOVED_FOR, row.id),
        )
        self._run(
            "INSERT INTO moved (key, record, dead, forgotten) VALUES (?, ?, ?, ?)",
            (old, row.id, now + grace, now + max(grace, MOVED_FOR)),
        )
        return Outcome.DONE

    def delete(self, now: float, keys: Sequence[str]) -> int:
        gone = 0
        for key in keys:
            row = self._find(now, key)
            if row is not None:
                gone += self._run("DELETE FROM records WHERE id = ?", (row.id,)).rowcount
        return gone

    def revoke(self, now: float, owner: str, keep: Collection[str]) -> int:
        kept = {row.id for row in (self._find(now, key) for key in keep) if row is not None}
        rows = [_Row(*row) for row in self._run(_FIND_OWNED, (owner, now)).fetchall()]
        gone = [row for row in rows if row.id not in kept]
        for row in gone:
            self._run("DELETE FROM records WHERE id = ?", (row.id,))
        return len(gone)

    def forget(self, now: float, most: int) -> None:
        """Remove expired records, the oldest first, at most so many; and as many former keys."""
        self._run(_FORGET, (now, most))
        self._run(_FORGET_MOVED, (now, most))

    def give_back(self) -> None:
        """Some of the pages that are free, to the file system, where they are many. Outside of transactions."""
        (free,) = self._run("PRAGMA freelist_count").fetchone()
        if free > _SPARE:
            # A script, because `execute` takes one step of a statement without columns, which frees one page.
            self.connection.executescript(f"PRAGMA incremental_vacuum({_GIVEN_BACK})")

    # Parts of them

    def _find(self, now: float, key: str) -> _Row | None:
        found = self._run(_FIND, (key, now)).fetchone()
        if found is None:
            found = self._run(_FIND_MOVED, (key, now, now)).fetchone()
        return None if found is None else _Row(*found)

    def _missing(self, now: float, key: str) -> Outcome:
        """Why there is nothing to change: within a grace the key means a record, so that has gone."""
        moved = self._run(_MOVED, (key, now)).fetchone()
        return Outcome.GONE if moved is None or moved[0] > now else Outcome.MOVED

    def _record(self, now: float, row: _Row, expires: float, *, touched: bool) -> Record:
        fields = {_text(name): value for name, value in self._run(_FIELDS, (row.id,)).fetchall()}
        return Record(row.key, fields, row.created, now, expires, row.ends, touched, row.owner)

    def _clear(self, key: str) -> None:
        """Whatever is under this key makes room: the records of keys are random, nobody misses it."""
        self._run("DELETE FROM records WHERE key = ?", (key,))
        self._run("DELETE FROM moved WHERE key = ?", (key,))

    def _change(self, now: float, row: _Row, change: Change) -> None:
        self._set(row.id, change.changed)
        for name in change.removed:
            self._run("DELETE FROM fields WHERE record = ? AND name = ?", (row.id, _bytes(name)))
        if change.ttl is None and change.owner is None:
            return
        expires = row.expires if change.ttl is None else _until(now, change.ttl, row.ends)
        owner = row.owner if change.owner is None else change.owner or None
        self._run("UPDATE records SET expires = ?, owner = ? WHERE id = ?", (expires, owner, row.id))

    def _set(self, record: int, fields: Mapping[str, bytes]) -> None:
        for name, value in fields.items():
            self._run(_SET, (record, _bytes(name), value))


def _until(now: float, ttl: float, ends: float | None) -> float:
    return now + ttl if ends is None else min(now + ttl, ends)


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
