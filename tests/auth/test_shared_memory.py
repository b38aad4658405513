"""`MemoryShared` with a clock of its own: the arithmetic of rates, what ends when, and what is forgotten first."""

from __future__ import annotations

import asyncio
import inspect
import time

import pytest

from growler_ext.auth.shared import Rate
from growler_ext.auth.shared.memory import MemoryShared
from support.clock import Clock


@pytest.fixture
def clock():
    return Clock(1_000_000.0)


@pytest.fixture
def shared(clock):
    return MemoryShared(clock=clock)


def run(awaitable):
    """The result of a coroutine that never waits."""
    return asyncio.run(awaitable)


def allow(shared, *limits):
    return run(shared.allow(limits))


def test_a_rate_is_refilled_evenly(shared, clock):
    rate = Rate(3, 30)
    assert [allow(shared, ("k", rate)) for _ in range(5)] == [0, 0, 0, 10, 10]
    clock.now += 4
    assert allow(shared, ("k", rate)) == 6
    clock.now += 6
    assert [allow(shared, ("k", rate)) for _ in range(2)] == [0, 10]
    clock.now += 20
    assert [allow(shared, ("k", rate)) for _ in range(3)] == [0, 0, 10]


def test_no_rest_saves_up_more_than_the_rate(shared, clock):
    rate = Rate(2, 20)
    assert [allow(shared, ("k", rate)) for _ in range(3)] == [0, 0, 10]
    clock.now += 10_000
    assert [allow(shared, ("k", rate)) for _ in range(3)] == [0, 0, 10]


def test_a_clock_that_is_set_back_holds_nobody_up_for_longer_than_the_rate(shared, clock):
    rate = Rate(3, 30)
    assert [allow(shared, ("k", rate)) for _ in range(4)] == [0, 0, 0, 10]
    clock.now -= 1
    assert allow(shared, ("k", rate)) == 11, "a little"
    clock.now -= 86_400
    assert [allow(shared, ("k", rate)) for _ in range(4)] == [0, 0, 0, 10]


def test_the_longest_wait_of_several_rates_counts_whichever_comes_first(shared):
    slow, fast = ("slow", Rate(1, 100)), ("fast", Rate(1, 10))
    assert allow(shared, slow, fast) == 0
    assert allow(shared, slow, fast) == allow(shared, fast, slow) == 100
    assert allow(shared, fast) == 10


def test_what_was_refused_was_counted_nowhere(shared):
    one, many = ("one", Rate(1, 100)), ("many", Rate(2, 100))
    assert allow(shared, one, many) == 0
    assert allow(shared, one, many) == allow(shared, many, one) == 100
    assert allow(shared, many) == 0
    assert allow(shared, many) == 50


def test_sums_of_floats_make_nobody_wait(shared, clock):
    rate = Rate(3, 0.3)
    for _ in range(1000):
        assert [allow(shared, ("k", rate)) for _ in range(3)] == [0, 0, 0]
        clock.now += 0.3


def test_more_than_half_a_microsecond_is_a_wait(shared, clock):
    clock.now = 0.25  # where floats are finer than that
    rate = Rate(1, 1)
    assert allow(shared, ("k", rate)) == 0
    clock.now += 1 - 6e-7
    assert 0 < allow(shared, ("k", rate)) < 1e-6
    clock.now += 2e-7
    assert allow(shared, ("k", rate)) == 0


def test_forgiving_takes_away_all_tries_of_these_keys_only(shared):
    rate = Rate(1, 100)
    for key in "abc":
        allow(shared, (key, rate))
    run(shared.forgive(["a", "nothing", "b"]))
    assert [allow(shared, (key, rate)) for key in "abc"] == [0, 0, 100]


def test_what_was_burnt_may_be_burnt_again_when_it_ends_and_not_before(shared, clock):
    assert [run(shared.burn("k", 10)) for _ in range(2)] == [True, False]
    clock.now += 9.5
    assert not run(shared.burn("k", 10))
    assert run(shared.burn("other", 10))
    clock.now += 0.5
    assert [run(shared.burn("k", 10)) for _ in range(2)] == [True, False]


def test_a_value_is_there_until_it_ends_and_once(shared, clock):
    for key in "abc":
        run(shared.put(key, key.encode(), 10))
    clock.now += 9.5
    assert [run(shared.take("a")) for _ in range(2)] == [b"a", None]
    clock.now += 0.5
    assert run(shared.take("b")) is None
    clock.now -= 1
    assert run(shared.take("b")) is None, "it was taken, if too late"
    assert run(shared.take("nothing")) is None


def test_a_value_that_is_replaced_has_its_new_time(shared, clock):
    run(shared.put("k", b"old", 10))
    clock.now += 9
    run(shared.put("k", b"new", 10))
    clock.now += 9
    assert run(shared.take("k")) == b"new"


@pytest.mark.parametrize("kind", ["tries", "burnt", "values"])
def test_beyond_its_bound_the_oldest_of_a_kind_is_forgotten(clock, kind):
    shared = MemoryShared(3, clock=clock)

    def write(key):
        if kind == "tries":
            return allow(shared, (key, Rate(1, 100))) == 0
        return run(shared.burn(key, 100)) if kind == "burnt" else run(shared.put(key, b"x", 100))

    for key in "abcabc" if kind == "values" else "abc":
        write(key)
    if kind == "values":
        write("a")  # what was written again is the youngest
        write("d")
        assert [run(shared.take(key)) is not None for key in "abcd"] == [True, False, True, True]
    else:
        assert [write(key) for key in "abc"] == [False, False, False], "all three are kept"
        assert write("d")
        assert [write(key) for key in "bcd"] == [False, False, False]
        assert write("a")


@pytest.mark.parametrize("write", ["put", "burn"])
def test_what_has_ended_is_dropped_by_the_writes_that_follow_two_at_a_time(shared, clock, write):
    def entries():
        return list((shared._values if write == "put" else shared._burnt)._entries)

    def put(key, ttl):
        run(shared.put(key, b"", ttl) if write == "put" else shared.burn(key, ttl))

    for key in "abcde":
        put(key, 10)
    clock.now += 9
    put("f", 10)
    assert entries() == list("abcdef")
    clock.now += 1
    put("g", 10)
    assert entries() == list("cdefg")
    put("h", 10)
    assert entries() == list("efgh")
    put("i", 10)
    assert entries() == list("fghi")
    clock.now += 100
    put("j", 10)
    put("k", 10)
    put("l", 10)
    assert entries() == list("jkl")


def test_tries_that_count_no_more_are_dropped(shared, clock):
    for key in "abc":
        allow(shared, (key, Rate(10, 100)))
    clock.now += 10
    allow(shared, ("d", Rate(10, 100)))
    assert list(shared._tries._entries) == ["c", "d"]


def test_a_write_never_drops_itself(clock):
    shared = MemoryShared(0, clock=clock)
    run(shared.put("a", b"a", 10))
    assert run(shared.take("a")) == b"a"
    run(shared.put("b", b"b", -1))
    assert list(shared._values._entries) == ["b"]


def test_a_hundred_thousand_of_each_are_kept_in_real_time_and_no_other_process_sees_them():
    parameters = inspect.signature(MemoryShared).parameters
    assert parameters["max_entries"].default == 100_000
    assert parameters["clock"].default is time.time
    assert MemoryShared().across_processes is False


def test_the_bound_holds_for_each_kind_by_itself(clock):
    shared = MemoryShared(1, clock=clock)
    run(shared.put("k", b"x", 100))
    assert run(shared.burn("k", 100))
    assert allow(shared, ("k", Rate(1, 100))) == 0
    assert not run(shared.burn("k", 100))
    assert allow(shared, ("k", Rate(1, 100))) == 100
    assert run(shared.take("k")) == b"x"
    run(shared.close())
    assert not run(shared.burn("k", 100))
