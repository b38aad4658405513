"""The sessions of a user: listed for a page, and ended one by one or all at once."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar, cast

from growler_ext.session.data import JSON
from growler_ext.session.encoding import load
from growler_ext.session.reserved import HANDLE, RESERVED, owner_of
from growler_ext.session.store import Answer, Record, Store
from growler_ext.session.timeout import within

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One of a user's sessions.

    `handle` may be shown and sent back: `Session.revoke_one` takes it, and it is `req.session.handle` for the session
    that asks. `expires` is when it ends if it is not used again.
    """

    handle: str
    created: datetime
    expires: datetime
    data: dict[str, JSON] = field(repr=False)


async def sessions_of(store: Store, limit: float, user: str) -> list[SessionInfo]:
    """The sessions of a user, the newest first."""
    records = await _answer(store, limit, store.owned(owner_of(user)))
    infos = [_info(record) for record in records.values()]
    return sorted(infos, key=lambda info: info.created, reverse=True)


async def revoke(store: Store, limit: float, user: str, keep: Collection[str]) -> int:
    """End the sessions of a user; returns how many."""
    return await _answer(store, limit, store.revoke(owner_of(user), keep=keep))


async def revoke_one(store: Store, limit: float, user: str, handle: str) -> bool:
    """End one session of a user; whether it was there. What is somebody else's is not there."""
    records = await _answer(store, limit, store.owned(owner_of(user)))
    keys = [key for key, record in records.items() if _text(record, HANDLE) == handle]
    return bool(keys) and await _answer(store, limit, store.delete(*keys)) > 0


def _info(record: Record) -> SessionInfo:
    data = {}
    for name, value in record.fields.items():
        if name[0] != RESERVED:
            try:
                data[name] = load(value)
            except ValueError:
                continue  # `State.value` says so when the session itself is read
    return SessionInfo(
        _text(record, HANDLE) or "",
        datetime.fromtimestamp(record.created, UTC),
        datetime.fromtimestamp(record.expires, UTC),
        data,
    )


def _text(record: Record, name: str) -> str | None:
    try:
        value = load(record.fields.get(name, b"null"))
    except ValueError:
        return None
    return value if isinstance(value, str) else None


async def _answer(store: Store, limit: float, answer: Answer[T]) -> T:
    return cast("T", answer) if store.sync else await within(limit, cast("Awaitable[T]", answer))
