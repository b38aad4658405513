"""DictStore beyond the contract: bounded memory, and no work that grows with the number of sessions."""

import random

import pytest

from growler_ext.session import DictStore, Touch
from growler_ext.session.testing import ManualClock


@pytest.fixture
def store(clock):
    return DictStore(clock=clock)


def create(store, key, ttl=100.0, lifetime=None):
    store.create(key, {"k": b"1"}, ttl=ttl, lifetime=lifetime)


def test_the_longest_unused_makes_room():
    store = DictStore(3, clock=ManualClock())
    for key in "abc":
        create(store, key)
    store.load("a", touch=None)
    store.commit("b", {}, (), ttl=None)
    create(store, "d")
    assert [key for key in "abcd" if store.load(key, touch=None)] == ["a", "b", "d"]
    assert len(store) == 3


def test_expired_records_go_without_being_read(store, clock):
    for number in range(100):
        create(store, f"old{number}")
    clock.now += 101
    for number in range(50):
        create(store, f"new{number}")
    assert len(store) == 50


def test_an_extended_record_is_not_forgotten(store, clock):
    create(store, "a")
    clock.now += 60
    store.load("a", touch=Touch(100, 0))
    clock.now += 60
    create(store, "b")
    assert store.load("a", touch=None) is not None
    clock.now += 101
    create(store, "c")
    assert len(store) == 1


def test_a_renamed_record_expires_under_its_new_key(store, clock):
    create(store, "a")
    store.rename("a", "b", {}, (), ttl=None)
    clock.now += 101
    create(store, "c")
    assert len(store) == 1


def test_creating_and_deleting_without_end_takes_no_memory(store):
    for number in range(10_000):
        create(store, str(number))
        store.delete(str(number))
    assert len(store) == 0
    assert len(store._queue) == 1


def test_touching_without_end_takes_no_memory(store, clock):
    create(store, "a")
    for _ in range(10_000):
        clock.now += 1
        store.load("a", touch=Touch(100, 0))
        store.commit("a", {}, (), ttl=100)
    assert len(store._queue) == 1


def test_a_full_store_takes_no_more_memory(clock):
    store = DictStore(10, clock=clock)
    for number in range(10_000):
        create(store, str(number))
    assert (len(store), len(store._queue)) == (10, 10)


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_plain_model(seed, clock):
    """Random operations against a dict that knows each record's times; and the heap stays within its bound."""
    random_ = random.Random(seed)
    store, model, most = DictStore(clock=clock), {}, 0
    for _ in range(3000):
        clock.now += random_.random() * 5
        key = f"k{random_.randrange(40)}"
        live = key in model and model[key] > clock.now
        match random_.randrange(6):
            case 0 | 1:
                create(store, key, ttl=50)
                model[key] = clock.now + 50
            case 2:
                assert store.commit(key, {"x": b"1"}, (), ttl=50) is live
                if live:
                    model[key] = clock.now + 50
            case 3:
                assert store.delete(key) == live
                model.pop(key, None)
            case 4:
                new = f"n{random_.random()}"
                assert store.rename(key, new, {}, (), ttl=None) is live
                if live:
                    model[new] = model.pop(key)
            case _:
                assert (store.load(key, touch=None) is not None) is live
        most = max(most, len(store))
        assert len(store._queue) <= most
        assert all(store.load(key, touch=None) for key, expires in model.items() if expires > clock.now)
    clock.now += 1000
    for number in range(2 * most):
        create(store, f"end{number}", ttl=0.5)
        clock.now += 1
    assert len(store) <= 2
