"""What becomes of a session, as a table of values: no store, no server."""

import pytest

from growler_ext.session.decide import GONE, MOVED, UNCHANGED, decide, give_up, plain_change
from growler_ext.session.encoding import dump
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.life import Life
from growler_ext.session.operations import Commit, Create, Delete, Rename
from growler_ext.session.reserved import HANDLE, ISSUED, PERSIST, USER, owner_of
from growler_ext.session.state import State
from growler_ext.session.store import Change, Record
from growler_ext.session.visits.contract import CLEAR, Send

LIFE = Life(idle=100, lifetime=None, touch=0.1)
ID = new_id()
KEY = key_of(ID)


def stored(fields=None, *, used=0.0, ends=None, touched=False, key=KEY, owner=None):
    """A session that was loaded `used` seconds after its life was last extended, 500 after it was created."""
    now = 1000.0
    expires = now + 100 - used
    record = Record(key, dict(fields or {}), 500.0, now, expires, ends, touched, owner)
    return State(ID, record, borrowed=key != KEY)


def of_user(user, **options):
    return stored({USER: dump(USER, user), HANDLE: b'"h"'}, owner=owner_of(user), **options)


def outcome(state, life=LIFE, **options):
    decision = decide(state, life, **options)
    return list(decision.operations), decision.cookie


def test_a_new_session_without_values_is_nothing():
    assert outcome(State()) == ([], None)


def test_a_new_session_with_values_is_created():
    state = State()
    state.values["a"] = 1
    assert outcome(state) == ([Create(key_of(state.id), {"a": b"1"}, 100, None, None)], Send(state.id, 100))


def test_values_that_came_and_went_are_nothing():
    state = State()
    state.values["a"] = 1
    del state.values["a"]
    assert outcome(state) == ([], None)


def test_the_first_cookie_ends_with_the_lifetime():
    state = State()
    state.values["a"] = 1
    operations, cookie = outcome(state, life=Life(100, 30, 0.1))
    assert operations == [Create(key_of(state.id), {"a": b"1"}, 30, 30, None)]
    assert cookie == Send(state.id, 30)


def test_an_unchanged_session_is_nothing():
    assert outcome(stored({"a": b"1"})) == ([], None)


def test_only_what_changed_is_committed_and_no_cookie_goes_out():
    state = stored({"a": b"1", "b": b"2", "c": b"3"})
    state.values["a"] = 9
    del state.values["b"]
    assert outcome(state) == ([Commit(KEY, Change({"a": b"9"}, frozenset({"b"}), None))], None)


def test_an_emptied_session_stays_a_session():
    state = stored({"a": b"1"})
    state.values.clear()
    assert outcome(state) == ([Commit(KEY, Change({}, frozenset({"a"}), None))], None)


def test_use_is_written_down_when_the_touch_share_has_passed():
    assert outcome(stored({"a": b"1"}, used=9)) == ([], None)
    assert outcome(stored({"a": b"1"}, used=10)) == (
        [Commit(KEY, Change({}, frozenset(), 100))],
        Send(ID, 100),
    )


def test_a_load_that_touched_only_sends_the_cookie():
    assert outcome(stored({"a": b"1"}, touched=True)) == ([], Send(ID, 100))


def test_with_touch_zero_every_use_is_written_down():
    assert outcome(stored({"a": b"1"}), life=Life(100, None, 0)) == (
        [Commit(KEY, Change({}, frozenset(), 100))],
        Send(ID, 100),
    )


def test_the_cookie_does_not_outlive_the_lifetime():
    assert outcome(stored(used=60, ends=1050.0))[1] == Send(ID, 50)


def test_nothing_is_written_where_the_lifetime_leaves_nothing_to_extend():
    assert outcome(stored(used=60, ends=1040.0)) == ([], None)


def test_regenerate_renames_and_sends_the_new_id():
    state = stored({"a": b"1"})
    state.regenerate()
    state.values["user"] = 7
    assert state.id != ID
    rename = Rename(KEY, key_of(state.id), Change({"user": b"7"}, frozenset(), 100), 0)
    assert outcome(state) == ([rename], Send(state.id, 100))


def test_regenerate_of_a_new_session_is_only_another_id():
    state = State()
    first = state.id
    state.regenerate()
    assert state.id != first
    assert outcome(state) == ([], None)


def test_destroy_deletes_and_clears():
    state = stored({"a": b"1"})
    state.destroy()
    assert outcome(state) == ([Delete(KEY)], CLEAR)


def test_what_comes_after_destroy_is_a_session_of_its_own():
    state = stored({"a": b"1"})
    state.destroy()
    state.values["bye"] = True
    assert state.id != ID
    assert outcome(state) == (
        [Delete(KEY), Create(key_of(state.id), {"bye": b"true"}, 100, None, None)],
        Send(state.id, 100),
    )


def test_destroy_of_a_new_session_is_nothing():
    state = State()
    state.values["a"] = 1
    state.destroy()
    assert outcome(state) == ([], None)


def test_giving_up_saves_nothing():
    new, changed, renamed = State(), stored({"a": b"1"}), stored({"a": b"1"})
    new.values["a"] = 1
    changed.values["a"] = 2
    renamed.regenerate()
    for state in (new, changed, renamed):
        assert give_up(state).operations == ()
        assert give_up(state).cookie is None


def test_giving_up_ends_what_was_destroyed():
    state = stored({"a": b"1"})
    state.destroy()
    state.values["b"] = 1
    assert (give_up(state).operations, give_up(state).cookie) == ((Delete(KEY),), CLEAR)


def test_a_value_that_is_not_json_raises():
    state = stored()
    state.values["when"] = object()
    with pytest.raises(TypeError, match="'when'"):
        decide(state, LIFE)


def test_deciding_changes_nothing():
    state = stored({"a": b"1"}, used=60)
    state.values["a"] = 2
    life = Life(100, renew=10)
    decide(state, life)
    assert (state.id, state.stored_id, state.key, state.has_new_id) == (ID, ID, KEY, False)
    assert (state.fields, state.values) == ({"a": b"1"}, {"a": 2})


# What was found gone or moved


def test_a_change_that_comes_too_late_is_dropped():
    state = stored({"a": b"1"})
    state.values["a"] = 2
    decision = decide(state, LIFE)
    assert (decision.gone, decision.moved) == (GONE, MOVED)
    assert (GONE.cookie, MOVED.cookie) == (CLEAR, None)
    assert not GONE.operations
    assert not MOVED.operations


def test_a_login_that_comes_too_late_has_a_record_of_what_it_wrote():
    state = stored({"old": b"1", "cart": b"2"})
    state.values["mine"] = 3
    del state.values["old"]
    state.bind("alice")
    decision = decide(state, LIFE)
    fields = {"mine": b"3", USER: b'"alice"', HANDLE: dump(HANDLE, state.value(HANDLE))}
    create = Create(key_of(state.id), fields, 100, None, owner_of("alice"))
    assert decision.operations == (
        Rename(KEY, key_of(state.id), Change(fields, frozenset({"old"}), 100, owner_of("alice")), 0),
    )
    for instead in (decision.gone, decision.moved):
        assert (instead.operations, instead.cookie, instead.fresh) == ((create,), Send(state.id, 100), True)


# Whose it is


def test_to_be_bound_to_the_same_user_again_is_nothing():
    state = of_user("alice")
    state.bind("alice")
    assert outcome(state) == ([], None)


def test_to_be_unbound_takes_the_owner_away_and_gives_a_new_id():
    state = of_user("alice")
    state.bind(None)
    change = Change({}, frozenset({USER, HANDLE}), 100, "")
    assert outcome(state) == ([Rename(KEY, key_of(state.id), change, 0)], Send(state.id, 100))


def test_a_new_session_is_created_for_its_user():
    state = State()
    state.bind("alice")
    ((create,), _) = outcome(state)
    assert create.owner == owner_of("alice")
    assert create.fields[USER] == b'"alice"'


def test_a_change_does_not_touch_the_owner():
    state = of_user("alice")
    state.values["a"] = 1
    assert outcome(state)[0] == [Commit(KEY, Change({"a": b"1"}, frozenset(), None, None))]


def test_owners_are_hashes_and_differ():
    assert len(owner_of("alice")) == 64
    assert owner_of("alice") not in (owner_of("bob"), owner_of("Alice"), key_of("alice"))
    assert owner_of("\ud800")


# Renewal and old ids


def test_an_old_id_is_renewed_with_the_change():
    state = stored({"a": b"1"})
    state.values["a"] = 2
    decision = decide(state, Life(100, renew=500, grace=30))
    (rename,) = decision.operations
    assert rename == Rename(
        KEY, key_of(decision.id), Change({"a": b"2", ISSUED: b"1000.0"}, frozenset(), 100), 30
    )
    assert decision.cookie == Send(decision.id, 100)
    assert decision.moved.operations == (Commit(KEY, Change({"a": b"2"}, frozenset())),)
    assert (decision.moved.cookie, decision.moved.moved, decision.gone) == (None, MOVED, GONE)


def test_an_id_is_as_old_as_it_was_issued():
    life = Life(100, renew=500)
    assert outcome(stored({ISSUED: b"501.0"}), life) == ([], None)
    assert outcome(stored({ISSUED: b"500.0"}), life)[0] != []
    assert outcome(stored({ISSUED: b'"nonsense"'}), life)[0] != []


def test_an_id_that_cannot_be_sent_is_not_renewed():
    assert outcome(stored(), Life(100, renew=500), may_send=False) == ([], None)


def test_who_came_by_an_old_id_changes_the_record_where_it_is_and_sends_nothing():
    state = stored({"a": b"1"}, key="real", used=60)
    state.values["a"] = 2
    assert outcome(state, Life(100, renew=1)) == (
        [Commit("real", Change({"a": b"2"}, frozenset(), 100))],
        None,
    )


def test_who_came_by_an_old_id_does_not_log_the_record_in():
    state = stored({"a": b"1"}, key="real")
    state.bind("mallory")
    ((create,), cookie) = outcome(state)
    assert isinstance(create, Create)
    assert "a" not in create.fields
    assert cookie == Send(state.id, 100)


# How long the browser keeps its cookie


def test_a_cookie_that_does_not_persist_has_no_age_and_is_not_sent_for_a_longer_life():
    life = Life(100, persist=False)
    state = State()
    state.values["a"] = 1
    assert outcome(state, life)[1] == Send(state.id, None)
    assert outcome(stored(used=60), life) == ([Commit(KEY, Change({}, frozenset(), 100))], None)
    assert outcome(stored(touched=True), life) == ([], None)


def test_what_the_session_says_of_its_cookie_counts_before_the_option():
    assert outcome(stored({PERSIST: b"true"}, touched=True), Life(100, persist=False))[1] == Send(ID, 100)
    assert outcome(stored({PERSIST: b"false"}, touched=True), LIFE)[1] is None


def test_a_change_of_its_cookie_is_told_at_once():
    state = stored()
    state.values[PERSIST] = False
    assert outcome(state) == ([Commit(KEY, Change({PERSIST: b"false"}, frozenset()))], Send(ID, None))


def test_to_say_only_how_long_the_cookie_is_kept_makes_no_session():
    state = State()
    state.values[PERSIST] = True
    assert outcome(state) == ([], None)


def changed_in(state, **values):
    state.values.update(values)
    return state


@pytest.mark.parametrize("life", [LIFE, Life(idle=100, renew=10), Life(idle=100, persist=False)])
@pytest.mark.parametrize("make", [
    lambda: stored({"a": b"1"}),
    lambda: changed_in(stored({"a": b"1"}), a=2),
    lambda: changed_in(stored({"a": b"1"}), b=[]),
    lambda: changed_in(stored({"a": b"1"}, used=50), a=2),
    lambda: changed_in(stored({"a": b"1"}, touched=True), a=2),
    lambda: changed_in(stored({"a": b"1"}, key="old"), a=2),
    lambda: changed_in(stored({"a": b"1"}), **{PERSIST: True}),
    lambda: changed_in(stored({"a": b"1"}), **{USER: "alice"}),
    lambda: changed_in(of_user("alice"), **{USER: "bob"}),
    lambda: changed_in(of_user("alice"), a=1),
    lambda: State(),
    lambda: changed_in(State(), a=1),
])  # fmt: skip
def test_a_plain_change_is_what_would_be_decided(make, life):
    change = plain_change(make(), life)
    if change is not None:
        decision = decide(make(), life)
        expected = () if change is UNCHANGED else (Commit(make().key, change),)
        assert (decision.operations, decision.cookie) == (expected, None)


def test_most_sessions_are_plain():
    assert plain_change(changed_in(stored({"a": b"1"}), a=2), LIFE) == Change({"a": b"2"}, frozenset())
    assert plain_change(stored({"a": b"1"}), LIFE) is UNCHANGED


@pytest.mark.parametrize("act", [State.regenerate, State.destroy, lambda state: state.bind("alice")])
def test_what_is_more_than_a_change_of_values_is_decided(act):
    state = stored({"a": b"1"})
    act(state)
    assert plain_change(state, LIFE) is None
