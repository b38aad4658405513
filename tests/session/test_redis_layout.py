"""What lies in Redis: every key with its TTL, on Redis's clock; and what becomes of what somebody else put there."""

from __future__ import annotations

import asyncio

import pytest
import redis
from session.in_a_loop import within
from session.redis_stores import keys_without_ttl, new_prefix

from growler_ext.session import Change, Outcome, Record, StoreError, Touch
from growler_ext.session.stores.redis import RedisStore
from support.redis_server import wait_until

pytestmark = pytest.mark.redis


@pytest.fixture
def prefix():
    return new_prefix()


@pytest.fixture
def client(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture(params=["scripts", "transactions"])
def store(request, redis_url, prefix):
    """By scripts, and by transactions as if scripts were refused."""
    store = RedisStore(redis_url, prefix=prefix, timeout=20)
    store._settings.without_scripts = request.param == "transactions"
    return store


def seconds_left(client, key):
    return client.pttl(key) / 1000


def test_a_record_is_a_hash_with_a_field_for_each_key(store, client, prefix):
    within(store.create("a", {"x": b"1", "e": b"2"}, ttl=100, lifetime=500, owner="u"), store)
    fields = client.hgetall(f"{prefix}a")
    assert (fields[b":x"], fields[b":e"], fields[b"o"]) == (b"1", b"2", b"u")
    assert float(fields[b"e"]) - float(fields[b"c"]) == pytest.approx(100)
    assert float(fields[b"l"]) - float(fields[b"c"]) == pytest.approx(500)
    assert client.zrange(f"{prefix}u:u", 0, -1) == [f"{prefix}a".encode()]


def test_records_forwards_and_indexes_live_as_long_as_they_are_needed(store, client, prefix, redis_url):
    async def use():
        await store.create("a", {}, ttl=100, lifetime=None, owner="u")
        await store.create("b", {}, ttl=2000, lifetime=None, owner="u")
        await store.create("c", {}, ttl=50, lifetime=None, owner="u")
        await store.rename("c", "d", Change(), grace=30)
        await store.delete("b")

    within(use(), store)
    assert 90 < seconds_left(client, f"{prefix}a") < 101
    assert 40 < seconds_left(client, f"{prefix}d") < 51
    assert 290 < seconds_left(client, f"{prefix}c") < 301
    assert 90 < seconds_left(client, f"{prefix}u:u") < 2001
    assert keys_without_ttl([redis_url], prefix) == []


def test_an_index_lives_longer_when_a_record_of_it_does(store, client, prefix):
    async def use():
        await store.create("a", {}, ttl=10, lifetime=None, owner="u")
        assert seconds_left(client, f"{prefix}u:u") < 11
        assert (await store.load("a", touch=Touch(100, 1))).touched
        assert seconds_left(client, f"{prefix}a") > 90
        assert seconds_left(client, f"{prefix}u:u") > 90
        await store.commit("a", Change(ttl=1000))
        assert seconds_left(client, f"{prefix}a") > 990
        assert seconds_left(client, f"{prefix}u:u") > 990
        await store.rename("a", "b", Change(ttl=2000), grace=0)
        assert seconds_left(client, f"{prefix}u:u") > 1990
        await store.commit("b", Change(owner="v"))
        assert seconds_left(client, f"{prefix}u:v") > 1990

    within(use(), store)


def test_redis_frees_what_has_expired(store, client, prefix):
    within(store.create("a", {"x": b"1"}, ttl=0.05, lifetime=None, owner="u"), store)
    wait_until(lambda: not client.exists(f"{prefix}a", f"{prefix}u:u"))
    assert within(store.load("a", touch=None), store) is None


def test_an_expired_record_is_absent_by_the_clock_of_redis(store, client, prefix):
    async def use():
        await store.create("a", {"x": b"1"}, ttl=100, lifetime=None, owner=None)
        # As if it had expired and Redis had not come to it.
        client.hset(f"{prefix}a", "e", redis_time(client) - 1)
        assert await store.load("a", touch=Touch(100, 0)) is None
        assert await store.commit("a", Change({"x": b"2"}, ttl=100)) is Outcome.GONE

    within(use(), store)
    client.delete(f"{prefix}a")


def redis_time(client):
    seconds, microseconds = client.time()
    return seconds + microseconds / 1e6


def test_entries_that_have_expired_leave_the_index(store, client, prefix):
    client.zadd(f"{prefix}u:u", {f"{prefix}old": 1.0})
    client.expire(f"{prefix}u:u", 100)
    within(store.create("a", {}, ttl=100, lifetime=None, owner="u"), store)
    assert client.zrange(f"{prefix}u:u", 0, -1) == [f"{prefix}a".encode()]


@pytest.mark.parametrize("operation", ["owned", "revoke"])
def test_entries_that_lead_to_nothing_leave_the_index(store, client, prefix, operation):
    async def use():
        await store.create("a", {}, ttl=100, lifetime=None, owner="u")
        await store.create("b", {}, ttl=100, lifetime=None, owner="u")
        client.delete(f"{prefix}b")
        if operation == "owned":
            assert list(await store.owned("u")) == ["a"]
        else:
            assert await store.revoke("u", keep=["a"]) == 0
        assert client.zrange(f"{prefix}u:u", 0, -1) == [f"{prefix}a".encode()]

    within(use(), store)


def test_more_records_than_are_revoked_at_a_time(store, client, prefix):
    async def use():
        for _ in range(25):
            await asyncio.gather(
                *(
                    store.create(f"{_}-{number}", {}, ttl=100, lifetime=None, owner="u")
                    for number in range(50)
                )
            )
        assert await store.revoke("u", keep=["3-3"]) == 1249
        assert list(await store.owned("u")) == ["3-3"]

    within(use(), store)


def test_a_session_of_many_fields(store):
    fields = {f"k{number}": b"1" for number in range(3000)}

    async def use():
        await store.create("a", fields, ttl=100, lifetime=None, owner=None)
        assert (await store.load("a", touch=None)).fields == fields
        await store.commit("a", Change(dict.fromkeys(fields, b"2"), [*fields][::2]))
        assert (await store.load("a", touch=None)).fields == dict.fromkeys([*fields][1::2], b"2")

    within(use(), store)


# What is not ours


def assert_absent(store, key):
    async def use():
        assert await store.load(key, touch=Touch(100, 0)) is None
        assert await store.commit(key, Change({"x": b"1"}, ttl=100)) is Outcome.GONE
        assert await store.rename(key, "new", Change(), grace=10) is Outcome.GONE
        assert await store.delete(key) == 0

    within(use(), store)


@pytest.mark.parametrize(
    "fields",
    [
        {"foreign": "1"},
        {":x": "1", "c": "1"},
        {":x": "1", "e": "soon", "c": "1"},
    ],
    ids=["no session", "no time of expiry", "an expiry that is no time"],
)
def test_a_hash_that_is_no_record_is_absent_and_logged(store, client, prefix, caplog, fields):
    client.hset(f"{prefix}secret-key", mapping=fields)
    client.expire(f"{prefix}secret-key", 100)
    assert_absent(store, "secret-key")
    assert "not a session" in caplog.text
    assert "secret-key" not in caplog.text
    assert client.hgetall(f"{prefix}secret-key") == {
        name.encode(): value.encode() for name, value in fields.items()
    }


@pytest.mark.parametrize("damage", [{"c": "yesterday"}, {b":\xff": "1"}], ids=["created", "name"])
def test_a_record_that_cannot_be_read_is_absent_and_logged(store, client, prefix, caplog, damage):
    async def use():
        await store.create("a", {"x": b"1"}, ttl=100, lifetime=None, owner="u")
        client.hset(f"{prefix}a", mapping=damage)
        assert await store.load("a", touch=None) is None
        assert await store.owned("u") == {}

    within(use(), store)
    assert "not a session" in caplog.text


@pytest.mark.parametrize("kind", ["string", "list", "zset"])
def test_a_foreign_value_is_an_error_and_stays(store, client, prefix, kind):
    name = f"{prefix}a"
    {"string": client.set, "list": client.rpush, "zset": lambda name, _: client.zadd(name, {"x": 1})}[kind](
        name, "x"
    )
    client.expire(name, 100)

    async def use():
        for operation in (
            store.load("a", touch=Touch(100, 0)),
            store.create("a", {}, ttl=100, lifetime=None, owner=None),
            store.commit("a", Change({"x": b"1"})),
            store.rename("a", "b", Change(), grace=0),
            store.delete("a"),
        ):
            with pytest.raises(StoreError) as caught:
                await operation
            assert "WRONGTYPE" in str(caught.value.__cause__)

    within(use(), store)
    assert client.type(name) == kind.encode()


def test_two_prefixes_do_not_meet(store, redis_url):
    other = RedisStore(redis_url, prefix=new_prefix(), timeout=20)

    async def use():
        await store.create("a", {}, ttl=100, lifetime=None, owner="u")
        assert await other.load("a", touch=None) is None
        assert await other.revoke("u", keep=()) == 0
        assert isinstance(await store.load("a", touch=None), Record)
        await other.close()

    within(use(), store)
