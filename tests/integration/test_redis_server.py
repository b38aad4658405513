"""The Redis that tests of stores run on is real: it answers, dies and comes back."""

from __future__ import annotations

import pytest
import redis

pytestmark = pytest.mark.redis


def test_the_shared_server_answers(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_a_server_of_ones_own_dies_and_comes_back_empty(redis_server):
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("a", "1")
        redis_server.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("a")
        redis_server.start()
        assert client.get("a") is None
