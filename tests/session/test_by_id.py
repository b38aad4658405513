"""`ById` on its own: what it asks of a store, sync or async, and what the state knows afterwards."""

from __future__ import annotations

import asyncio
from inspect import isawaitable

import pytest

from growler_ext.session import DictStore
from growler_ext.session.encoding import dump
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.life import Life
from growler_ext.session.reserved import USER
from growler_ext.session.state import State
from growler_ext.session.store import Change, StoreError, Touch
from growler_ext.session.visits.by_id import ById
from growler_ext.session.visits.contract import CLEAR, Send
from support.turned_clock import by_hand, pass_time

LIFE = Life(idle=100, touch=0.1)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Keeping:
    """A DictStore that tells what it was asked; `before` does something in front of the next change."""

    sync = True
    shared = False

    def __init__(self):
        self.clock = Clock()
        self.inner = DictStore(clock=self.clock)
        self.asked = []
        self.before = None

    def _ask(self, name, *arguments, **named):
        if self.before is not None and name != "load":
            before, self.before = self.before, None
            before(self.inner)
        self.asked.append((name, *arguments, *named.values()))
        return getattr(self.inner, name)(*arguments, **named)

    def load(self, key, *, touch):
        return self._ask("load", key, touch=touch)

    def create(self, key, fields, *, ttl, lifetime, owner):
        return self._ask("create", key, fields, ttl=ttl, lifetime=lifetime, owner=owner)

    def commit(self, key, change):
        return self._ask("commit", key, change)

    def rename(self, old, new, change, *, grace):
        return self._ask("rename", old, new, change, grace=grace)

    def delete(self, *keys):
        return self._ask("delete", *keys)


class Waiting(Keeping):
    """The same, and each answer has to be waited for."""

    sync = False

    def _ask(self, name, *arguments, **named):
        async def answer():
            await asyncio.sleep(0)
            return super(Waiting, self)._ask(name, *arguments, **named)

        return answer()


@pytest.fixture(params=[Keeping, Waiting])
def store(request):
    return request.param()


def settle(answer, store):
    """What it comes to; a sync store never makes anybody wait."""
    if not isawaitable(answer):
        return answer
    assert not store.sync

    async def wait():
        return await answer

    return asyncio.run(wait())


def load(store, *values, used=True, life=LIFE):
    return settle(ById(store, life, 5).load(values, used=used), store)


def save(store, state, *, commit=True, may_send=True, life=LIFE):
    return settle(ById(store, life, 5).save(state, commit=commit, may_send=may_send), store)


def put(store, fields=None, owner=None):
    """A new record; its id."""
    id = new_id()
    store.inner.create(key_of(id), fields or {"a": b"1"}, ttl=100, lifetime=None, owner=owner)
    return id


def fields(store, id):
    record = store.inner.load(key_of(id), touch=None)
    return None if record is None else record.fields


# Loading


def test_a_session_is_found_by_the_hash_of_its_id(store):
    id = put(store)
    state = load(store, id)
    assert (state.stored_id, state.key, state.fields) == (id, key_of(id), {"a": b"1"})
    assert state.record is not None
    assert state.borrowed is False
    assert store.asked == [("load", key_of(id), LIFE.as_touch)]


def test_the_first_that_is_there_counts_and_none_behind_it_is_asked_for(store):
    strange, id, another = new_id(), put(store), put(store)
    assert load(store, strange, id, another).stored_id == id
    assert [asked[1] for asked in store.asked] == [key_of(strange), key_of(id)]


@pytest.mark.parametrize("values", [(), ("no id",), ("no id", "", "x" * 43 + " ")])
def test_what_is_no_id_is_not_asked_for(store, values):
    state = load(store, *values)
    assert (state.stored_id, state.record, state.key) == (None, None, None)
    assert store.asked == []


def test_an_id_that_nobody_knows_is_a_new_session(store):
    state = load(store, new_id())
    assert (state.stored_id, state.record) == (None, None)
    assert state.values == {}


def test_a_life_is_extended_only_where_the_use_is_certain(store):
    id = put(store)
    store.clock.now += 50
    assert load(store, id, used=False).record.touched is False
    assert store.asked[-1] == ("load", key_of(id), None)
    assert load(store, id, used=True).record.touched is True
    assert store.asked[-1] == ("load", key_of(id), Touch(100, 10))


def test_an_id_of_before_a_renewal_is_borrowed(store):
    old, new = put(store), new_id()
    store.inner.rename(key_of(old), key_of(new), Change(), grace=30)
    state = load(store, old)
    assert (state.stored_id, state.key, state.borrowed) == (old, key_of(new), True)


# Saving


def test_a_new_session_is_created_and_its_id_sent(store):
    state = State()
    state.values["a"] = 1
    sent = save(store, state)
    assert sent == Send(state.stored_id, 100)
    assert fields(store, state.stored_id) == {"a": b"1"} == state.fields
    assert (state.key, state.settled, state.has_new_id) == (key_of(state.stored_id), True, False)
    assert save(store, state) is None


def test_a_new_session_with_nothing_in_it_is_none(store):
    assert save(store, State()) is None
    assert store.asked == []


def test_an_unchanged_session_asks_nothing(store):
    state = load(store, put(store))
    store.asked.clear()
    assert save(store, state) is None
    assert store.asked == []


def test_a_change_is_committed_and_then_no_news(store):
    state = load(store, put(store, {"a": b"1", "b": b"2"}))
    state.values["a"] = 7
    del state.values["b"]
    store.asked.clear()
    assert save(store, state) is None
    assert store.asked == [("commit", state.key, Change({"a": b"7"}, frozenset({"b"})))]
    assert fields(store, state.stored_id) == {"a": b"7"} == state.fields
    assert save(store, state) is None
    assert len(store.asked) == 1


def test_where_nothing_is_to_be_saved_nothing_is(store):
    state = load(store, put(store))
    state.values["a"] = 7
    assert save(store, state, commit=False) is None
    assert fields(store, state.stored_id) == {"a": b"1"}


@pytest.mark.parametrize("commit", [True, False])
def test_what_was_destroyed_stays_so(store, commit):
    id = put(store)
    state = load(store, id)
    state.destroy()
    assert save(store, state, commit=commit) == CLEAR
    assert fields(store, id) is None
    assert (state.stored_id, state.ended) == (None, None)


@pytest.mark.parametrize("change", ["value", "bind"])
@pytest.mark.parametrize(("meanwhile", "sent"), [("ended", CLEAR), ("moved", None)])
def test_what_was_ended_or_moved_meanwhile_is_not_written(store, change, meanwhile, sent):
    id, elsewhere = put(store, {"a": b"1", USER: dump(USER, "alice")}), new_id()
    state = load(store, id)
    if change == "value":
        state.values["a"] = 7
    else:
        state.bind(None)
    if meanwhile == "ended":
        store.before = lambda inner: inner.delete(key_of(id))
    else:
        store.before = lambda inner: inner.rename(key_of(id), key_of(elsewhere), Change(), grace=0)
    assert save(store, state) == sent
    assert (state.stored_id, state.values, state.settled) == (None, {}, False)
    assert fields(store, elsewhere) in (None, {"a": b"1", USER: dump(USER, "alice")})


def test_a_login_whose_session_was_ended_meanwhile_gets_one_of_its_own(store):
    id = put(store)
    state = load(store, id)
    state.bind("alice")
    store.before = lambda inner: inner.delete(key_of(id))
    sent = save(store, state)
    assert isinstance(sent, Send)
    assert sent.value == state.stored_id != id
    assert USER in fields(store, sent.value)
    assert "a" not in fields(store, sent.value)
    assert [asked[0] for asked in store.asked] == ["load", "rename", "create"]


def test_a_new_id_is_the_only_one(store):
    id = put(store)
    state = load(store, id)
    state.regenerate()
    sent = save(store, state)
    assert sent == Send(state.stored_id, 100)
    assert state.stored_id != id
    assert (state.key, state.borrowed, state.has_new_id) == (key_of(state.stored_id), False, False)
    assert fields(store, id) is None
    assert fields(store, state.stored_id) == {"a": b"1"}


def test_where_the_life_was_extended_the_browser_is_told_and_nothing_is_written(store):
    id = put(store)
    store.clock.now += 50
    state = load(store, id)
    store.asked.clear()
    assert save(store, state) == Send(id, 100)
    assert store.asked == []
    assert (state.stored_id, state.key, state.settled) == (id, key_of(id), True)


def test_a_use_that_was_not_certain_is_written_down_and_the_session_keeps_its_id(store):
    id = put(store)
    store.clock.now += 50
    state = load(store, id, used=False)
    store.asked.clear()
    assert save(store, state, may_send=False) is None
    assert store.asked == [("commit", key_of(id), Change(ttl=100, removed=frozenset(), changed={}))]
    assert (state.stored_id, state.key, state.settled) == (id, key_of(id), True)


RENEWING = Life(idle=100, renew=10, grace=30)


def test_an_old_id_is_renewed_and_good_for_its_grace(store):
    id = put(store)
    store.clock.now += 20
    state = load(store, id, life=RENEWING)
    sent = save(store, state, life=RENEWING)
    assert sent.value == state.stored_id != id
    assert state.key == key_of(sent.value)
    assert load(store, id, life=RENEWING).borrowed


def test_an_old_id_is_not_renewed_where_no_cookie_can_be_sent(store):
    id = put(store)
    store.clock.now += 20
    state = load(store, id, used=False, life=RENEWING)
    assert save(store, state, may_send=False, life=RENEWING) is None
    assert state.stored_id == id
    assert "rename" not in [asked[0] for asked in store.asked]


def test_who_comes_second_to_renew_an_id_only_saves(store):
    id, elsewhere = put(store), new_id()
    store.clock.now += 20
    state = load(store, id, life=RENEWING)
    state.values["a"] = 7
    store.before = lambda inner: inner.rename(key_of(id), key_of(elsewhere), Change(), grace=30)
    assert save(store, state, life=RENEWING) is None
    assert (state.stored_id, state.settled) == (id, True)
    assert fields(store, elsewhere)["a"] == b"7"
    assert [asked[0] for asked in store.asked] == ["load", "rename", "commit"]


def test_a_session_that_begins_anew_forgets_the_one_before(store):
    id = put(store)
    state = load(store, id)
    state.destroy()
    state.values["b"] = 2
    sent = save(store, state)
    assert [asked[0] for asked in store.asked] == ["load", "delete", "create"]
    assert fields(store, id) is None
    assert fields(store, sent.value) == {"b": b"2"}


# Whether a cookie has to be sent


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        (lambda state: None, False),
        (lambda state: state.values.update(a=7), False),
        (State.regenerate, True),
        (State.destroy, False),
        (lambda state: (state.destroy(), state.values.update(b=2)), True),
    ],
)
def test_a_stored_session_needs_a_cookie_for_a_new_id_alone(store, change, needed):
    state = load(store, put(store))
    change(state)
    assert ById(store, LIFE, 5).needs_cookie(state) is needed


def test_a_new_session_needs_a_cookie(store):
    assert ById(store, LIFE, 5).needs_cookie(State()) is True


def test_what_was_destroyed_and_asked_for_an_id_needs_a_cookie(store):
    state = load(store, put(store))
    state.destroy()
    state.regenerate()
    assert ById(store, LIFE, 5).needs_cookie(state) is True


# Time


class Silent(Waiting):
    """Answers once the gate is open."""

    def __init__(self):
        super().__init__()
        self.gate = asyncio.Event()

    def _ask(self, name, *arguments, **named):
        async def answer():
            await self.gate.wait()
            return Keeping._ask(self, name, *arguments, **named)

        return answer()


def changed():
    state = State()
    state.values["a"] = 1
    return state


def known(store, change):
    id = put(store)
    state = State(id, store.inner.load(key_of(id), touch=None))
    change(state)
    return state


OPERATIONS = {
    "load": lambda visits, store: visits.load([new_id()], used=True),
    "create": lambda visits, store: visits.save(changed(), commit=True, may_send=True),
    "commit": lambda visits, store: visits.save(
        known(store, lambda state: state.values.update(a=7)), commit=True, may_send=True
    ),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@by_hand
async def test_an_async_store_has_its_time_for_each_operation(operation):
    store = Silent()
    asking = asyncio.ensure_future(OPERATIONS[operation](ById(store, LIFE, 5), store))
    await pass_time()
    await pass_time(4)
    assert not asking.done()
    await pass_time(2)
    assert isinstance(asking.exception(), StoreError)
    assert str(asking.exception()) == "no answer within 5 s"


@pytest.mark.parametrize("operation", OPERATIONS)
@by_hand
async def test_a_store_with_a_time_out_of_its_own_is_left_to_it(operation):
    store = Silent()
    store.own_timeout = 5
    asking = asyncio.ensure_future(OPERATIONS[operation](ById(store, LIFE, 5), store))
    await pass_time()
    await pass_time(3600)
    assert not asking.done()
    store.gate.set()
    await pass_time()
    assert asking.exception() is None
