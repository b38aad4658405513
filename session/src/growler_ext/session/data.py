"""`req.session`: a mapping that is loaded when it is first used and saved before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from growler_ext.session.access import Access, Now
from growler_ext.session.encoding import ABSENT
from growler_ext.session.flash import Flash, names, new_name, surplus
from growler_ext.session.reserved import HANDLE, PERSIST, RESERVED

JSON: TypeAlias = Any
"""None, bool, int, float, str, or lists and dicts with str keys of them. Any, because checkers would otherwise
want a cast for each value that is read."""


class SessionData(MutableMapping[str, JSON]):
    """The session of one client.

    Any str that does not begin with NUL is a key, any JSON a value. Changes inside of lists and dicts are noticed.
    What is saved is each key that changed, so parallel requests that change different keys do not undo each other;
    of those that change the same key the last one wins, also where each has only appended to a list.
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
        """Whether nothing of it is stored."""
        return self._access.read().stored_id is None

    @property
    def modified(self) -> bool:
        """Whether there is something to save. Raises TypeError for a value that is not JSON."""
        return self._access.read().modified

    @property
    def user(self) -> str | None:
        """Whose session it is, as `bind` was told; None for nobody's."""
        return self._access.read().user

    @property
    def handle(self) -> str | None:
        """By what `Session.of` lists it, safe to show; None for a session that is nobody's."""
        handle = self._access.read().value(HANDLE)
        return handle if isinstance(handle, str) else None

    @property
    def stored_key(self) -> str | None:
        """Under what the store has its record: a hash of its id, fit for logs; None without a record."""
        return self._access.read().key

    @property
    def created(self) -> datetime | None:
        """When it was first saved, in UTC; None before that, and in the request that does it."""
        record = self._access.read().record
        return datetime.fromtimestamp(record.created, UTC) if record is not None else None

    @property
    def expires(self) -> datetime | None:
        """When it ends if it is not used again, in UTC; None before it was saved, and in the request that does it."""
        record = self._access.read().record
        return datetime.fromtimestamp(record.expires, UTC) if record is not None else None

    # What becomes of it

    def regenerate(self, *, clear: bool = False) -> Now:
        """Give it a new id, so that whoever knew the old one knows nothing: call it whenever a user logs in or gains
        rights (OWASP: session fixation). Takes effect before the answer leaves, or at once where it is awaited; the
        old id is dead then.

        Parameters:
            clear: begin anew, with nothing in it and a full lifetime. Otherwise data and lifetime go on.

        Raises RuntimeError when the header fields have left: the client could not learn the new id.
        """
        state = self._access.write(new_id=True)
        if clear:
            state.destroy()
        else:
            state.regenerate()
        return Now(self._access.save)

    def destroy(self) -> Now:
        """End it: before the answer leaves, or at once where this is awaited, its record is deleted and its cookie
        cleared, even if the answer is an error. What is put into it afterwards - a flash message - is a new
        session's."""
        self._access.write().destroy()
        return Now(self._access.save)

    def bind(self, user: str | None) -> Now:
        """Make it the session of a user who has logged in, so that `Session.of` and `Session.revoke` find it.

        It gets a new id as by `regenerate`, unless it was bound to the same user already. An answer of 400 or more
        changes nothing about whose it is, and saves nothing.

        Parameters:
            user: the user's id; None makes it nobody's.

        Raises TypeError for an id that is no str, ValueError for an empty one, RuntimeError as `regenerate`.
        """
        if user is not None and not isinstance(user, str):
            raise TypeError(f"a user's id is a str, not {type(user).__name__}: bind(str(user.id))")
        if user == "":
            raise ValueError("a user's id must not be empty; bind(None) makes the session nobody's")
        state = self._access.read()
        if user != state.user:
            self._access.write(new_id=True).bind(user)
        return Now(self._access.save)

    def unbind(self) -> Now:
        """Make it nobody's: `bind(None)`."""
        return self.bind(None)

    def persist(self, flag: bool = True) -> None:
        """Whether the client keeps its cookie when the browser is closed ("remember me"); `Session(persist=...)` says
        it for those that were not told. How long the session lives is not affected."""
        self._access.write(new_id=True).values[PERSIST] = bool(flag)

    def rollback(self) -> None:
        """Forget everything that was changed since it was loaded or saved, new ids and destroy() among it."""
        self._access.read().rollback()

    async def save(self) -> None:
        """Save now what has changed, instead of before the answer leaves; what changes later is saved then.

        After the header fields have left - in a stream - it works for a session that the client has the cookie of.

        Raises RuntimeError where it is too late for a cookie, HTTPErrorServiceUnavailable if the store fails,
        TypeError for a value that is not JSON.
        """
        await self._access.save()

    async def load(self) -> None:
        """Load it. Needed with `Session(lazy=True)` and an async store, before it is used; else it does nothing.

        Raises HTTPErrorServiceUnavailable if the store fails.
        """
        await self._access.load()

    # Flash messages

    def flash(self, message: str, category: str = "info") -> None:
        """Keep a message for the next page that asks for `flashes`. The last 20 are kept.

        Raises TypeError for a message or category that is no str.
        """
        if not all(isinstance(text, str) for text in (message, category)):
            raise TypeError("a flash message and its category are str: session.flash(str(message))")
        values = self._access.write().values
        for name in surplus(values):
            del values[name]
        values[new_name()] = [message, category]

    def flashes(self, category: str | None = None) -> list[Flash]:
        """The messages that wait, oldest first, all or of one category; they wait no longer."""
        state = self._access.read()
        taken = {}
        for name in names(state.values):
            match state.value(name):
                case [str(message), str(its_category)] if category in (None, its_category):
                    taken[name] = Flash(message, its_category)
        if taken:
            values = self._access.write().values
            for name in taken:
                del values[name]
        return list(taken.values())

    # The mapping

    def __getitem__(self, key: str) -> JSON:
        access = self._access
        value = (access.live or access.read()).value(key)
        if value is ABSENT or key[:1] == RESERVED:
            raise KeyError(key)
        return value

    # Not Mapping's own: that one raises and catches a KeyError for every key that is not there.
    def get(self, key: str, default: JSON = None) -> JSON:
        """The value of a key, or the default."""
        access = self._access
        value = (access.live or access.read()).value(key)
        return default if value is ABSENT or key[:1] == RESERVED else value

    def json_text(self, key: str) -> bytes | None:
        """The JSON text of a value as it is stored, neither decoded nor looked at; None for a key that is not there.

        For who remembers what the same text meant in an earlier request. Raises TypeError for what is not JSON.
        """
        return None if key[:1] == RESERVED else self._access.read().text(key)

    def __setitem__(self, key: str, value: JSON) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a session's keys are str, not {type(key).__name__}")
        if not key or key[0] == RESERVED:
            raise ValueError("a session's key must not be empty nor begin with NUL")
        access = self._access
        if key == access.user_key:
            self._bind_to(value)
        (access.live or access.write()).values[key] = value

    def __delitem__(self, key: str) -> None:
        if key[:1] == RESERVED:
            raise KeyError(key)
        values = self._access.write().values
        del values[key]
        if key == self._access.user_key:
            self.bind(None)

    def clear(self) -> None:
        """Remove every key; flash messages stay."""
        values = self._access.write().values
        for key in [key for key in values if key[0] != RESERVED]:
            del self[key]

    def __iter__(self) -> Iterator[str]:
        state = self._access.read()
        return iter([key for key in list(state.values) if key[0] != RESERVED and key in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _bind_to(self, value: JSON) -> None:
        """What was put under `Session(user_key=...)` says whose session it is."""
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
            raise TypeError(
                f"session[{self._access.user_key!r}] says whose session it is: a str or an int, "
                f"not {type(value).__name__}"
            )
        self.bind(str(value) if value is not None else None)

    def __repr__(self) -> str:
        # No id and no values: they are secrets. And no loading: a log line must not change the answer.
        state = self._access.state
        return (
            "<SessionData, not read>" if state is None else f"<SessionData with {len(state.values)} fields>"
        )
