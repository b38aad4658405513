"""`LineCaller`: runs scripts and commands over a `Line`.

A script is called by its hash. A Redis that does not know it - it was restarted, failed over, or its scripts were
flushed - is sent the text, which it then keeps.
"""

from __future__ import annotations

from typing import Any, Final

from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError

from growler_ext.session.stores.redis.line import Line
from growler_ext.session.stores.redis.wire import Script, Word, checked, pack

_ASKING: Final = pack("ASKING")


class LineCaller:
    """A `Caller`. Parameters: the line; whether the node is to answer for a slot that is only on its way to it."""

    def __init__(self, line: Line, *, asking: bool = False) -> None:
        self._line = line
        self._asking = asking

    async def run(self, script: Script, key: str, count: int, arguments: bytes) -> Any:
        answer = await self._ask(script.call(count, arguments))
        if type(answer) is list:
            return answer
        if isinstance(answer, NoScriptError):
            answer = await self._ask(script.teach(count, arguments))
        return self._checked(answer)

    async def command(self, *words: Word) -> Any:
        return self._checked(await self._ask(pack(*words)))

    def _ask(self, packed: bytes) -> Any:
        if self._asking:
            self._line.ask(_ASKING)
        return self._line.ask(packed)

    def _checked(self, answer: Any) -> Any:
        if isinstance(answer, ResponseError) and _is_read_only(answer):
            # It was the master when this connection was made.
            self._line.drop("this Redis is no master any more")
        return checked(answer)


def _is_read_only(error: ResponseError) -> bool:
    # Before Redis 7 what a script ran into was told in the text of an error of its own.
    return isinstance(error, ReadOnlyError) or "READONLY" in str(error)
