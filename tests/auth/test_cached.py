"""How often a document of a provider is asked for, with a clock that the tests move."""

from __future__ import annotations

import asyncio

import pytest

from growler_ext.auth.provider.cached import Cached
from growler_ext.auth.provider.web import ProviderError


class Source:
    """What a provider publishes: a number that counts how often it was asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.away = False
        self.cached = Cached(self.fetch, pause=5, clock=lambda: self.now)

    async def fetch(self) -> int:
        self.asked += 1
        if self.away:
            raise ProviderError("away")
        return self.asked

    def get(self, at: float) -> int:
        self.now = at
        return asyncio.run(self.cached.get())

    def newer(self, at: float) -> int:
        self.now = at
        return asyncio.run(self.cached.newer())


@pytest.fixture
def source() -> Source:
    return Source()


def test_it_is_kept_for_an_hour(source):
    assert [source.get(at) for at in (0, 1, 3599, 3600, 3601)] == [1, 1, 1, 2, 2]


def test_newer_ones_can_be_demanded_every_half_minute(source):
    assert [source.newer(at) for at in (0, 1, 29, 30, 59, 60)] == [1, 1, 1, 2, 2, 3]


def test_a_demand_that_failed_may_be_repeated_soon(source):
    """A provider that is started anew has new keys; who asked while it was away must not miss them for long."""
    source.get(0)
    source.away = True
    assert [source.newer(at) for at in (10, 11, 14)] == [1, 1, 1]
    assert source.asked == 2
    source.away = False
    assert source.newer(15) == 3
    assert source.newer(20) == 3, "one that came of it holds for half a minute again"


def test_while_it_is_away_the_old_one_serves_for_a_day(source):
    day = 24 * 3600
    source.get(0)
    source.away = True
    assert [source.get(at) for at in (3600, 3601, 3629, day - 1)] == [1, 1, 1, 1]
    assert source.asked == 3, "asked again after the hour, and after half a minute"
    with pytest.raises(ProviderError):
        source.get(day + 60)


def test_without_any_a_failure_holds_for_the_pause(source):
    source.away = True
    for at in (0, 1, 4.9):
        with pytest.raises(ProviderError):
            source.get(at)
    assert source.asked == 1
    source.away = False
    assert source.get(5) == 2


def test_many_who_need_it_ask_once(source):
    async def many() -> list[int]:
        return await asyncio.gather(*(source.cached.get() for _ in range(50)))

    assert asyncio.run(many()) == [1] * 50
