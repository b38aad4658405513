"""The contract of session stores over every way RedisStore has, on real servers; and no key is left without a TTL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import redis.asyncio
from redis.asyncio.cluster import RedisCluster
from session.redis_stores import keys_without_ttl, new_prefix

from growler_ext.session.stores.redis import RedisStore
from growler_ext.session.testing import ManualClock, StoreContract
from support.redis_server import RedisServer, find_binary

pytestmark = pytest.mark.redis

README = Path(__file__).parents[2] / "session" / "README.md"


class RedisContract(StoreContract):
    """Time is a clock of the test's own; the TTLs that Redis enforces are as long as they would be."""

    def pass_time(self, seconds):
        self.clock.now += seconds

    def open_store(self):
        self.clock, self.prefix = ManualClock(), new_prefix()
        return RedisStore(self.client_or_url(), prefix=self.prefix, timeout=5, clock=self.clock)

    async def close_store(self, store):
        await store.close()
        assert keys_without_ttl(self.urls, self.prefix) == []


@pytest.fixture(scope="module")
def limited_server():
    """A server with a user who may not run scripts."""
    with RedisServer(find_binary()) as server, server.client() as client:
        client.acl_setuser(
            "limited", enabled=True, passwords=["+secret"], keys=["*"], categories=["+@all", "-@scripting"]
        )
        yield server


class TestTogether(RedisContract):
    """One server that runs scripts."""

    @pytest.fixture(autouse=True)
    def server(self, limited_server):
        self.urls = [limited_server.url]

    def client_or_url(self):
        return self.urls[0]


class TestClient(TestTogether):
    """A client whose settings are the least convenient ones."""

    def client_or_url(self):
        return redis.asyncio.Redis.from_url(self.urls[0], decode_responses=True, protocol=3, socket_timeout=1)


class TestTransactions(TestTogether):
    """A user who may not run scripts."""

    def client_or_url(self):
        return self.urls[0].replace("redis://", "redis://limited:secret@")


class TestRightsInTheReadme(TestTogether):
    """A user who has the rights that the README gives him, and no others."""

    without = ""

    @pytest.fixture(autouse=True)
    def user(self, server):
        line = re.search(r"`(ACL SETUSER growler .*?)`", README.read_text("utf-8"), re.DOTALL)
        words = line[1].replace("PASSWORD", "secret") + self.without
        with redis.Redis.from_url(self.urls[0]) as client:
            client.execute_command("ACL DELUSER growler")
            client.execute_command(*words.split())

    def open_store(self):
        self.clock, self.prefix = ManualClock(), f"sess:{new_prefix()}"
        return RedisStore(self.client_or_url(), prefix=self.prefix, timeout=5, clock=self.clock)

    def client_or_url(self):
        return self.urls[0].replace("redis://", "redis://growler:secret@")


class TestRightsInTheReadmeWithoutScripts(TestRightsInTheReadme):
    without = " -@scripting"


class TestTransactionsInRESP3(TestTransactions):
    def client_or_url(self):
        return redis.asyncio.Redis.from_url(super().client_or_url(), decode_responses=True, protocol=3)


class TestApart(RedisContract):
    """A cluster."""

    @pytest.fixture(autouse=True)
    def nodes(self, redis_cluster):
        self.urls = [node.url for node in redis_cluster]

    def client_or_url(self):
        return RedisCluster.from_url(self.urls[0], decode_responses=True)


class TestSentinel(RedisContract):
    """A master that Sentinel tells."""

    @pytest.fixture(autouse=True)
    def master(self, redis_sentinel):
        self.urls = [redis_sentinel[0].url]
        self.url = f"redis+sentinel://127.0.0.1:{redis_sentinel[2].port}/mymaster/0"

    def client_or_url(self):
        return self.url
