"""RedisStore when Redis is slow, stops, dies, comes back or forgets: no hang, no mixed-up answers, no lasting harm."""

from __future__ import annotations

import asyncio
import random
import time

import pytest
import redis
from session.in_a_loop import within

from growler_ext.session import Change, Outcome, StoreError, Touch
from growler_ext.session.stores.redis import RedisStore
from support.redis_server import RedisServer, find_binary, wait_until

pytestmark = pytest.mark.redis

TIMEOUT = 0.2


def create(store, key, **fields):
    values = {name: value.encode() for name, value in fields.items()}
    return store.create(key, values, ttl=100, lifetime=None, owner=None)


async def at_last(act):
    """The result, once there is one: a short time-out is over now and then because the machine is busy."""
    while True:
        try:
            return await act()
        except StoreError:
            await asyncio.sleep(0.01)


async def recovered(store, key="a"):
    """Use it until it works again."""
    return await at_last(lambda: store.load(key, touch=None))


async def outcomes(*operations):
    return await asyncio.gather(*operations, return_exceptions=True)


WITHOUT_SCRIPTS = ("--user", "default", "on", "nopass", "~*", "+@all", "-@scripting")


@pytest.fixture(params=[(), WITHOUT_SCRIPTS], ids=["scripts", "transactions"])
def redis_server(request):
    """A server of the test's own, with scripts and without."""
    with RedisServer(find_binary(), *request.param) as server:
        yield server


@pytest.fixture
def store(redis_server):
    return RedisStore(redis_server.url, timeout=TIMEOUT)


with_scripts = pytest.mark.parametrize("redis_server", [()], ids=["scripts"], indirect=True)


def test_a_redis_that_is_away_is_an_error_with_its_cause(store, redis_server):
    async def away():
        await at_last(lambda: create(store, "a"))
        redis_server.kill()
        for operation in (
            store.load("a", touch=None),
            create(store, "a"),
            store.commit("a", Change({"x": b"1"})),
            store.rename("a", "b", Change(), grace=1),
            store.delete("a"),
            store.owned("u"),
            store.revoke("u", keep=()),
        ):
            with pytest.raises(StoreError) as caught:
                await operation
            assert isinstance(caught.value.__cause__, redis.RedisError)

    within(away(), store)


def test_it_comes_back_when_redis_does(store, redis_server):
    async def restarted():
        await at_last(lambda: create(store, "a", x="1"))
        redis_server.kill()
        failed = await outcomes(*(store.load("a", touch=None) for _ in range(20)))
        assert {type(error) for error in failed} == {StoreError}
        redis_server.start()
        # It is empty, and knows no script any more.
        assert await recovered(store) is None
        await at_last(lambda: create(store, "a", x="2"))
        assert (await recovered(store)).fields == {"x": b"2"}

    within(restarted(), store)


def test_a_redis_that_hangs_fails_each_operation_in_its_time(store, redis_server):
    async def hanging():
        await at_last(lambda: create(store, "a", x="1"))
        redis_server.pause()
        try:
            for _ in range(3):
                failed = await outcomes(*(store.commit("a", Change({"x": b"2"})) for _ in range(20)))
                assert {type(error) for error in failed} == {StoreError}
        finally:
            redis_server.resume()
        record = await recovered(store)
        assert record.fields.keys() == {"x"}
        assert await at_last(lambda: store.commit("a", Change({"x": b"3"}))) is Outcome.DONE
        assert (await recovered(store)).fields == {"x": b"3"}

    within(hanging(), store)


def test_a_redis_that_hangs_from_the_start_fails_too(store, redis_server):
    async def hanging():
        redis_server.pause()
        try:
            with pytest.raises(StoreError):
                await store.load("a", touch=None)
        finally:
            redis_server.resume()
        assert await recovered(store) is None

    within(hanging(), store)


def test_a_short_pause_costs_nothing(redis_server):
    store = RedisStore(redis_server.url, timeout=10)

    async def paused():
        await create(store, "a", x="1")
        redis_server.pause()
        waiting = [asyncio.ensure_future(store.load("a", touch=None)) for _ in range(50)]
        await asyncio.sleep(0)
        redis_server.resume()
        assert {record.fields["x"] for record in await asyncio.gather(*waiting)} == {b"1"}

    within(paused(), store)


@with_scripts
def test_a_loop_that_is_busy_is_not_held_against_redis(store):
    async def busy():
        await create(store, "a", x="1")
        waiting = asyncio.ensure_future(store.load("a", touch=None))
        # It is sent, and then a handler computes for too long.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        time.sleep(3 * TIMEOUT)
        assert (await waiting).fields == {"x": b"1"}

    within(busy(), store)


def test_a_connection_that_was_closed_while_idle_is_noticed(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def closed():
        await create(store, "a", x="1")
        with redis_server.client() as client:
            client.client_kill_filter(_type="normal", skipme=True)
        # The end of the connection is on its way like any answer.
        await asyncio.sleep(0.01)
        assert (await store.load("a", touch=None)).fields == {"x": b"1"}

    within(closed(), store)


@with_scripts
def test_scripts_that_were_flushed_are_sent_again(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def flushed():
        for _ in range(3):
            await create(store, "a", x="1")
            with redis_server.client() as client:
                client.script_flush()
            loaded = await asyncio.gather(*(store.load("a", touch=Touch(100, 0)) for _ in range(50)))
            assert {record.fields["x"] for record in loaded} == {b"1"}

    within(flushed(), store)


@with_scripts
def test_scripts_that_are_refused_are_given_up_once(redis_server, caplog):
    with redis_server.client() as client:
        client.execute_command("ACL SETUSER default -@scripting")
        client.config_resetstat()
    store = RedisStore(redis_server.url, timeout=20)

    async def refused():
        await asyncio.gather(*(create(store, f"k{number}") for number in range(50)))
        assert (await store.load("k7", touch=None)).fields == {}

    within(refused(), store)
    within(refused(), store)
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "scripts" in warning.getMessage()


def test_other_refusals_are_errors(redis_server):
    with redis_server.client() as client:
        client.execute_command("ACL SETUSER default resetkeys ~other:*")
    store = RedisStore(redis_server.url, timeout=20)

    async def refused():
        with pytest.raises(StoreError) as caught:
            await store.load("a", touch=None)
        assert isinstance(caught.value.__cause__, redis.exceptions.NoPermissionError)

    within(refused(), store)


def test_more_than_may_wait_are_refused_at_once(redis_server):
    store = RedisStore(redis_server.url, timeout=TIMEOUT, max_waiting=10)

    async def crowd():
        assert await store.load("a", touch=None) is None
        redis_server.pause()
        waiting = [asyncio.ensure_future(store.load("a", touch=None)) for _ in range(10)]
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="10 operations are waiting"):
            await store.load("a", touch=None)
        redis_server.resume()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await recovered(store) is None

    within(crowd(), store)


@pytest.mark.parametrize("seed", range(3))
def test_no_answer_goes_to_another_operation(redis_server, seed):
    """Under a storm of cancellations each value still comes back for its own key, on connections that stay in step."""
    random_, store = random.Random(seed), RedisStore(redis_server.url, timeout=20)

    async def load(number):
        record = await store.load(f"k{number}", touch=Touch(100, 0))
        assert record.fields == {"x": str(number).encode()}
        done = await store.commit(f"k{number}", Change({"x": str(number).encode()}))
        assert done is Outcome.DONE

    async def storm():
        await asyncio.gather(*(create(store, f"k{number}", x=str(number)) for number in range(50)))
        for _ in range(30):
            tasks = [asyncio.ensure_future(load(number)) for number in range(50)]
            for _ in range(random_.randrange(6)):
                await asyncio.sleep(0)
            for task in random_.sample(tasks, 20):
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                assert result is None or isinstance(result, asyncio.CancelledError), repr(result)

    within(storm(), store)


@pytest.mark.parametrize("seed", range(2))
def test_load_goes_on_through_kills_pauses_and_restarts(redis_server, seed):
    """Under load, everything ends in time, and what comes back is what belongs there."""
    store = RedisStore(redis_server.url, timeout=TIMEOUT)
    random_ = random.Random(seed)
    ended = {"done": 0, "failed": 0}

    async def user(number):
        while not over.is_set():
            try:
                record = await store.load(f"k{number}", touch=Touch(100, 0))
                if record is None:
                    await create(store, f"k{number}", x=str(number))
                else:
                    assert record.fields["x"] == str(number).encode()
                    await store.commit(f"k{number}", Change({"y": b"1"}, ttl=100))
                ended["done"] += 1
            except StoreError:
                ended["failed"] += 1
                await asyncio.sleep(0.001)

    async def trouble():
        for _ in range(4):
            redis_server.pause()
            await asyncio.sleep(random_.choice((0, 2 * TIMEOUT)))
            redis_server.resume()
            await asyncio.sleep(0.05)
            redis_server.kill()
            await asyncio.sleep(0.05)
            redis_server.start()
            await recovered(store)
        over.set()

    async def run():
        users = [asyncio.ensure_future(user(number)) for number in range(50)]
        await trouble()
        await asyncio.gather(*users)
        assert ended["done"] > 0
        assert ended["failed"] > 0
        assert isinstance(await recovered(store), type(None))

    over = asyncio.Event()
    within(run(), store, seconds=30)


@with_scripts
def test_operations_of_a_turn_leave_together_on_one_connection(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def together():
        await create(store, "a", x="1")
        # The first time, the script itself has to be sent.
        await store.load("a", touch=None)
        with redis_server.client() as client:
            before = client.info("stats")["total_reads_processed"]
            await asyncio.gather(*(store.load("a", touch=None) for _ in range(200)))
            after = client.info("stats")["total_reads_processed"]
            assert after - before < 20
            assert len(client.client_list()) == 2

    within(together(), store)


def test_two_hundred_commits_at_once_are_all_kept(redis_server):
    store = RedisStore(redis_server.url, timeout=10)

    async def commits():
        await create(store, "a")
        done = await asyncio.gather(
            *(store.commit("a", Change({f"k{number}": b"1"}, ttl=100)) for number in range(200))
        )
        assert set(done) == {Outcome.DONE}
        assert len((await store.load("a", touch=None)).fields) == 200

    within(commits(), store)


@pytest.mark.parametrize("owner", [None, "u"])
def test_two_processes_do_not_undo_each_other(redis_server, owner):
    """Two stores know as little of each other as two processes do."""
    stores = [RedisStore(redis_server.url, timeout=10) for _ in range(2)]

    async def both():
        for turn in range(10):
            key = f"a{turn}"
            await stores[0].create(key, {}, ttl=100, lifetime=None, owner=owner)
            operations = [stores[at % 2].commit(key, Change({f"k{at}": b"1"}, ttl=100)) for at in range(20)]
            operations[10:10] = [
                stores[at % 2].rename(key, f"b{turn}{at}", Change(), grace=30) for at in range(4)
            ]
            done = await asyncio.gather(*operations)
            renamed = done[10:14]
            assert (renamed.count(Outcome.DONE), renamed.count(Outcome.MOVED)) == (1, 3)
            assert set(done[:10] + done[14:]) == {Outcome.DONE}
            record = await stores[0].load(key, touch=None)
            assert record.key == f"b{turn}{renamed.index(Outcome.DONE)}"
            assert len(record.fields) == 20
        if owner is not None:
            counts = await asyncio.gather(*(store.revoke("u", keep=()) for store in stores))
            assert sum(counts) == 10
        await stores[1].close()

    within(both(), stores[0])


def test_two_processes_agree_how_long_an_index_lives(redis_server):
    stores = [RedisStore(redis_server.url, timeout=10) for _ in range(2)]

    async def both():
        with redis_server.client() as client:
            for turn in range(20):
                await asyncio.gather(
                    *(
                        stores[at % 2].create(f"{turn}-{at}", {}, ttl=ttl, lifetime=None, owner=f"u{turn}")
                        for at, ttl in enumerate((10, 1000, 20, 2000, 30, 40))
                    )
                )
                assert client.ttl(f"sess:u:u{turn}") > 1990
        await stores[1].close()

    within(both(), stores[0])


def test_one_that_fails_does_not_fail_its_neighbours(redis_server):
    store = RedisStore(redis_server.url, timeout=20)
    with redis_server.client() as client:
        client.set("sess:foreign", "1", ex=100)

    async def neighbours():
        await create(store, "a", x="1")
        results = await outcomes(
            *(store.load("foreign" if number % 5 == 0 else "a", touch=None) for number in range(50))
        )
        for number, result in enumerate(results):
            if number % 5 == 0:
                assert isinstance(result, StoreError)
            else:
                assert result.fields == {"x": b"1"}

    within(neighbours(), store)


def test_it_works_in_one_loop_after_another(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def once():
        await create(store, "a", x="1")
        assert (await store.load("a", touch=None)).fields == {"x": b"1"}

    for _ in range(3):
        within(once(), store)


def test_a_loop_that_ends_leaves_no_connection(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def once():
        await asyncio.gather(*(create(store, f"a{number}", x="1") for number in range(5)))

    for _ in range(3):
        asyncio.run(once())
    with redis_server.client() as client:
        wait_until(lambda: len(client.client_list()) == 1)


def test_a_store_that_is_closed_while_it_is_used_leaves_no_connection(redis_server):
    store = RedisStore(redis_server.url, timeout=20)

    async def used():
        # At each point of an operation: before it begins, while it connects, while it waits for an answer.
        for steps in range(25):
            using = [asyncio.ensure_future(create(store, f"a{number}", x="1")) for number in range(3)]
            for _ in range(steps):
                await asyncio.sleep(0)
            await store.close()
            await asyncio.wait(using)
            # Those that began after it was closed have connected anew.
            await store.close()
            errors = [one.exception() for one in using if one.exception() is not None]
            assert {type(error) for error in errors} <= {StoreError}

    within(used(), store)
    with redis_server.client() as client:
        wait_until(lambda: len(client.client_list()) == 1)


def test_no_key_is_logged_when_redis_fails(redis_server, caplog):
    store = RedisStore(redis_server.url, timeout=TIMEOUT)

    async def failing():
        await create(store, "secret-key")
        redis_server.kill()
        for _ in range(3):
            with pytest.raises(StoreError) as caught:
                await store.load("secret-key", touch=None)
            assert "secret-key" not in f"{caught.value!r} {caught.value.__cause__!r}"

    within(failing(), store)
    assert "secret-key" not in caplog.text
