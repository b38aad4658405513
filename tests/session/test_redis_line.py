"""`Line`: when what many ask for leaves, and that every answer goes to who asked, whatever is in the way."""

from __future__ import annotations

import asyncio

import pytest

from growler_ext.session import StoreError
from growler_ext.session.stores.redis.connecting import by_url
from growler_ext.session.stores.redis.line import EARLY, Line
from growler_ext.session.stores.redis.wire import pack
from support.redis_server import RedisServer, find_binary

pytestmark = pytest.mark.redis

LARGE = b"x" * 256 * 1024


@pytest.fixture
def redis_server():
    with RedisServer(find_binary()) as server:
        yield server


class Asked:
    """A line to a server, and what was asked on it."""

    def __init__(self, server: RedisServer) -> None:
        self.line = Line(by_url(server.url, 20)().connection, timeout=20, most=10_000)
        self.asked: list[tuple[bytes, asyncio.Future[bytes]]] = []

    def ask(self, count: int, padding: bytes = b"") -> None:
        for _ in range(count):
            word = b"%d" % len(self.asked) + padding
            self.asked.append((word, self.line.ask(pack("ECHO", word))))

    @property
    def unsent(self) -> int:
        return len(self.line._unsent)

    async def answered(self) -> bool:
        """Whether everybody has had the answer to their own question."""
        return all([await answer == word for word, answer in self.asked])


async def connected(asked: Asked) -> None:
    asked.ask(1)
    assert await asked.answered()


def with_line(server: RedisServer, test) -> None:
    async def run():
        async with asyncio.timeout(60):
            asked = Asked(server)
            try:
                await test(asked)
            finally:
                await asked.line.close()

    asyncio.run(run())


def test_many_leave_before_the_turn_ends_and_few_at_its_end(redis_server):
    async def turn(asked):
        await connected(asked)
        asked.ask(EARLY - 1)
        assert asked.unsent == EARLY - 1
        asked.ask(1)
        assert asked.unsent == 0
        asked.ask(2)
        assert asked.unsent == 2
        assert await asked.answered()
        asked.ask(1)  # who writes at the end of a turn was not put off by finding nothing
        assert await asked.answered()

    with_line(redis_server, turn)


def test_nothing_leaves_before_there_is_a_connection(redis_server):
    async def turn(asked):
        asked.ask(3 * EARLY)
        assert asked.unsent == 3 * EARLY
        assert await asked.answered()

    with_line(redis_server, turn)


def test_nothing_overtakes_what_redis_has_not_taken_yet(redis_server):
    async def paused(asked):
        await connected(asked)
        redis_server.pause()
        asked.ask(EARLY, LARGE)
        assert asked.unsent == 0
        asked.ask(4 * EARLY)
        assert asked.unsent == 4 * EARLY
        await asyncio.sleep(0)
        asked.ask(2 * EARLY, LARGE)
        redis_server.resume()
        assert await asked.answered()

    with_line(redis_server, paused)


def test_nothing_overtakes_what_is_about_to_be_written(redis_server):
    async def slow(asked):
        await connected(asked)
        transport, send = asked.line._transport, asyncio.Event()

        class Slowly:
            """A connection with a time-out of its own, as a client may have that was given: it writes in a task."""

            async def send_packed_command(self, data, check_health):
                await send.wait()
                transport.write(data)

        writing = asyncio.create_task(asked.line._write(Slowly()))
        await asyncio.sleep(0)
        asked.ask(1)
        await asyncio.sleep(0)
        asked.ask(2 * EARLY)
        assert asked.unsent == 2 * EARLY
        send.set()
        assert await asked.answered()
        writing.cancel()

    with_line(redis_server, slow)


def test_what_was_given_up_does_not_leave(redis_server):
    async def given_up(asked):
        await connected(asked)
        asked.ask(EARLY - 1)
        for _, answer in asked.asked[1::2]:
            answer.cancel()
        del asked.asked[1::2]
        with redis_server.client() as client:
            before = client.info("commandstats")["cmdstat_echo"]["calls"]
            asked.ask(1)
            assert asked.unsent == 0
            assert await asked.answered()
            after = client.info("commandstats")["cmdstat_echo"]["calls"]
        assert after - before == len(asked.asked) - 1

    with_line(redis_server, given_up)


def test_a_connection_that_closes_is_written_to_no_more(redis_server):
    async def closing(asked):
        await connected(asked)
        asked.line._transport.abort()
        asked.ask(2 * EARLY)
        assert asked.unsent == 2 * EARLY
        failed = await asyncio.gather(*(answer for _, answer in asked.asked[1:]), return_exceptions=True)
        assert {type(error) for error in failed} == {StoreError}
        del asked.asked[1:]
        asked.ask(2 * EARLY)
        assert await asked.answered()  # on the next one

    with_line(redis_server, closing)
