"""JSON from outside: what is accepted, what is refused and with which words, and in how much time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler.http.json_body import MAX_DEPTH, JSONError, parse
from growler.http.json_text import to_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b' {"a": [1, 2.5, -0, 1e3]} \r\n', {"a": [1, 2.5, 0, 1000.0]}),
        (b"\xef\xbb\xbf{}", {}),
        ('"é\\ud83d\\ude00"'.encode(), "é\U0001f600"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'{"a":{"a":1},"b":[{"a":1},{"a":2}]}', {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}),
        (b"9" * 400, int("9" * 400)),
        (b"1e-999", 0.0),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, ...),
        (b'["' + b"[{" * 1000 + b'\\"' + b'"]', ["[{" * 1000 + '"']),
        (b"[" + b"[]," * 5000 + b"[]]", [[]] * 5001),
    ],
)
def test_what_is_json(body, value):
    found = parse(body)
    assert value is ... or found == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "Expecting value at line 1 column 1"),
        (b"{\n'a': 1}", "line 2 column 1"),
        (b"{} {}", "Extra data"),
        (b'{"a":1,"b":{"c":1,"c":1}}', "a name stands twice"),
        (b'{"a":1,"\\u0061":2}', "a name stands twice"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e400", "too large"),
        (b"-1e400", "too large"),
        (b"1" * 5000, "too many digits"),
        (b"1" * 5000 + b".0", "too large"),
        (b"\xff", "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\uDC00":1}', "surrogate"),
        (b'"\\ud83d"', "surrogate"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "100 levels"),
        (b"[" * 900_000, "100 levels"),
        (b'{"a":' * 100_000, "100 levels"),
        (b'"a\nb"', "Invalid control character at line 1 column 3"),
        (b"[1,]", "line 1"),
        (b"\0", "line 1"),
        (b'"' + b'\\"' * 500_000 + b"[" * 200, "line 1"),  # a string without end, full of quotes
        (b'"\\' * 300_000 + b"[" * 200, "line 1"),
    ],
)
def test_what_is_not_says_why(body, why):
    with pytest.raises(JSONError, match=why):
        parse(body)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(VALUES)
def test_what_we_write_we_read(value):
    assert parse(to_json(value).encode()) == value
    assert parse(json.dumps(value, indent=1).encode()) == value


@given(
    st.lists(
        st.sampled_from(['"', "\\", "[", "]", "{", "}", "\\ud800", ":", ",", "1", "a", " ", '"a"']),
        max_size=300,
    )
)
def test_any_text_is_a_value_that_can_be_written_again_or_refused(pieces):
    try:
        value = parse("".join(pieces).encode())
    except JSONError:
        return
    assert parse(to_json(value).encode()) == value
