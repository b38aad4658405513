"""`ByValue`: the cookie is the session. Nothing is kept on the server, and what two requests write at once is what
the last of them wrote.

Both lifetimes are kept by times inside the cookie, which the server wrote and the client cannot change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Final, Protocol, TypeAlias, cast

from growler_ext.session.life import Life
from growler_ext.session.reserved import PERSIST
from growler_ext.session.state import State
from growler_ext.session.store import Answer, Record
from growler_ext.session.visits.contract import CLEAR, CookieChange, Send
from growler_ext.session.visits.payload import Payload, moment, pack, unpack

# Tokens that are remembered with what they say, up to this length: a megabyte at most.
_REMEMBERED: Final = 512
_SHORT: Final = 512

# See `ids.candidates`: a forged cookie in front of the right one does no harm, and many cost no more than three.
_CANDIDATES: Final = 3

# Seconds by which the clocks of several servers may differ: a cookie may be that much from the future.
_SKEW: Final = 10


class SessionTooLarge(ValueError):
    """The session does not fit into a cookie: the request is answered 500, and the client keeps the cookie it has."""


class Seal(Protocol):
    """Makes tokens that nobody else can make, and opens them."""

    def seal(self, payload: bytes) -> str:
        """A token, of characters that a cookie may hold."""

    def open(self, token: str) -> bytes | None:
        """The payload of a token of ours; None for anything else. Never raises for a token."""


@dataclass(frozen=True, slots=True)
class CookieInfo:
    """What a session's cookie says of itself, for the `valid` of a `CookieStore`.

    `user`: whose it is, as `bind` was told; None for nobody's. `created`: when the session began. `issued`: when this
    cookie was made, which is whenever the session is changed or its use written down.
    """

    id: str
    user: str | None
    created: datetime
    issued: datetime


Valid: TypeAlias = Callable[[CookieInfo], Answer[bool]]


class ByValue:
    """`Visits` for a `CookieStore`.

    Parameters:
        room: bytes that a token may have.
        overhead: bytes that the rest of the cookie has.
        valid: asked about each cookie that is good otherwise; None for no such question.
        clock: Unix time in seconds.
    """

    def __init__(
        self, seal: Seal, life: Life, *, room: int, overhead: int, valid: Valid | None,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self.sync = not _is_async(valid)
        self._seal = seal
        self._life = life
        self._room = room
        self._overhead = overhead
        self._valid = valid
        self._clock = clock
        # A client sends the same token again and again, until it is given another: what was sealed or found good a
        # moment ago need not be looked at a second time. Its times are.
        self._recent: dict[str, Payload] = {}

    # Loading

    def load(self, values: Sequence[str], *, used: bool) -> Answer[State]:
        if not self.sync and values:
            return self._load_async(values)
        for value in values[:_CANDIDATES]:
            opened = self._open(value)
            if opened is not None and (self._valid is None or _now(self._valid(_info(*opened)))):
                return State(opened[1].key, opened[1])
        return State()

    async def _load_async(self, values: Sequence[str]) -> State:
        valid = cast("Callable[[CookieInfo], Awaitable[bool]]", self._valid)
        for value in values[:_CANDIDATES]:
            opened = self._open(value)
            if opened is not None and await valid(_info(*opened)):
                return State(opened[1].key, opened[1])
        return State()

    def _open(self, value: str) -> tuple[Payload, Record] | None:
        payload = self._recent.get(value)
        if payload is None:
            data = self._seal.open(value)
            payload = None if data is None else unpack(data)
            if payload is None:
                return None
            self._remember(value, payload)
        now, life = self._clock(), self._life
        id, created, issued, kept = payload
        fields = kept.copy()
        ends = None if life.lifetime is None else created + life.lifetime
        expires = issued + life.idle if ends is None else min(issued + life.idle, ends)
        if expires <= now or max(created, issued) > now + _SKEW:
            return None
        return payload, Record(id, fields, created, now, expires, ends, False, None)

    def _remember(self, token: str, payload: Payload) -> None:
        if len(token) <= _SHORT:
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[token] = payload

    # Saving

    def save(self, state: State, *, commit: bool, may_send: bool) -> CookieChange:
        change = self._change(state) if commit else None
        if change is None and state.ended is not None:
            state.lost()
            return CLEAR
        return change

    def _change(self, state: State) -> Send | None:
        """The new cookie; None if there is no need of one."""
        changed, removed = state.changes()
        if state.stored_id is None:
            if changed.keys() <= {PERSIST}:
                return None
            id = state.id
            cookie = self._send(id, state, None, changed)
            state.created(id, id, changed)
            return cookie
        if not (changed or removed or state.has_new_id or self._is_due(state)):
            return None
        fields = {**state.fields, **changed}
        for name in removed:
            del fields[name]
        id = state.id
        cookie = self._send(id, state, state.record, fields)
        state.saved(id, id, changed, removed)
        return cookie

    def _is_due(self, state: State) -> bool:
        return not state.settled and state.record is not None and self._life.is_due(state.record)

    def _send(self, id: str, state: State, record: Record | None, fields: dict[str, bytes]) -> Send:
        now = moment(self._clock())
        payload = id, now if record is None else record.created, now, fields
        token = self._seal.seal(pack(*payload))
        if len(token) > self._room:
            raise self._too_large(len(token), fields)
        self._remember(token, payload)
        told = state.value(PERSIST)
        persists = told if isinstance(told, bool) else self._life.persist
        return Send(token, self._life.left(record) if persists else None)

    def _too_large(self, size: int, fields: Mapping[str, bytes]) -> SessionTooLarge:
        # Names only: values are secrets.
        largest = sorted(fields, key=lambda name: len(fields[name]), reverse=True)[:3]
        names = ", ".join(f"{name!r} ({len(fields[name])})" for name in largest)
        most = self._room + self._overhead
        return SessionTooLarge(
            f"the session's cookie would have {size + self._overhead} bytes and may have {most}; its largest are "
            f"{names}: keep less in it, or keep it on the server (SqliteStore, RedisStore)"
        )

    def needs_cookie(self, state: State) -> bool:
        return True


def _info(payload: Payload, record: Record) -> CookieInfo:
    id, created, issued, _ = payload
    user = State(id, record).user
    return CookieInfo(id, user, datetime.fromtimestamp(created, UTC), datetime.fromtimestamp(issued, UTC))


def _is_async(valid: Valid | None) -> bool:
    # An object may be called too.
    return iscoroutinefunction(valid) or (valid is not None and iscoroutinefunction(type(valid).__call__))


def _now(answer: Answer[bool]) -> bool:
    if isawaitable(answer):
        # It would count as true, and everything as valid.
        if iscoroutine(answer):
            answer.close()
        raise TypeError("the valid of a CookieStore gave an awaitable: declare it with async def")
    return bool(answer)
