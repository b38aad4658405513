"""DictStore beyond the contract: bounded memory, and no work that grows with the number of sessions."""

import random

import pytest

from growler_ext.session import Change, DictStore, Outcome, Touch
from growler_ext.session.testing import ManualClock


@pytest.fixture
def store(clock):
    return DictStore(clock=clock)


def create(store, key, ttl=100.0, lifetime=None, owner=None):
    store.create(key, {"k": b"1"}, ttl=ttl, lifetime=lifetime, owner=owner)


def test_the_longest_unused_makes_room():
    store = DictStore(3, clock=ManualClock())
    for key in "abc":
        create(store, key)
    store.load("a", touch=None)
    store.commit("b", Change())
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
    store.rename("a", "b", Change(), grace=0)
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
        store.commit("a", Change(ttl=100))
    assert len(store._queue) == 1


def test_a_full_store_takes_no_more_memory(clock):
    store = DictStore(10, clock=clock)
    for number in range(10_000):
        create(store, str(number))
    assert (len(store), len(store._queue)) == (10, 10)


def test_renaming_without_end_takes_no_memory(clock):
    store = DictStore(10, clock=clock)
    create(store, "0", ttl=10_000)
    for number in range(10_000):
        store.rename(str(number), str(number + 1), Change(), grace=30)
        assert len(store._forwards) <= 10
    assert store.load("10000", touch=None) is not None
    clock.now += 301
    for _ in range(5):
        store.commit("10000", Change())
    assert len(store._forwards) == 0


def test_no_owner_is_left_behind(clock):
    store = DictStore(50, clock=clock)
    for number in range(300):
        create(store, str(number), owner=f"u{number % 100}")
        store.rename(str(number), f"r{number}", Change(), grace=30)
        match number % 5:
            case 0:
                store.delete(f"r{number}")
            case 1:
                store.commit(f"r{number}", Change(owner=""))
            case 2:
                store.commit(f"r{number}", Change(owner="another"))
            case 3:
                store.revoke(f"u{number % 100}", keep=())
    assert sum(len(keys) for keys in store._owned.values()) <= 50
    clock.now += 1000
    for number in range(100):
        create(store, f"end{number}")
    assert store._owned == {}


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_a_plain_model(seed, clock):
    """Random operations against a dict that knows each record's times and owner; the heap stays within its bound."""
    random_ = random.Random(seed)
    store, model, owners, most = DictStore(clock=clock), {}, {}, 0
    for _ in range(3000):
        clock.now += random_.random() * 5
        key = f"k{random_.randrange(40)}"
        owner = f"u{random_.randrange(5)}"
        model = {key: expires for key, expires in model.items() if expires > clock.now}
        live = key in model
        match random_.randrange(8):
            case 0 | 1:
                create(store, key, ttl=50, owner=owner)
                model[key], owners[key] = clock.now + 50, owner
            case 2:
                done = store.commit(key, Change({"x": b"1"}, ttl=50)) is Outcome.DONE
                assert done is live
                if live:
                    model[key] = clock.now + 50
            case 3:
                assert store.delete(key) == live
                model.pop(key, None)
            case 4:
                new = f"n{random_.random()}"
                assert (store.rename(key, new, Change(), grace=0) is Outcome.DONE) is live
                if live:
                    model[new], owners[new] = model.pop(key), owners[key]
            case 5:
                theirs = [other for other in model if owners[other] == owner]
                assert sorted(store.owned(owner)) == sorted(theirs)
            case 6:
                theirs = [other for other in model if owners[other] == owner and other != key]
                assert store.revoke(owner, keep=[key]) == len(theirs)
                for other in theirs:
                    del model[other]
            case _:
                assert (store.load(key, touch=None) is not None) is live
        most = max(most, len(store))
        assert len(store._queue) <= most
        assert all(store.load(key, touch=None) for key in model if model[key] > clock.now)
    clock.now += 1000
    for number in range(2 * most):
        create(store, f"end{number}", ttl=0.5)
        clock.now += 1
    assert len(store) <= 2


def test_a_record_that_is_given_the_key_it_has_is_only_changed():
    store = DictStore()
    store.create("a", {}, ttl=100, lifetime=None, owner=None)
    assert store.rename("a", "a", Change({"x": b"1"}), grace=30) is Outcome.DONE
    assert store.delete("a") == 1
    assert store.load("a", touch=None) is None
