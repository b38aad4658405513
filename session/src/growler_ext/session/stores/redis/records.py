"""`Records`: what one script does to one record, wherever that may be: the part that all servers with scripts share.

A script touches only the key it is given. One that finds a record moved, and the old key in its grace, answers with the
new key, and is run again there; so only those who come with an old key pay for a second round trip.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from growler_ext.session.store import Change, Outcome, Record, Touch
from growler_ext.session.stores.redis.layout import (
    HOPS,
    NOTHING,
    State,
    Unreadable,
    change_words,
    field_words,
    record_of,
)
from growler_ext.session.stores.redis.way import Caller
from growler_ext.session.stores.redis.wire import Script, Word, words

log: logging.Logger = logging.getLogger("growler.session")

OUTCOMES: Final = {
    State.GONE: Outcome.GONE,
    State.DONE: Outcome.DONE,
    State.MOVED: Outcome.MOVED,
    # A key in its grace is not renamed again.
    State.FORWARD: Outcome.MOVED,
    State.UNREADABLE: Outcome.GONE,
}

_LOAD: Final = Script("load", "index")
_CREATE: Final = Script("create", "index", "change")
_COMMIT: Final = Script("commit", "index", "change")
_DELETE: Final = Script("delete", "index")

_FOLLOWED: Final = words("1")
_NO_TOUCH: Final = words("", "")


class Records:
    """Single records.

    Parameters:
        caller: runs the scripts.
        prefix: of all keys.
        indexes: how the keys of indexes begin that the scripts are to keep; "" if they must touch no other key.
        clock: the time; None for that of Redis.
        timeout: seconds for those who have to follow.
    """

    def __init__(
        self, caller: Caller, prefix: str, indexes: str, clock: Callable[[], float] | None, timeout: float
    ) -> None:
        self._caller = caller
        self._prefix = prefix
        self._indexes = words(indexes)
        self._clock = clock
        self._timeout = timeout
        self._by_redis = words("", indexes)
        self._touch: Touch | None = None
        self._touch_words = _NO_TOUCH

    async def run(
        self, script: Script, names: Sequence[str], *given: Word, packed: tuple[int, bytes] = (0, b"")
    ) -> Any:
        """Run a script on keys, with their prefixes. After what every script is given come `given` and `packed`."""
        arguments = words(*names) + self._common() + words(*given) + packed[1]
        return await self._caller.run(script, names[0], len(names) + 2 + len(given) + packed[0], arguments)

    async def follow(self, script: Script, key: str, count: int, given: bytes) -> tuple[str, Any]:
        """Run a script where the record is, with so many more words. Returns that key and the answer."""
        answer = await self._caller.run(script, self._prefix + key, count + 4, self._arguments(key, given))
        if answer[0] == State.DONE:
            return key, answer
        return await self._led(script, key, answer, count, given)

    def _arguments(self, key: str, given: bytes) -> bytes:
        """A record's key, what every script is given, that nothing has led here, and so many words more."""
        data = (self._prefix + key).encode()
        return b"$%d\r\n%b\r\n%b%b%b" % (len(data), data, self._common(), NOTHING, given)

    async def _led(self, script: Script, key: str, answer: Any, count: int, given: bytes) -> tuple[str, Any]:
        """What `follow` returns, after an answer that is not DONE."""
        if answer[0] == State.FORWARD:
            name, answer = await self._follow(script, answer, count, given)
            key = name[len(self._prefix) :]
        if answer[0] == State.UNREADABLE:
            warn_unreadable()
        return key, answer

    async def _follow(self, script: Script, answer: Any, count: int, given: bytes) -> tuple[str, Any]:
        async with asyncio.timeout(self._timeout):
            for _ in range(HOPS):
                name = answer[1].decode()
                arguments = words(name) + self._common() + _FOLLOWED + given
                answer = await self._caller.run(script, name, count + 4, arguments)
                if answer[0] != State.FORWARD:
                    return name, answer
        return name, [State.MOVED]

    def _common(self) -> bytes:
        """The words that every script is given."""
        return self._by_redis if self._clock is None else words(self._clock()) + self._indexes

    async def peek(self, key: str) -> Any:
        """The answer of lua/load.lua for just this key, wherever it leads."""
        return await self.run(_LOAD, (self._prefix + key,), "", "", "")

    async def load(self, key: str, touch: Touch | None) -> Record | None:
        if touch is not self._touch:
            # It is the same for all requests.
            self._touch = touch
            self._touch_words = _NO_TOUCH if touch is None else words(touch.ttl, touch.after)
        # `follow`, without its coroutine.
        answer = await self._caller.run(_LOAD, self._prefix + key, 6, self._arguments(key, self._touch_words))
        if answer[0] != State.DONE:
            key, answer = await self._led(_LOAD, key, answer, 2, self._touch_words)
            if answer[0] != State.DONE:
                return None
        try:
            return record_of(key, *answer[1:])
        except Unreadable:
            warn_unreadable()
            return None

    async def create(
        self, key: str, fields: Mapping[str, bytes], ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        end = "" if lifetime is None else lifetime
        await self.run(_CREATE, (self._prefix + key,), ttl, end, owner or "", *field_words(fields))

    async def change(self, key: str, change: Change) -> tuple[str, Any]:
        """The key that the record is under, and the answer of lua/commit.lua."""
        return await self.follow(_COMMIT, key, *change_words(change))

    async def settle(self, key: str) -> Any:
        """Make the copy under a key the record, if nobody has yet. An answer of lua/commit.lua."""
        return await self.run(_COMMIT, (self._prefix + key,), "1", "", "", 0)

    async def remove(self, key: str) -> tuple[str, Any]:
        """The key that the record was under, and the answer of lua/delete.lua."""
        return await self.follow(_DELETE, key, 0, b"")


def outcome(answer: Any) -> Outcome:
    """What an answer means for a change."""
    return OUTCOMES[answer[0]]


def warn_unreadable() -> None:
    log.warning("what lies in Redis under the key of a session is not a session; it is treated as absent")
