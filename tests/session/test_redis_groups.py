"""RedisStore with several servers: masters that fail, slots that move, and steps in a cluster that meet each other."""

from __future__ import annotations

import asyncio
import random

import pytest
import redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.sentinel import Sentinel
from redis.crc import key_slot
from session.in_a_loop import within
from session.redis_stores import keys_without_ttl, new_prefix

from growler_ext.session import Change, Outcome, StoreError, Touch
from growler_ext.session.stores.redis import RedisStore
from growler_ext.session.stores.redis.cluster import ClusterCaller
from support.redis_groups import is_done, running_cluster, running_sentinel
from support.redis_server import find_binary, wait_until

pytestmark = pytest.mark.redis


async def until_it_works(operation):
    """Again and again; anything but success and StoreError ends the test."""
    while True:
        try:
            return await operation()
        except StoreError:
            await asyncio.sleep(0.02)


def create(store, key, fields=(), owner=None):
    return store.create(key, dict(fields), ttl=100, lifetime=None, owner=owner)


def test_a_replica_refuses_and_is_asked_again_on_a_new_connection(redis_server):
    store = RedisStore(redis_server.url)

    async def demoted():
        await create(store, "a", {"x": b"1"})
        with redis_server.client() as client:
            client.replicaof("127.0.0.1", 1)
            before = {entry["id"] for entry in client.client_list()}
            with pytest.raises(StoreError) as caught:
                await store.commit("a", Change({"x": b"2"}))
            assert "read only replica" in str(caught.value.__cause__)
            client.replicaof("NO", "ONE")
            await until_it_works(lambda: store.commit("a", Change({"x": b"2"})))
            after = {entry["id"] for entry in client.client_list()}
        assert (len(before), len(after), len(before & after)) == (2, 2, 1)

    within(demoted(), store)


# Sentinel


@pytest.mark.parametrize("way", ["url", "client"])
@pytest.mark.parametrize("end", ["kill", "pause"])
def test_sentinel_leads_to_the_new_master(tmp_path, way, end):
    with running_sentinel(find_binary(), tmp_path) as (master, replica, sentinel):
        if way == "url":
            store = RedisStore(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel.port}/mymaster/0")
        else:
            sentinels = Sentinel([("127.0.0.1", sentinel.port)])
            store = RedisStore(sentinels.master_for("mymaster"))

        async def failover():
            await until_it_works(lambda: create(store, "a", {"x": b"1"}))
            (master.kill if end == "kill" else master.pause)()
            await until_it_works(lambda: store.create("b", {"x": b"2"}, ttl=100, lifetime=None, owner="u"))
            with replica.client() as client:
                assert client.hget("sess:b", ":x") == b"2"
            assert list(await store.owned("u")) == ["b"]
            if way == "client":
                await sentinels.aclose()

        within(failover(), store)
        assert keys_without_ttl([replica.url]) == []


def test_a_master_that_becomes_a_replica_is_left(tmp_path):
    """Its connections stay open in a failover that somebody ordered."""
    with running_sentinel(find_binary(), tmp_path) as (master, replica, sentinel):
        store = RedisStore(f"redis+sentinel://127.0.0.1:{sentinel.port}/mymaster/0")

        async def ordered():
            await create(store, "a", {"x": b"1"})
            with sentinel.client() as client:
                # It has to hear from the replica first.
                await asyncio.to_thread(wait_until, lambda: is_done(client, "SENTINEL FAILOVER mymaster"))
            while role(replica) != "master":
                await until_it_works(lambda: store.commit("a", Change({"y": b"1"})))
            with master.client() as client:
                # Sentinel would do that too, some seconds later, and close connections.
                client.replicaof("127.0.0.1", replica.port)
            await until_it_works(lambda: create(store, "b", {"x": b"2"}))
            with replica.client() as client:
                assert client.hget("sess:b", ":x") == b"2"

        within(ordered(), store)


def role(server):
    """Its role in a replication; closed connections are part of a failover."""
    try:
        with server.client() as client:
            return client.info("replication")["role"]
    except redis.ConnectionError:
        return "unknown"


# Cluster


@pytest.mark.parametrize("end", ["kill", "pause"])
def test_a_cluster_goes_on_with_the_replica(tmp_path, end):
    with running_cluster(find_binary(), tmp_path, replica=True) as nodes:
        store = RedisStore(RedisCluster.from_url(nodes[0].url))
        # One of the first node, which will fail, and one of another.
        lost, other = (
            next(key for key in map(str, range(100)) if (key_slot(f"sess:{key}".encode()) < 5461) is first)
            for first in (True, False)
        )

        async def failover():
            await create(store, lost, {"x": b"1"})
            await create(store, other, {"x": b"1"})
            (nodes[0].kill if end == "kill" else nodes[0].pause)()
            with pytest.raises(StoreError):
                await store.load(lost, touch=None)
            # Others do not suffer.
            assert (await store.load(other, touch=None)).fields == {"x": b"1"}
            await until_it_works(lambda: create(store, lost, {"x": b"2"}))
            assert (await store.load(lost, touch=None)).fields == {"x": b"2"}

        within(failover(), store)


def test_slots_that_move_are_followed(tmp_path):
    with running_cluster(find_binary(), tmp_path) as nodes:
        store = RedisStore(RedisCluster.from_url(nodes[0].url))
        key = next(key for key in map(str, range(100)) if key_slot(f"sess:{key}".encode()) < 5461)
        slot = key_slot(f"sess:{key}".encode())

        async def moving():
            await create(store, key, {"x": b"1"})
            with nodes[0].client() as source, nodes[1].client() as target, nodes[2].client() as third:
                source_id, target_id = (node.execute_command("CLUSTER MYID") for node in (source, target))
                target.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", source_id)
                source.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", target_id)
                assert (await store.load(key, touch=None)).fields == {"x": b"1"}
                source.execute_command("MIGRATE", "127.0.0.1", nodes[1].port, f"sess:{key}", 0, 1000)
                # Now the source says ASK.
                loads = (store.load(key, touch=Touch(100, 0)) for _ in range(20))
                assert {record.fields["x"] for record in await asyncio.gather(*loads)} == {b"1"}
                assert await store.commit(key, Change({"y": b"1"})) is Outcome.DONE
                for node in (target, source, third):
                    node.execute_command("CLUSTER SETSLOT", slot, "NODE", target_id)
                # And now MOVED.
                loads = (store.load(key, touch=None) for _ in range(20))
                assert {record.fields["y"] for record in await asyncio.gather(*loads)} == {b"1"}

        within(moving(), store)


def test_a_cluster_whose_nodes_are_all_away_is_an_error(tmp_path):
    with running_cluster(find_binary(), tmp_path) as nodes:
        store = RedisStore(RedisCluster.from_url(nodes[0].url))

        async def away():
            await create(store, "a")
            for node in nodes:
                node.kill()
            for operation in (store.load("a", touch=None), store.revoke("u", keep=())):
                with pytest.raises(StoreError):
                    await operation

        within(away(), store)
        # And so it is for one that has never seen it.
        within(_fails(store.load("a", touch=None)), store)


async def _fails(operation):
    with pytest.raises(StoreError):
        await operation


def test_a_single_server_is_no_cluster(redis_url):
    store = RedisStore(RedisCluster.from_url(redis_url))
    within(_fails(store.load("a", touch=None)), store)


def test_a_cluster_without_scripts_is_an_error_that_names_the_fix(redis_cluster):
    for node in redis_cluster:
        with node.client() as client:
            client.execute_command("ACL SETUSER limited on >secret ~* +@all -@scripting")
    url = redis_cluster[0].url.replace("redis://", "redis://limited:secret@")
    store = RedisStore(RedisCluster.from_url(url))

    async def refused():
        with pytest.raises(StoreError, match="allow this user \\+@scripting"):
            await store.load("a", touch=None)

    within(refused(), store)


@pytest.fixture
def slow_steps(monkeypatch):
    """Steps in the cluster are put off by random times, so that those of different operations meet in every order."""

    def begin(seed):
        random_ = random.Random(seed)
        call = ClusterCaller._call

        async def late(self, key, act):
            await asyncio.sleep(random_.choice((0, 0, 0, 0.001, 0.003, 0.01)))
            answer = await call(self, key, act)
            await asyncio.sleep(random_.choice((0, 0, 0, 0.002)))
            return answer

        monkeypatch.setattr(ClusterCaller, "_call", late)

    return begin


@pytest.mark.parametrize("seed", range(60))
def test_steps_of_renames_commits_deletes_and_revocations_may_meet(redis_cluster, slow_steps, seed):
    slow_steps(seed)
    random_ = random.Random(seed)
    store = RedisStore(RedisCluster.from_url(redis_cluster[0].url), prefix=new_prefix(), timeout=20)
    grace = random_.choice((0.0, 30.0))
    ends = random_.choice(("revoke", "delete", "neither"))

    async def meet():
        await create(store, "a", {"x": b"1", "y": b"1", "z": b"1"}, owner="u")
        names = [f"k{number}" for number in range(4)]
        changes = [Change({name: b"1"}, ttl=random_.choice((None, 100))) for name in names]
        changes += [Change({"y": b"2"}), Change(removed=["z"])]
        commits = [store.commit("a", change) for change in changes]
        renames = [
            store.rename("a", f"b{number}", Change({f"r{number}": b"1"}), grace=grace) for number in range(3)
        ]
        loads = [store.load("a", touch=Touch(1000, 0)) for _ in range(3)]
        operations = [*commits, *renames, *loads]
        if ends == "revoke":
            operations.append(store.revoke("u", keep=()))
        elif ends == "delete":
            operations.append(store.delete("a"))
        order = list(range(len(operations)))
        random_.shuffle(order)
        results = dict(zip(order, await asyncio.gather(*(operations[at] for at in order)), strict=True))

        fields = {"x": b"1", "y": b"1", "z": b"1"}
        for at, change in enumerate(changes):
            if results[at] is Outcome.DONE:
                fields.update(change.changed)
                for name in change.removed:
                    del fields[name]
        renamed = [results[len(changes) + number] for number in range(3)]
        loaded = {
            key: record for key in ("a", "b0", "b1", "b2") if (record := await store.load(key, touch=None))
        }
        live = {record.key: record for record in loaded.values()}
        assert renamed.count(Outcome.DONE) <= 1, "two renames have won"
        assert len(live) <= 1, "two live records"
        assert (await store.owned("u")).keys() == live.keys()
        if ends == "revoke":
            assert not live, "it has escaped"
        if ends == "delete" and results[len(operations) - 1]:
            assert not live, "it was revived"
        if ends == "neither":
            (record,) = live.values()
            assert renamed.count(Outcome.DONE) == 1
            winner = renamed.index(Outcome.DONE)
            assert record.key == f"b{winner}"
            assert record.fields == fields | {f"r{winner}": b"1"}, "a change was lost"
            if grace:
                assert {results[at] for at in range(len(changes))} == {Outcome.DONE}
        # Nothing comes later either.
        await store.revoke("u", keep=())
        assert not [key for key in ("a", "b0", "b1", "b2") if await store.load(key, touch=None)]

    within(meet(), store)
    assert keys_without_ttl([node.url for node in redis_cluster], store._settings.prefix) == []


@pytest.mark.parametrize(
    "change",
    [Change({"x": b"2"}), Change({"y": b"2"}), Change(removed=["x"]), Change(ttl=1000), Change(owner="v")],
)
def test_a_change_between_the_steps_of_a_rename_is_kept(redis_cluster, monkeypatch, change):
    url, prefix = redis_cluster[0].url, new_prefix()
    store, other = (RedisStore(RedisCluster.from_url(url), prefix=prefix, timeout=5) for _ in range(2))
    call = ClusterCaller._call

    async def renaming():
        await create(store, "a", {"x": b"1"}, owner="u")
        steps = iter(range(100))

        async def between(self, key, act):
            # The third is the switch.
            if next(steps) == 3:
                monkeypatch.setattr(ClusterCaller, "_call", call)
                assert await other.commit("a", change) is Outcome.DONE
            return await call(self, key, act)

        monkeypatch.setattr(ClusterCaller, "_call", between)
        assert await store.rename("a", "b", Change(), grace=0) is Outcome.DONE
        record = await store.load("b", touch=None)
        expected = {"x": b"1", **change.changed}
        assert record.fields == {
            name: value for name, value in expected.items() if name not in change.removed
        }
        assert round(record.expires - record.created) == (change.ttl or 100)
        assert record.owner == (change.owner or "u")
        assert list(await store.owned(record.owner)) == ["b"]
        await other.close()

    within(renaming(), store)


@pytest.mark.parametrize("grace", [0.0, 30.0])
@pytest.mark.parametrize("steps", range(7))
def test_a_rename_that_stops_half_way_leaves_one_record_or_none(redis_cluster, monkeypatch, steps, grace):
    """As if the process had died after so many steps."""
    url, prefix = redis_cluster[0].url, new_prefix()
    store, dying = (RedisStore(RedisCluster.from_url(url), prefix=prefix, timeout=5) for _ in range(2))
    call = ClusterCaller._call

    async def renaming():
        await create(store, "a", {"x": b"1"}, owner="u")
        left = steps

        async def die(self, key, act):
            nonlocal left
            if left == 0:
                raise StoreError("it has died")
            left -= 1
            return await call(self, key, act)

        monkeypatch.setattr(ClusterCaller, "_call", die)
        try:
            outcome = await dying.rename("a", "b", Change({"y": b"1"}), grace=grace)
        except StoreError:
            outcome = None
        monkeypatch.setattr(ClusterCaller, "_call", call)
        await dying.close()

        found = [record for key in ("a", "b") if (record := await store.load(key, touch=None))]
        keys = {record.key for record in found}
        assert len(keys) <= 1
        assert (await store.owned("u")).keys() == keys
        if outcome is None and (grace or keys == {"a"}):
            # Nobody was told another key: the old one still works.
            assert await store.commit("a", Change({"z": b"1"})) is Outcome.DONE
        if outcome is Outcome.DONE:
            assert keys == {"b"}
            assert found[-1].fields == {"x": b"1", "y": b"1"}
        await store.revoke("u", keep=())
        assert not [key for key in ("a", "b") if await store.load(key, touch=None)]

    within(renaming(), store)
    assert keys_without_ttl([node.url for node in redis_cluster], prefix) == []
