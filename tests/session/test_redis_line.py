"""`Line`: when what many ask for leaves, and that every answer goes to who asked, whatever is in the way."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import redis.asyncio
import trustme

from growler_ext.session.stores.redis.connecting import by_client, by_url
from growler_ext.session.stores.redis.line import EARLY, Line
from growler_ext.session.stores.redis.wire import pack
from support.redis_server import RedisServer, find_binary
from support.tls_proxy import tls_proxy

pytestmark = pytest.mark.redis

LARGE = b"x" * 256 * 1024


@pytest.fixture
def redis_server():
    with RedisServer(find_binary()) as server:
        yield server


class Asked:
    """A line to a server, and what was asked on it."""

    def __init__(self, url: str) -> None:
        self.line = Line(by_url(url, 20)().connection, timeout=20, most=10_000)
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


def with_line(server: RedisServer, test, url: str | None = None) -> None:
    async def run():
        async with asyncio.timeout(60):
            asked = Asked(url or server.url)
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


@pytest.mark.parametrize("options", [{}, {"socket_timeout": 20}], ids=["no time-out", "redis-py's time-out"])
def test_nobody_has_anothers_answer_when_connections_are_let_go(redis_server, options):
    """A client that was given may have a time-out of its own, with which redis-py would write in a task of its own."""

    async def let_go(_):
        client = redis.asyncio.Redis(port=redis_server.port, **options)
        line = Line(by_client(client)().connection, timeout=20, most=10_000)
        asked = []
        for turns in 5 * list(range(12)):
            for number in range(6):
                word = b"%d %d" % (len(asked), number)
                asked.append((word, line.ask(pack("ECHO", word))))
                if number == 3:
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    line.drop("no master any more")
            await asyncio.wait([answer for _, answer in asked[-2:]])
        assert not [word for word, answer in asked if not answer.exception() and answer.result() != word]
        assert not any(answer.exception() for _, answer in asked[4::6] + asked[5::6])
        await line.close()

    with_line(redis_server, let_go)


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
        assert await asked.answered()  # on the next one

    with_line(redis_server, closing)


def test_what_is_asked_after_a_connection_was_let_go_gets_the_next_one(redis_server):
    async def let_go(asked):
        await connected(asked)
        asked.line.drop("no master any more")
        asked.ask(3 * EARLY)
        assert asked.unsent == 3 * EARLY
        assert await asked.answered()

    with_line(redis_server, let_go)


def test_a_connection_that_is_only_being_made_is_new_already(redis_server):
    async def let_go(asked):
        asked.ask(1)
        asked.line.drop("no master any more")  # before it has begun
        await asyncio.sleep(0)
        asked.line.drop("no master any more")  # while it is made
        assert await asked.answered()

    with_line(redis_server, let_go)


def test_nothing_leaves_early_by_tls(redis_server, tmp_path):
    """There nobody can see what is on its way still, or that the connection beneath is lost: asyncio would log that."""

    async def turn(asked):
        await connected(asked)
        asked.ask(2 * EARLY)
        assert asked.unsent == 2 * EARLY
        assert await asked.answered()

    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("localhost").configure_cert(context)
    with tls_proxy(context, redis_server.port) as port:
        with_line(redis_server, turn, f"rediss://localhost:{port}/0?ssl_ca_certs={tmp_path / 'ca.pem'}")
