"""Values as JSON, and the difference between what was loaded and what shall be saved."""

import pytest

from growler_ext.session.encoding import UNREAD, changes, dump, load
from growler_ext.session.state import State

HUGE = pytest.param(1 << 20_000, id="more digits than Python writes")


@pytest.mark.parametrize(
    "value", [None, True, 0, -1.5, "", "é\u2028", "\ud800", [], {}, {"a": [1, {"b": None}]}]
)
def test_json_comes_back(value):
    assert load(dump("k", value)) == value


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", float("nan"), float("inf"), {(1, 2): 3}, HUGE])
def test_what_is_no_json_raises_and_names_the_key(value):
    with pytest.raises(TypeError, match=r"session\['cart'\]"):
        dump("cart", value)
    with pytest.raises(TypeError, match=r"session\['cart'\]"):
        changes({}, {"cart": value})


def test_a_loop_and_a_deep_nest_raise_and_name_the_key():
    loop: list = []
    loop.append(loop)
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(TypeError, match=r"session\['cart'\]"):
            dump("cart", value)


def test_the_error_does_not_show_the_value():
    class Token:
        def __repr__(self):
            return "hidden"

    with pytest.raises(TypeError) as caught:
        dump("k", Token())
    assert "hidden" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("data", [b"", b"{", b"\x80\x04K\x01.", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_text_raises_value_error(data):
    # \x80\x04K\x01. is a pickle: it is never unpickled.
    with pytest.raises(ValueError, match=r"Expecting|nested|decode"):
        load(data)


def test_nothing_changed_is_nothing():
    assert changes({"a": b"1"}, {"a": 1}) == ({}, frozenset())


def test_unread_values_are_not_compared():
    assert changes({"a": b"not json"}, {"a": UNREAD}) == ({}, frozenset())


def test_new_changed_and_removed_keys_are_found():
    fields = {"same": b"1", "changed": b"1", "gone": b"1"}
    assert changes(fields, {"same": 1, "changed": 2, "new": 3}) == (
        {"changed": b"2", "new": b"3"},
        frozenset({"gone"}),
    )


def test_a_change_inside_is_found():
    fields = {"cart": dump("cart", {"items": [1]})}
    cart = load(fields["cart"])
    cart["items"].append(2)
    assert changes(fields, {"cart": cart}) == ({"cart": b'{"items":[1,2]}'}, frozenset())


def test_types_that_compare_equal_are_still_changes():
    assert changes({"a": b"1"}, {"a": True})[0] == {"a": b"true"}
    assert changes({"a": b"1"}, {"a": 1.0})[0] == {"a": b"1.0"}


@pytest.mark.parametrize("text", [b"NaN", b"[Infinity]", b'{"a":-Infinity}'])
def test_what_python_reads_but_json_has_not_is_refused(text):
    with pytest.raises(ValueError, match="is not JSON"):
        load(text)


@pytest.mark.parametrize("data", [b"007", b"00", b"-01", b"1_0", "\u0661".encode(), b""])
def test_numbers_that_json_has_not_are_refused(data):
    with pytest.raises(ValueError, match=r"Expecting value|Extra data|codec|JSON"):
        load(data)


@pytest.mark.parametrize("number", [0, 7, 10**17, 10**18, 10**40, -3])
def test_whole_numbers_of_any_length_come_back(number):
    assert (load(dump("k", number)), type(load(dump("k", number)))) == (number, int)


def test_a_key_removed_where_another_came_is_removed():
    assert changes({"old": b"1", "kept": b"2"}, {"new": 3, "kept": UNREAD}) == ({"new": b"3"}, {"old"})


@pytest.mark.parametrize(
    ("values", "text"),
    [({"k": UNREAD}, b'{ "as": "stored" }'), ({"k": [1, 2]}, b"[1,2]"), ({}, None)],
)
def test_the_text_of_a_value_is_what_is_stored_until_it_is_another(values, text):
    state = State()
    state.fields, state.values = {"k": b'{ "as": "stored" }'}, values
    assert state.text("k") == text
    assert values == state.values  # nothing was decoded for it


def test_the_text_of_what_is_no_json_names_the_key():
    state = State()
    state.values = {"cart": object()}
    with pytest.raises(TypeError, match=r"session\['cart'\]"):
        state.text("cart")
