"""What becomes of a session, as a table of values: no store, no server."""

import pytest

from growler_ext.session.decide import CLEAR, Commit, Create, Delete, Life, Rename, Send, decide
from growler_ext.session.ids import key_of, new_id
from growler_ext.session.state import State
from growler_ext.session.store import Record

LIFE = Life(idle=100, lifetime=None, touch=0.1)
ID = new_id()
KEY = key_of(ID)


def stored(fields=None, *, used=0.0, ends=None, touched=False):
    """A session that was loaded `used` seconds after its life was last extended."""
    now = 1000.0
    expires = now + 100 - used
    return State(ID, Record(dict(fields or {}), 500.0, now, expires, ends, touched))


def outcome(state, status=200, life=LIFE):
    decision = decide(state, status, life)
    return list(decision.operations), decision.cookie


def test_a_new_session_without_values_is_nothing():
    assert outcome(State()) == ([], None)


def test_a_new_session_with_values_is_created():
    state = State()
    state.values["a"] = 1
    assert outcome(state) == ([Create(key_of(state.id), {"a": b"1"}, 100, None)], Send(state.id, 100))


def test_values_that_came_and_went_are_nothing():
    state = State()
    state.values["a"] = 1
    del state.values["a"]
    assert outcome(state) == ([], None)


def test_the_first_cookie_ends_with_the_lifetime():
    state = State()
    state.values["a"] = 1
    operations, cookie = outcome(state, life=Life(100, 30, 0.1))
    assert operations == [Create(key_of(state.id), {"a": b"1"}, 30, 30)]
    assert cookie == Send(state.id, 30)


def test_an_unchanged_session_is_nothing():
    assert outcome(stored({"a": b"1"})) == ([], None)


def test_only_what_changed_is_committed_and_no_cookie_goes_out():
    state = stored({"a": b"1", "b": b"2", "c": b"3"})
    state.values["a"] = 9
    del state.values["b"]
    assert outcome(state) == ([Commit(KEY, {"a": b"9"}, frozenset({"b"}), None)], None)


def test_an_emptied_session_stays_a_session():
    state = stored({"a": b"1"})
    state.values.clear()
    assert outcome(state) == ([Commit(KEY, {}, frozenset({"a"}), None)], None)


def test_use_is_written_down_when_the_touch_share_has_passed():
    assert outcome(stored({"a": b"1"}, used=9)) == ([], None)
    assert outcome(stored({"a": b"1"}, used=10)) == ([Commit(KEY, {}, frozenset(), 100)], Send(ID, 100))


def test_a_load_that_touched_only_sends_the_cookie():
    assert outcome(stored({"a": b"1"}, touched=True)) == ([], Send(ID, 100))


def test_with_touch_zero_every_use_is_written_down():
    assert outcome(stored({"a": b"1"}), life=Life(100, None, 0)) == (
        [Commit(KEY, {}, frozenset(), 100)],
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
    rename = Rename(KEY, key_of(state.id), {"user": b"7"}, frozenset(), 100)
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
        [Delete(KEY), Create(key_of(state.id), {"bye": b"true"}, 100, None)],
        Send(state.id, 100),
    )


def test_destroy_of_a_new_session_is_nothing():
    state = State()
    state.values["a"] = 1
    state.destroy()
    assert outcome(state) == ([], None)


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_server_error_saves_nothing(status):
    new, changed, renamed = State(), stored({"a": b"1"}), stored({"a": b"1"})
    new.values["a"] = 1
    changed.values["a"] = 2
    renamed.regenerate()
    for state in (new, changed, renamed):
        assert outcome(state, status) == ([], None)


def test_a_client_error_saves():
    state = stored({"a": b"1"})
    state.values["a"] = 2
    assert outcome(state, 404)[0] == [Commit(KEY, {"a": b"2"}, frozenset(), None)]


def test_what_was_destroyed_stays_so_even_with_a_server_error():
    state = stored({"a": b"1"})
    state.destroy()
    state.values["b"] = 1
    assert outcome(state, 500) == ([Delete(KEY)], CLEAR)


def test_a_value_that_is_not_json_raises():
    state = stored()
    state.values["when"] = object()
    with pytest.raises(TypeError, match="'when'"):
        decide(state, 200, LIFE)
