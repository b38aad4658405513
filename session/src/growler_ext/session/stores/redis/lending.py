"""`Lending`: connections that are lent to one operation at a time, as transactions need them: WATCH belongs to one.

One that was given back in order is used again; one whose operation failed or was cancelled is closed, since answers may
still be under way on it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ResponseError

from growler_ext.session.stores.redis.connecting import disconnect
from growler_ext.session.stores.redis.wire import Word, pack

_FREEING: Final = ("DEL", "HDEL", "ZREM")
"""Commands that a Redis whose memory is full does all the same, if they are in no transaction."""

_keepers: Final[set[asyncio.Task[None]]] = set()
"""A loop has no references to its tasks that would keep them."""


class Loan:
    """A connection for the time of one operation."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        # An idle connection may have been closed by the other side; the first exchange finds out.
        self._may_be_dead = connection.is_connected
        self._is_new = True

    async def ask(self, *commands: Sequence[Word]) -> list[Any]:
        """The answers to commands that leave together. Raises the first one that is an error.

        The first time they are to change nothing: if an idle connection was dead, they are asked again.
        """
        if self._is_new:
            # Who had the connection before may have watched something.
            commands = (("UNWATCH",), *commands)
        packed = b"".join([pack(*command) for command in commands])
        try:
            answers = await self._exchange(packed, len(commands))
        except RedisConnectionError:
            if not self._may_be_dead:
                raise
            await disconnect(self._connection)
            answers = await self._exchange(packed, len(commands))
        for answer in answers:
            if isinstance(answer, ResponseError):
                raise answer
        if self._is_new:
            del answers[0]
        self._is_new = self._may_be_dead = False
        return answers

    async def execute(self, commands: Sequence[Sequence[Word]]) -> bool:
        """Do all of it, or nothing and return False if something that was watched has changed."""
        try:
            *_, done = await self.ask(("MULTI",), *commands, ("EXEC",))
        except OutOfMemoryError:
            if any(name not in _FREEING for name, *_ in commands):
                raise
            # Such a Redis takes no transaction of anybody: what was watched cannot change meanwhile.
            done = await self.ask(*commands)
        for answer in done or ():
            if isinstance(answer, ResponseError):
                raise answer
        return done is not None

    async def _exchange(self, packed: bytes, count: int) -> list[Any]:
        connection = self._connection
        await connection.connect()  # type: ignore[no-untyped-call]  # redis-py has no type for it
        await connection.send_packed_command(packed, check_health=False)
        answers: list[Any] = []
        for _ in range(count):
            try:
                answers.append(
                    await connection.read_response(disable_decoding=True, disconnect_on_error=False)
                )
            except ResponseError as error:
                answers.append(error)
        return answers


class Lending:
    """Made in, and for, the running loop; whose end closes what is idle, as `close` does.

    Parameters: what makes a connection, not yet connected; how many may be lent at a time.
    """

    def __init__(self, make: Callable[[], AbstractConnection], most: int) -> None:
        self._make = make
        self._idle: list[AbstractConnection] = []
        self._free = asyncio.Semaphore(most)
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    @contextlib.asynccontextmanager
    async def loan(self) -> AsyncIterator[Loan]:
        """A connection to work with."""
        async with self._free:
            if self._keeper is None:
                self._keeper = asyncio.create_task(self._keep())
                _keepers.add(self._keeper)
                self._keeper.add_done_callback(_keepers.discard)
            connection = self._idle.pop() if self._idle else self._make()
            try:
                yield Loan(connection)
            except BaseException:
                await disconnect(connection)
                raise
            if self._closed:
                await disconnect(connection)
            else:
                self._idle.append(connection)

    async def close(self) -> None:
        """Close what is not lent, and what is lent when it comes back."""
        self._closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    async def _keep(self) -> None:
        """Wait to be cancelled: by close(), or because the loop comes to its end."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._closed = True
            while self._idle:
                await disconnect(self._idle.pop())
