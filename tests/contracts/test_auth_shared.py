"""The contract of `Shared`, in memory and in a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from growler_ext.auth.shared import Rate, Shared, SharedError
from growler_ext.auth.shared.memory import MemoryShared
from growler_ext.auth.shared.opening import open_shared


@pytest.fixture(params=["memory", "redis"])
def run(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Runs a coroutine function with a Shared."""
    url = "memory" if request.param == "memory" else request.getfixturevalue("redis_url")

    def run(test: Callable[[Shared], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            shared = open_shared(url)
            try:
                return await test(shared)
            finally:
                await shared.close()

        return asyncio.run(main())

    return run


@pytest.fixture
def key() -> str:
    """One that no other test has used: Redis outlives the tests."""
    return f"é {uuid4()}"


def test_a_rate_lets_through_its_tries_and_then_says_how_long_to_wait(run, key):
    async def test(shared):
        rate = Rate(3, 300)
        assert [await shared.allow([(key, rate)]) for _ in range(3)] == [0, 0, 0]
        assert 99 < await shared.allow([(key, rate)]) <= 100
        assert 99 < await shared.allow([(key, rate)]) <= 100, "a refused try was counted"

    run(test)


def test_of_two_hundred_at_once_as_many_pass_as_may(run, key):
    async def test(shared):
        waits = await asyncio.gather(*(shared.allow([(key, Rate(5, 3600))]) for _ in range(200)))
        assert sum(wait == 0 for wait in waits) == 5

    run(test)


def test_a_try_counts_under_all_keys_or_none(run, key):
    async def test(shared):
        one, many = (key + "1", Rate(1, 3600)), (key + "2", Rate(2, 3600))
        assert await shared.allow([one, many]) == 0
        assert await shared.allow([one, many]) > 0
        assert await shared.allow([many]) == 0, "the refused try was counted under the other key"
        assert await shared.allow([many]) > 0

    run(test)


def test_what_is_forgiven_is_forgotten(run, key):
    async def test(shared):
        rate = Rate(1, 3600)
        await shared.allow([(key, rate)])
        await shared.forgive([key])
        assert await shared.allow([(key, rate)]) == 0

    run(test)


def test_a_key_burns_once(run, key):
    async def test(shared):
        burnt = await asyncio.gather(*(shared.burn(key, 60) for _ in range(50)))
        assert sum(burnt) == 1
        assert await shared.burn(key + "other", 60)

    run(test)


def test_a_value_is_taken_by_one(run, key):
    async def test(shared):
        await shared.put(key, b"first", 60)
        await shared.put(key, b"\0second", 60)
        taken = await asyncio.gather(*(shared.take(key) for _ in range(50)))
        assert [value for value in taken if value is not None] == [b"\0second"]

    run(test)


def test_kinds_of_keys_do_not_meet(run, key):
    async def test(shared):
        await shared.put(key, b"value", 60)
        assert await shared.burn(key, 60)
        assert await shared.allow([(key, Rate(1, 60))]) == 0
        assert await shared.take(key) == b"value"

    run(test)


def test_time_gives_room_and_ends_things():
    now = [1000.0]
    shared = MemoryShared(clock=lambda: now[0])

    async def test():
        rate = Rate(2, 20)
        assert [await shared.allow([("k", rate)]) for _ in range(3)] == [0, 0, 10]
        await shared.put("v", b"value", 5)
        assert await shared.burn("b", 5)
        now[0] += 10
        assert await shared.allow([("k", rate)]) == 0
        assert await shared.allow([("k", rate)]) > 0
        assert await shared.take("v") is None
        assert await shared.burn("b", 5)

    asyncio.run(test())


def test_memory_is_bounded_and_forgets_the_oldest():
    shared = MemoryShared(10)

    async def test():
        for number in range(100):
            await shared.put(str(number), b"", 3600)
        return [await shared.take(str(number)) for number in (0, 89, 99)]

    assert asyncio.run(test()) == [None, None, b""]


def test_everything_in_redis_ends_by_itself(redis_url, key):
    import redis

    async def test():
        shared = open_shared(redis_url)
        await shared.put(key, b"x", 60)
        await shared.burn(key, 60)
        await shared.allow([(key, Rate(5, 60))])
        await shared.close()

    with redis.Redis.from_url(redis_url) as client:
        before = set(client.keys("{auth}:*"))
        asyncio.run(test())
        mine = set(client.keys("{auth}:*")) - before
        assert len(mine) == 3
        assert all(client.pttl(name) > 0 for name in mine)


def test_a_server_that_is_away_is_an_error_and_no_wait():
    async def test():
        shared = open_shared("redis://127.0.0.1:1")
        for operation in (shared.burn("a", 1), shared.take("a"), shared.allow([("a", Rate(1, 1))])):
            with pytest.raises(SharedError):
                await operation

    asyncio.run(asyncio.wait_for(test(), 10))


@pytest.mark.parametrize(
    ("where", "problem"), [("mysql://", "not .mysql."), (object(), "object has no allow")]
)
def test_what_is_none_names_the_fix(where, problem):
    with pytest.raises(ValueError, match=problem):
        open_shared(where)
