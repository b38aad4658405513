"""What one request knows of its session: values as loaded and as changed, its id, and what shall become of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from growler_ext.session.encoding import UNREAD
from growler_ext.session.ids import new_id
from growler_ext.session.store import Record


class State:
    """A session between loading and saving.

    `stored_id` is the id under which a record exists, None without one; `id` is the one it is to have. `fields` is
    what the record holds, `values` what it shall hold. `ended` is the id of a record that was given up. `settled`:
    its use has been written down and its cookie sent.
    """

    __slots__ = ("_next_id", "ended", "fields", "record", "settled", "stored_id", "values")

    def __init__(self, stored_id: str | None = None, record: Record | None = None) -> None:
        self.ended: str | None = None
        self._begin(stored_id, record)

    def _begin(self, stored_id: str | None, record: Record | None) -> None:
        self.stored_id = stored_id
        self.record = record
        self.fields: dict[str, bytes] = record.fields if record is not None else {}
        self.values: dict[str, Any] = dict.fromkeys(self.fields, UNREAD)
        self._next_id: str | None = None
        self.settled = False

    @property
    def id(self) -> str:
        if self._next_id is None:
            if self.stored_id is not None:
                return self.stored_id
            self._next_id = new_id()
        return self._next_id

    def regenerate(self) -> None:
        self._next_id = new_id()

    def destroy(self) -> None:
        """Give up the record; the session goes on as a new, empty one."""
        if self.stored_id is not None:
            self.ended = self.stored_id
        self._begin(None, None)

    def concluded(self, changed: Mapping[str, bytes], removed: Collection[str], *, stored: bool) -> None:
        """What was decided has been done: only what changes from here on is news.

        Without `stored` there is no record any more, and nothing of it shall come back.
        """
        self.ended = None
        if not stored:
            self._begin(None, None)
            return
        self.fields.update(changed)
        for name in removed:
            self.fields.pop(name, None)
        self.stored_id, self._next_id = self.id, None
        self.settled = True
