"""How sessions lie in Redis, and the answers of scripts as values.

`sess:KEY` is a hash: a field ":name" for each field of the app; `c`, `e`, `l`, `o` for what the store remembers of a
record, `m`, `g` for a key whose record has moved (lua/record.lua says what they mean). `sess:u:OWNER` is a sorted set:
the keys of an owner's records by their times of expiry. Every key has a TTL that Redis enforces; what decides is `e`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final

from growler_ext.session.store import Change, Record
from growler_ext.session.stores.redis.wire import Word, words

NOTHING: Final = words("")
_ONE: Final = words(1)

HOPS: Final = 16
"""How often a record may have been renamed within the grace until the first key is lost."""


class State(IntEnum):
    """How the answer of a script begins."""

    GONE = 0
    DONE = 1
    MOVED = 2
    FORWARD = 3
    UNREADABLE = 4


class Unreadable(Exception):
    """What lies under the key is a hash, but no record."""


def index_prefix(prefix: str) -> str:
    """How the keys of indexes begin: the hash of an owner follows."""
    return f"{prefix}u:"


def field_words(fields: Mapping[str, bytes]) -> list[Word]:
    """Names and values in turn."""
    return [word for name, value in fields.items() for word in (field_name(name), value)]


def field_name(name: str) -> bytes:
    # A lone surrogate is a legal str, and JSON bodies may contain one.
    return b":" + name.encode("utf-8", "surrogatepass")


def change_words(change: Change) -> tuple[int, bytes]:
    """A Change as the arguments that lua/change.lua reads: how many they are, and packed."""
    changed, removed, ttl, owner = change.changed, change.removed, change.ttl, change.owner
    parts = [
        NOTHING if ttl is None else words(ttl),
        NOTHING if owner is None else words("=" + owner),
        words(len(changed)) if len(changed) != 1 else _ONE,
    ]
    for name, value in changed.items():
        data = name.encode("utf-8", "surrogatepass")
        # As `words` would pack it, in a third of the time: this is what each request that writes waits for.
        parts.append(b"$%d\r\n:%b\r\n$%d\r\n%b\r\n" % (len(data) + 1, data, len(value), value))
    if removed:
        parts.append(words(*map(field_name, removed)))
    return 3 + 2 * len(changed) + len(removed), b"".join(parts)


def change_of(
    found: Mapping[bytes, bytes], now: float, change: Change
) -> tuple[dict[bytes, bytes], list[bytes]]:
    """A Change to what HGETALL has found: the fields to set and those to remove."""
    changed = {field_name(name): value for name, value in change.changed.items()}
    removed = [field_name(name) for name in change.removed]
    if change.ttl is not None:
        ends = end_of(found)
        expires = now + change.ttl
        changed[b"e"] = time_text(expires if ends is None else min(expires, ends))
    if change.owner:
        changed[b"o"] = change.owner.encode()
    elif change.owner == "":
        removed.append(b"o")
    return changed, removed


def pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    """What HGETALL has answered."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def flat(found: Mapping[bytes, bytes]) -> list[bytes]:
    """The same as arguments of HSET."""
    return [word for pair in found.items() for word in pair]


def time_text(time: float) -> bytes:
    """A time as it is stored: to the millisecond, like the TTLs of Redis."""
    return b"%.3f" % time


def time_of(found: Mapping[bytes, bytes], name: bytes) -> float:
    """A time of a record. Raises Unreadable."""
    try:
        return float(found[name])
    except (KeyError, ValueError) as error:
        raise Unreadable from error


def end_of(found: Mapping[bytes, bytes]) -> float | None:
    """The time that no touch can pass."""
    try:
        return float(found[b"l"])
    except (KeyError, ValueError):
        return None


def record_of(key: str, now: bytes, flat: Sequence[bytes], touched: bytes | None = None) -> Record:
    """The record of a HGETALL. `touched` is its time of expiry if that is a new one. Raises Unreadable."""
    fields: dict[str, bytes] = {}
    meta: dict[bytes, bytes] = {}
    try:
        for at in range(0, len(flat), 2):
            name = flat[at]
            # ":", with which the names of the app's fields begin.
            if name and name[0] == 58:
                fields[name[1:].decode("utf-8", "surrogatepass")] = flat[at + 1]
            else:
                meta[name] = flat[at + 1]
        ends, owner = meta.get(b"l"), meta.get(b"o")
        # In the order of its definition: names would take longer than all the rest.
        return Record(
            key,
            fields,
            float(meta[b"c"]),
            float(now),
            float(touched or meta[b"e"]),
            None if ends is None else end_of(meta),
            touched is not None,
            None if owner is None else owner.decode(),
        )
    except (ValueError, KeyError) as error:
        raise Unreadable from error
