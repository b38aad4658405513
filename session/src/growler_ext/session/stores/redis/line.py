"""`Line`: one connection for all operations of an event loop, which leave together and are answered in order.

What requests ask for in one turn of the loop leaves in one write, without waiting for the answers to what left before.
Answers come in the order of the questions, so each goes to the future of its own. The system's calls, the tasks and the
time-outs are paid for per turn and not per operation: that is what makes it fast. Only where many gather they leave
sooner: then Redis is at work on the first while the loop still makes the others.

Nothing is ever sent twice. A question whose asker was cancelled stays in the queue, so that the answers behind it
still find theirs. Each is answered, or failed with StoreError, within the time-out: one timer looks at the oldest.
A connection whose oldest question is twice as old is dropped, and the next question makes a new one. So a Redis
that pauses for a moment costs those who could not wait for it, and nobody else.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

import redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import InvalidResponse, RedisError, ResponseError

from growler_ext.session.store import StoreError
from growler_ext.session.stores.redis.connecting import disconnect, writer_of

BATCH: Final = 512
"""Operations that leave in one write at most."""

EARLY: Final = 16
"""As many leave before the turn of the loop ends."""

_LATE: Final = 0.1
"""The share of the time-out by which the loop may be late."""

# How long to wait for an answer is the line's business; a limit of redis-py would also close an idle connection.
# To its version 8, None means a default of its own.
_FOREVER: Final = math.inf if redis.VERSION[0] >= 8 else None


class _Question:
    __slots__ = ("asked", "future", "packed")

    def __init__(self, packed: bytes, asked: float, future: asyncio.Future[Any]) -> None:
        self.packed = packed
        self.asked = asked
        self.future = future

    def fail(self, message: str, cause: BaseException | None = None) -> None:
        if not self.future.done():
            error = StoreError(message)
            error.__cause__ = cause
            self.future.set_exception(error)
            # Looked at, lest asyncio complains: who asked several things is gone after the first that failed.
            self.future.exception()


class Line:
    """Made in, and for, the running loop. It connects when it is asked something.

    Parameters:
        make: makes a connection of redis-py, not yet connected.
        timeout: seconds for connecting, and seconds for an operation, connecting included.
        most: operations that may wait at a time.
    """

    def __init__(self, make: Callable[[], AbstractConnection], *, timeout: float, most: int) -> None:
        self._make = make
        self._timeout = timeout
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._unsent: deque[_Question] = deque()
        self._sent: deque[_Question] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._life: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._transport: asyncio.WriteTransport | None = None  # while there is a connection to keep
        self._reason: str | None = None

    def ask(self, packed: bytes) -> asyncio.Future[Any]:
        """Send a command with the others of this turn. Its answer may be a ResponseError, as a value.

        Raises StoreError if too many wait already; the future raises it when no answer comes.
        """
        if len(self._unsent) + len(self._sent) >= self._most:
            raise StoreError(f"{self._most} operations are waiting for Redis already")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._unsent.append(_Question(packed, self._loop.time(), future))
        if self._wake is not None:
            self._wake.set_result(None)
            self._wake = None
        elif self._life is None:
            self._life = self._loop.create_task(self._live())
        if len(self._unsent) >= EARLY and self._may_write():
            self._transport.write(self._batch())  # type: ignore[union-attr]  # `_may_write` has looked
        if self._timer is None:
            self._look_at(self._loop.time() + self._timeout)
        return future

    def drop(self, reason: str) -> None:
        """Let go of the connection: what was sent fails, what was not and what comes gets a new one."""
        life = self._life
        if life is not None and self._transport is not None:  # one that is only being made is new already
            self._transport = None
            self._end(life, reason)

    async def close(self) -> None:
        """Let go of the connection; whoever waits gets a StoreError."""
        _fail(self._unsent, "the store was closed")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (life := self._life) is not None:
            self._end(life, "the store was closed")
            await asyncio.wait([life])

    def _end(self, life: asyncio.Task[None], reason: str) -> None:
        self._reason = reason
        life.cancel()

    async def _live(self) -> None:
        """The life of a connection: it is made, written to and read from, and closed."""
        connection = self._make()
        reason, failure, again = "cannot connect to Redis", None, False
        try:
            async with asyncio.timeout(self._timeout):
                await connection.connect()  # type: ignore[no-untyped-call]  # redis-py has no type for it
            reason, again = "the connection to Redis was lost", True
            writer = writer_of(connection)
            assert writer is not None, "it is connected"
            self._transport = writer.transport
            writing = self._loop.create_task(self._write(writer))
            try:
                await self._read(connection)
            finally:
                writing.cancel()
        except (RedisError, OSError, TimeoutError) as error:
            failure = error
        except asyncio.CancelledError:
            # By drop(), or because the loop comes to its end.
            again = self._reason is not None
            reason = self._reason or "the event loop was stopped"
            raise
        finally:
            self._life = self._wake = self._transport = self._reason = None
            _fail(self._sent, reason, failure)
            if not again:
                _fail(self._unsent, reason, failure)
            elif any(not question.future.done() for question in self._unsent):
                self._life = self._loop.create_task(self._live())
            await disconnect(connection)

    async def _write(self, writer: asyncio.StreamWriter) -> None:
        # Not by redis-py: it may write later, in a task, and not notice that it was cancelled.
        while True:
            while not self._unsent:  # what has woken us may have left early
                wake = self._wake = self._loop.create_future()
                await wake
            if self._transport is None or self._transport.is_closing():
                return  # in this very turn: what is asked now is for the next one
            writer.write(self._batch())
            try:
                await writer.drain()
            except OSError:
                return  # The reader learns of it too, and ends the connection's life.

    def _batch(self) -> bytes:
        """What is to leave now; from here on it counts as sent."""
        unsent = self._unsent
        batch = [unsent.popleft() for _ in range(min(len(unsent), BATCH))]
        # What was given up before it was sent is not sent.
        batch = [question for question in batch if not question.future.done()]
        self._sent.extend(batch)
        return b"".join([question.packed for question in batch])

    def _may_write(self) -> bool:
        """Whether nothing written before is on its way still. With TLS nobody can tell, nor whether it is closed."""
        transport = self._transport
        return transport is not None and not (
            transport.is_closing()
            or transport.get_write_buffer_size()
            or transport.get_extra_info("ssl_object")
        )

    async def _read(self, connection: AbstractConnection) -> None:
        sent = self._sent
        while True:
            try:
                answer = await connection.read_response(
                    disable_decoding=True, timeout=_FOREVER, disconnect_on_error=False
                )
            except ResponseError as error:
                answer = error
            if not sent:
                raise InvalidResponse("an answer to no question")
            future = sent.popleft().future
            if not future.done():
                future.set_result(answer)

    def _look(self, due: float) -> None:
        """Fail what has waited for too long, and come back when the next one will have."""
        self._timer = None
        now, sent = self._loop.time(), self._sent
        if now - due > _LATE * self._timeout:
            # The loop was busy with something else: there may be answers that nobody has had the time to read.
            self._look_at(now + min(now - due, self._timeout))
            return
        if sent and sent[0].asked + 2 * self._timeout <= now:
            self.drop("Redis does not answer")
        times = [sent[0].asked + 2 * self._timeout] if sent else []
        for question in chain(sent, self._unsent):
            if question.asked + self._timeout > now:
                times.append(question.asked + self._timeout)
                break
            question.fail(f"no answer from Redis within {self._timeout:g} s")
        if times:
            self._look_at(min(times))

    def _look_at(self, due: float) -> None:
        self._timer = self._loop.call_at(due, self._look, due)


def _fail(questions: deque[_Question], message: str, cause: BaseException | None = None) -> None:
    while questions:
        questions.popleft().fail(message, cause)
