"""File-system names as text and as links."""

import os
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.indexer.names import quoted, texts

# What a POSIX file system allows as a name.
names = st.binary(min_size=1).map(lambda raw: raw.replace(b"/", b"?").replace(b"\0", b"?")).map(os.fsdecode)


@given(st.lists(names))
def test_each_name_comes_out_as_itself_among_all_others(given: list[str]) -> None:
    assert [unquote_to_bytes(name) for name in quoted(given)] == [os.fsencode(name) for name in given]
    assert texts(given) == [os.fsencode(name).decode("utf-8", "replace") for name in given]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("a\\b?c#d", "a%5Cb%3Fc%23d"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("~a_b-c.d", "~a_b-c.d"),
        ("\n", "%0A"),
        ("caf\udce9", "caf%E9"),
    ],
)
def test_quoted_name_is_a_path_segment_whatever_it_is(name: str, expected: str) -> None:
    assert quoted([name]) == [expected]
