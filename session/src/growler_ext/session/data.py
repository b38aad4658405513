"""`req.session`: a mapping that is loaded when it is first used and saved before the answer leaves."""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from growler_ext.session.encoding import ABSENT, UNREAD, load
from growler_ext.session.flash import RESERVED, Flash, names, new_name, surplus
from growler_ext.session.state import State

log = logging.getLogger("growler.session")

JSON: TypeAlias = Any
"""None, bool, int, float, str, or lists and dicts with str keys of them. Any, because checkers would otherwise
want a cast for each value that is read."""


class Access(Protocol):
    """The way from a session to its store, for one request."""

    state: State | None

    def read(self) -> State:
        """The loaded session; it will be looked at again before the answer leaves."""

    def write(self) -> State:
        """The same for a change. Raises RuntimeError once it could not be saved any more."""


class SessionData(MutableMapping[str, JSON]):
    """The session of one client.

    Any str that does not begin with NUL is a key, any JSON a value. Changes inside of lists and dicts are noticed.
    What is saved is each key that changed, so parallel requests that change different keys do not undo each other.
    A value that JSON has not raises TypeError when the session is saved: the request is answered 500.

    Reading changes nothing; a session in which nothing was ever put leaves no cookie and no record.
    """

    __slots__ = ("_access",)

    def __init__(self, access: Access) -> None:
        self._access = access

    # What it is

    @property
    def id(self) -> str:
        """The id, a secret of this client's; a session that was not saved yet will have this one when it is."""
        return self._access.read().id

    @property
    def new(self) -> bool:
        """Whether nothing of it is in the store."""
        return self._access.read().stored_id is None

    @property
    def created(self) -> datetime | None:
        """When it was first saved, in UTC; None before that."""
        record = self._access.read().record
        return datetime.fromtimestamp(record.created, UTC) if record is not None else None

    @property
    def expires(self) -> datetime | None:
        """When it ends if it is not used again, in UTC; None before it was saved."""
        record = self._access.read().record
        return datetime.fromtimestamp(record.expires, UTC) if record is not None else None

    # What becomes of it

    def regenerate(self, *, clear: bool = False) -> None:
        """Give it a new id, so that whoever knew the old one knows nothing: call it whenever a user logs in or gains
        rights (OWASP: session fixation). Takes effect before the answer leaves; the old id is dead then.

        Parameters:
            clear: begin anew, with nothing in it and a full lifetime. Otherwise data and lifetime go on.
        """
        state = self._access.write()
        if clear:
            state.destroy()
        else:
            state.regenerate()

    def destroy(self) -> None:
        """End it: before the answer leaves its record is deleted and its cookie cleared, even if the answer is an
        error. What is put into it afterwards - a flash message - is a new session's."""
        self._access.write().destroy()

    # Flash messages

    def flash(self, message: str, category: str = "info") -> None:
        """Keep a message for the next page that asks for `flashes`. The last 20 are kept."""
        values = self._access.write().values
        for name in surplus(values):
            del values[name]
        values[new_name()] = [message, category]

    def flashes(self, category: str | None = None) -> list[Flash]:
        """The messages that wait, oldest first, all or of one category; they wait no longer."""
        state = self._access.read()
        taken = {}
        for name in names(state.values):
            match _value(state, name):
                case [str(message), str(its_category)] if category in (None, its_category):
                    taken[name] = Flash(message, its_category)
        if taken:
            values = self._access.write().values
            for name in taken:
                del values[name]
        return list(taken.values())

    # The mapping

    def __getitem__(self, key: str) -> JSON:
        value = _value(self._access.read(), key)
        if value is ABSENT or key[:1] == RESERVED:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: JSON) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a session's keys are str, not {type(key).__name__}")
        if not key or key[0] == RESERVED:
            raise ValueError("a session's key must not be empty nor begin with NUL")
        self._access.write().values[key] = value

    def __delitem__(self, key: str) -> None:
        if key[:1] == RESERVED:
            raise KeyError(key)
        del self._access.write().values[key]

    def clear(self) -> None:
        """Remove every key; flash messages stay."""
        values = self._access.write().values
        for key in [key for key in values if key[0] != RESERVED]:
            del values[key]

    def __iter__(self) -> Iterator[str]:
        state = self._access.read()
        return iter([key for key in list(state.values) if key[0] != RESERVED and key in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        # No id and no values: they are secrets. And no loading: a log line must not change the answer.
        state = self._access.state
        return (
            "<SessionData, not read>" if state is None else f"<SessionData with {len(state.values)} fields>"
        )


def _value(state: State, key: str) -> JSON:
    """A value, decoded the first time, or ABSENT. What is no JSON is logged and hidden; the store keeps it."""
    value = state.values.get(key, ABSENT)
    if value is UNREAD:
        try:
            value = state.values[key] = load(state.fields[key])
        except ValueError:
            log.error("session[%r] is not JSON in the store and is ignored", key)
            del state.values[key], state.fields[key]
            value = ABSENT
    return value
