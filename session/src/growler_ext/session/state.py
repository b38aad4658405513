"""What one request knows of its session: values as loaded and as changed, its id, and what shall become of it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from growler_ext.session.encoding import ABSENT, UNREAD, changes, dump, load
from growler_ext.session.ids import new_id
from growler_ext.session.reserved import HANDLE, USER
from growler_ext.session.store import Record

log = logging.getLogger("growler.session")


class State:
    """A session between loading and saving.

    `stored_id` is the id the client has, under which a record was found, None without one; `id` is the one it is to
    have. `key` is what the record is under, `fields` what it holds, `values` what it shall hold. `borrowed`: the id
    is an old one, good for its grace only. `next_id`: one that was made
    and that the client does not have yet. `ended` is the key of a record that was given up, "" for one that is not
    known. `settled`: its use has been written down and its cookie sent. `unavailable`: it could not be loaded.
    """

    __slots__ = (
        "_before_the_end", "borrowed", "ended", "fields", "key", "next_id", "record", "settled", "stored_id",
        "unavailable", "values",
    )  # fmt: skip

    def __init__(
        self, stored_id: str | None = None, record: Record | None = None, borrowed: bool = False, *,
        unavailable: bool = False,
    ) -> None:  # fmt: skip
        self.ended: str | None = None
        self._before_the_end: tuple[str, Record | None, str, dict[str, bytes], bool, bool] | None = None
        self.unavailable = unavailable
        self.stored_id = stored_id
        self.record = record
        self.borrowed = borrowed
        self.settled = False
        self.next_id: str | None = None
        if record is None:
            self.key: str | None = None
            self.fields: dict[str, bytes] = {}
            self.values: dict[str, Any] = {}
        else:
            self.key = record.key
            self.fields = record.fields
            self.values = dict.fromkeys(record.fields, UNREAD)

    @property
    def id(self) -> str:
        if self.next_id is None:
            if self.stored_id is not None:
                return self.stored_id
            self.next_id = new_id()
        return self.next_id

    @property
    def has_new_id(self) -> bool:
        """Whether an id was made that the client does not have yet."""
        return self.next_id is not None

    def value(self, key: str) -> Any:
        """A value, decoded the first time, or ABSENT. What is no JSON is logged and hidden; the store keeps it."""
        value = self.values.get(key, ABSENT)
        if value is UNREAD:
            try:
                value = self.values[key] = load(self.fields[key])
            except ValueError:
                log.error("session[%r] is not JSON in the store and is ignored", key)
                del self.values[key], self.fields[key]
                value = ABSENT
        return value

    def text(self, key: str) -> bytes | None:
        """A value as JSON, neither decoded nor looked at if nobody has asked for it; None if there is none.

        Raises TypeError for a value that is not JSON.
        """
        value = self.values.get(key, ABSENT)
        if value is UNREAD:
            return self.fields[key]
        return None if value is ABSENT else dump(key, value)

    # What has become different

    def changes(self) -> tuple[dict[str, bytes], frozenset[str]]:
        """What to set and what to remove. Raises TypeError for a value that is not JSON."""
        return changes(self.fields, self.values)

    @property
    def modified(self) -> bool:
        """Whether there is anything to save. Raises TypeError for a value that is not JSON."""
        if self.ended is not None or (self.has_new_id and self.stored_id is not None):
            return True
        changed, removed = self.changes()
        return bool(changed or removed)

    @property
    def user(self) -> str | None:
        """Whose it is; None for nobody's."""
        user = self.value(USER)
        return user if isinstance(user, str) else None

    @property
    def user_changed(self) -> bool:
        """Whether it is somebody else's than in the store."""
        value = self.values.get(USER, ABSENT)
        if value is UNREAD:
            return False
        stored = self.fields.get(USER)
        if value is ABSENT or stored is None:
            return (value is ABSENT) is not (stored is None)
        return dump(USER, value) != stored

    # What becomes of it

    def regenerate(self) -> None:
        self.next_id = new_id()

    def bind(self, user: str | None) -> None:
        """Make it a user's, or with None nobody's, with a new id where that is a change."""
        if user == self.user:
            return
        if user is None:
            del self.values[USER]
            self.values.pop(HANDLE, None)
        else:
            self.values[USER] = user
            self.values[HANDLE] = secrets.token_urlsafe(12)
        self.regenerate()

    def destroy(self) -> None:
        """Give up the record; the session goes on as a new, empty one."""
        if self.unavailable:
            self.ended = ""
        if self.stored_id is not None:
            assert self.key is not None, "who has a stored id has its key"
            self.ended = self.key
            self._before_the_end = (
                self.stored_id, self.record, self.key, self.fields, self.borrowed, self.settled
            )  # fmt: skip
        self._begin_anew()

    def rollback(self) -> None:
        """Forget every change since it was loaded or saved."""
        self.next_id = self.ended = None
        if self._before_the_end is not None:
            self.stored_id, self.record, self.key, self.fields, self.borrowed, self.settled = (
                self._before_the_end
            )
            self._before_the_end = None
        self.values = dict.fromkeys(self.fields, UNREAD)

    def _begin_anew(self) -> None:
        self.stored_id = self.record = self.key = self.next_id = None
        self.borrowed = self.settled = False
        self.fields, self.values = {}, {}

    # What was done

    def lost(self) -> None:
        """There is no record any more, and nothing of it shall come back."""
        self.ended = self._before_the_end = None
        self._begin_anew()

    def created(self, id: str, key: str | None, fields: Mapping[str, bytes]) -> None:
        """It has this id, and a record of its own that holds just these fields."""
        self.stored_id, self.key, self.next_id = id, key, None
        self.ended = self._before_the_end = self.record = None
        self.borrowed, self.settled = False, True
        self.fields = dict(fields)
        self.values = {name: value for name, value in self.values.items() if name in fields}

    def took(self, changed: Mapping[str, bytes], removed: Collection[str]) -> None:
        """Its record has taken these changes: only what changes from here on is news."""
        self.fields.update(changed)
        for name in removed:
            self.fields.pop(name, None)
        for name in changed:
            # Gone from here, if it was deleted while the store was writing.
            if name not in self.values:
                self.values[name] = UNREAD
        self.settled = True

    def saved(
        self, id: str | None, key: str | None, changed: Mapping[str, bytes], removed: Collection[str]
    ) -> None:
        """The same, and if an id is given it has that one now, and its record that key."""
        if id is not None:
            self.stored_id, self.key, self.borrowed, self.next_id = id, key, False, None
        self.took(changed, removed)
