"""`plain_change`, the short way for nearly every request, says what `decide` says, or that there is more to it.

And the rest of a decision: what it says to do where its operation came too late, and what ends.
"""

from __future__ import annotations

import itertools

import pytest

from growler_ext.session.decide import (
    GONE,
    MOVED,
    NOTHING,
    UNCHANGED,
    Decision,
    decide,
    give_up,
    plain_change,
)
from growler_ext.session.encoding import dump
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.life import Life
from growler_ext.session.operations import Commit, Delete
from growler_ext.session.reserved import HANDLE, ISSUED, PERSIST, USER, owner_of
from growler_ext.session.state import State
from growler_ext.session.store import Change, Outcome, Record
from growler_ext.session.visits.contract import CLEAR, Send

LIFE = Life(idle=100, lifetime=None, touch=0.1)
ID = new_id()
KEY = key_of(ID)


def stored(fields=None, *, used=0.0, touched=False, ends=None):
    record = Record(KEY, dict(fields or {}), 500.0, 1000.0, 1100.0 - used, ends, touched, None)
    return State(ID, record)


CHANGES = {
    "nothing": lambda state: None,
    "a new value": lambda state: state.values.update(b=2),
    "another value": lambda state: state.values.update(a=2),
    "the same value": lambda state: state.values.update(a=1),
    "a value less": lambda state: state.values.pop("a"),
    "one more and one less": lambda state: (state.values.pop("a"), state.values.update(b=2)),
    "persist": lambda state: state.values.update({PERSIST: True}),
    "persist and a value": lambda state: state.values.update({PERSIST: False, "b": 2}),
    "bind": lambda state: state.bind("alice"),
    "a user without a new id": lambda state: state.values.update({USER: "alice"}),
    "regenerate": State.regenerate,
    "destroy": State.destroy,
    "destroy and a value": lambda state: (state.destroy(), state.values.update(b=2)),
}
FIELDS = [{"a": b"1"}, {"a": b"1", PERSIST: b"true"}, {"a": b"1", USER: b'"bob"', HANDLE: b'"h"'}]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "life", [LIFE, Life(100, touch=0), Life(100, renew=50), Life(100, renew=5000)], ids=repr
)
def test_the_short_way_says_what_deciding_says(change, life):
    for fields, used, touched in itertools.product(FIELDS, (0, 9, 10, 11, 60), (False, True)):
        state = stored(fields, used=used, touched=touched)
        CHANGES[change](state)
        plain = plain_change(state, life)
        if plain is None:
            continue
        decision = decide(state, life)
        expected = () if plain is UNCHANGED else (Commit(KEY, plain),)
        assert (decision.operations, decision.cookie, decision.id) == (expected, None, None)


PLAIN = ["nothing", "a new value", "another value", "the same value", "a value less", "one more and one less"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("used", [0, 9, 10, 11])
def test_the_short_way_is_for_values_of_a_session_that_is_not_due(change, used):
    state = stored(FIELDS[0], used=used)
    CHANGES[change](state)
    assert (plain_change(state, LIFE) is not None) is (change in PLAIN and used < 10)


def test_the_short_way_is_not_for_new_sessions_and_for_what_was_touched():
    new = State()
    new.values["a"] = 1
    assert plain_change(new, LIFE) is None
    assert plain_change(State(), LIFE) is None
    assert plain_change(stored(touched=True), LIFE) is None
    assert plain_change(stored(), Life(100, renew=5000)) is None


def test_the_short_way_has_just_the_changes():
    state = stored({"a": b"1", "c": b"3"})
    assert plain_change(state, LIFE) is UNCHANGED
    assert Change({}, ()) == UNCHANGED
    state.values["b"] = 2
    del state.values["c"]
    assert plain_change(state, LIFE) == Change({"b": b"2"}, frozenset({"c"}))


@pytest.mark.parametrize("name", [PERSIST, USER])
def test_the_short_way_is_not_for_a_reserved_field_that_goes(name):
    state = stored({"a": b"1", name: b"true"})
    del state.values[name]
    assert plain_change(state, LIFE) is None


# The rest of a decision


def test_a_decision_is_nothing_unless_it_says_so():
    assert Decision((), None, None, {}, frozenset(), False, False, None, None) == NOTHING
    assert (NOTHING.fresh, NOTHING.ends, NOTHING.id, NOTHING.gone, NOTHING.moved) == (
        False,
        False,
        None,
        None,
        None,
    )


def test_what_is_to_be_done_instead_follows_from_the_answer():
    decision = Decision(gone=GONE, moved=MOVED)
    assert decision.after(Outcome.GONE) is GONE
    assert decision.after(Outcome.MOVED) is MOVED
    assert [decision.after(answer) for answer in (None, True, 1, set(Outcome) - {Outcome.GONE, Outcome.MOVED})] == [
        None, None, None, None
    ]  # fmt: skip
    assert all(
        decision.after(answer) is None for answer in Outcome if answer not in (Outcome.GONE, Outcome.MOVED)
    )


def test_what_is_gone_or_moved_has_ended():
    assert Decision((), CLEAR, ends=True) == GONE
    assert Decision((), None, ends=True) == MOVED
    assert (GONE.ends, MOVED.ends) == (True, True)


def test_giving_up_what_was_destroyed_ends_it():
    state = stored({"a": b"1"})
    state.destroy()
    assert give_up(state) == Decision((Delete(KEY),), CLEAR, ends=True)
    assert give_up(state).ends is True
    assert give_up(stored()) is NOTHING


def test_whose_it_is_goes_to_the_store_with_the_change():
    state = stored({"a": b"1"})
    state.values[USER] = "alice"
    (commit,) = decide(state, LIFE).operations
    assert commit == Commit(KEY, Change({USER: b'"alice"'}, frozenset(), None, owner_of("alice")))
    del state.values[USER]
    state.fields[USER] = b'"alice"'
    (commit,) = decide(state, LIFE).operations
    assert commit == Commit(KEY, Change({}, frozenset({USER}), None, ""))


def test_only_a_login_is_saved_where_the_record_is_gone():
    logged_out = stored({USER: b'"alice"', HANDLE: b'"h"'})
    logged_out.bind(None)
    same = stored({USER: b'"alice"', HANDLE: b'"h"'})
    same.regenerate()
    for state in (logged_out, same):
        decision = decide(state, LIFE)
        assert (decision.gone, decision.moved) == (GONE, MOVED)


def test_the_cookie_of_a_new_id_does_not_outlive_the_lifetime():
    state = stored({"a": b"1"}, ends=1050.0)
    state.regenerate()
    assert decide(state, LIFE).cookie == Send(state.id, 50)
    renewed = decide(stored({"a": b"1"}, ends=1050.0), Life(100, renew=500))
    assert renewed.cookie == Send(renewed.id, 50)


def test_a_renewed_id_takes_its_owner_along():
    state = stored({"a": b"1"})
    state.values[USER] = "alice"
    (rename,) = decide(state, Life(100, renew=500)).operations
    assert rename.change.owner == owner_of("alice")


def test_a_settled_session_is_not_touched_again():
    state = stored({"a": b"1"}, used=60, touched=False)
    state.settled = True
    assert decide(state, LIFE) is NOTHING
    state.values["a"] = 2
    assert decide(state, LIFE) == Decision(
        (Commit(KEY, Change({"a": b"2"}, frozenset())),),
        None,
        None,
        {"a": b"2"},
        frozenset(),
        gone=GONE,
        moved=MOVED,
    )


def test_a_cookie_that_cannot_be_sent_is_not_told_of():
    assert decide(stored(touched=True), LIFE, may_send=False) is NOTHING
    due = decide(stored(used=60), LIFE, may_send=False)
    assert (due.operations, due.cookie) == ((Commit(KEY, Change({}, frozenset(), 100)),), None)


def test_a_decision_says_what_the_record_has_then():
    state = stored({"a": b"1", "b": b"2"})
    state.values["a"] = 9
    del state.values["b"]
    decision = decide(state, LIFE)
    assert (decision.id, decision.changed, decision.removed) == (None, {"a": b"9"}, frozenset({"b"}))
    assert (decision.fresh, decision.ends) == (False, False)
    state.regenerate()
    decision = decide(state, LIFE)
    assert (decision.id, decision.changed, decision.removed) == (state.id, {"a": b"9"}, frozenset({"b"}))
    assert (decision.fresh, decision.ends, decision.gone, decision.moved) == (False, False, GONE, MOVED)


def test_a_new_session_says_what_its_record_holds():
    state = State()
    state.values["a"] = 1
    decision = decide(state, LIFE)
    assert (decision.id, decision.changed, decision.fresh, decision.ends) == (
        state.id,
        {"a": b"1"},
        True,
        False,
    )


def test_a_new_id_says_when_it_was_issued_where_ids_are_renewed():
    state = stored({"a": b"1"})
    state.regenerate()
    (rename,) = decide(state, Life(100, renew=5000)).operations
    assert rename.change == Change({ISSUED: dump(ISSUED, 1000.0)}, frozenset(), 100)
    assert rename.grace == 0
    (rename,) = decide(state, LIFE).operations
    assert rename.change == Change({}, frozenset(), 100)


def test_a_login_of_who_came_by_an_old_id_is_a_session_of_its_own():
    record = Record("real", {"a": b"1"}, 500.0, 1000.0, 1100.0, None, False, None)
    state = State(ID, record, borrowed=True)
    state.bind("alice")
    decision = decide(state, LIFE)
    (create,) = decision.operations
    assert (create.key, create.owner, decision.fresh) == (key_of(state.id), owner_of("alice"), True)
    assert "a" not in decision.changed


def test_a_renewed_id_takes_the_values_and_whoever_comes_second_only_saves():
    state = stored({"a": b"1", "b": b"2"})
    state.values["a"] = 9
    del state.values["b"]
    decision = decide(state, Life(100, renew=500, grace=30))
    assert decision.changed == {"a": b"9", ISSUED: b"1000.0"}
    assert decision.removed == frozenset({"b"})
    second = decision.moved
    assert (second.changed, second.removed, second.id) == ({"a": b"9"}, frozenset({"b"}), None)
    assert (second.gone, second.moved, second.fresh, second.ends) == (GONE, MOVED, False, False)
