"""Range values: what is asked for, what is ignored, what cannot be had (RFC 9110 section 14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.static.ranges import Part, Unsatisfiable, parse_range

SIZE = 10

TABLE = [
    ("bytes=0-0", Part(0, 0)),
    ("bytes=0-9", Part(0, 9)),
    ("bytes=2-4", Part(2, 4)),
    ("bytes=9-9", Part(9, 9)),
    ("bytes=5-", Part(5, 9)),
    ("bytes=0-", Part(0, 9)),
    ("bytes=-1", Part(9, 9)),
    ("bytes=-10", Part(0, 9)),
    ("bytes=-11", Part(0, 9)),
    ("bytes=5-99", Part(5, 9)),
    ("bytes=5-99999999999999999999999", Part(5, 9)),
    ("bytes=-99999999999999999999999", Part(0, 9)),
    ("bytes=0000000000000000000000002-4", Part(2, 4)),
    ("bytes=2-" + "9" * 5000, Part(2, 9)),
    ("bytes=" + "0" * 5000 + "2-3", Part(2, 3)),
    ("BYTES=2-4", Part(2, 4)),
    ("bytes= 2-4 ", Part(2, 4)),
    ("bytes=,2-4,", Part(2, 4)),
    ("bytes=10-", Unsatisfiable()),
    ("bytes=10-20", Unsatisfiable()),
    ("bytes=99999999999999999999999-", Unsatisfiable()),
    ("bytes=99999999999999999999999-99999999999999999999999", Unsatisfiable()),
    ("bytes=" + "9" * 5000 + "-", Unsatisfiable()),
    ("bytes=-0", Unsatisfiable()),
    # several that join
    ("bytes=1-2,3-5", Part(1, 5)),
    ("bytes=3-5,1-2", Part(1, 5)),
    ("bytes=0-4, 2-3", Part(0, 4)),
    ("bytes=0-5,-5", Part(0, 9)),
    ("bytes=0-,0-", Part(0, 9)),
    ("bytes=" + "0-," * 500, Part(0, 9)),
    ("bytes=2-4,99-", Part(2, 4)),
    ("bytes=99-,100-", Unsatisfiable()),
]

IGNORED = [
    "", "bytes", "bytes=", "bytes=-", "bytes=,", "bytes=a-b", "bytes=4-2", "bytes=2", "bytes=2--4", "bytes=--4",
    "bytes=+1-2", "bytes=1-+2", "bytes=1_0-", "bytes=0x1-2", "bytes=1.0-2", "bytes=1 -2", "bytes=1- 2",
    "bytes=\u0661-\u0662", "bytes=\u00b2-\u00b3", "bytes=\uff11-", "bytes=1-2\n", "bytes:1-2", "bytes 1-2",
    "bytes =1-2", "items=0-1", "bytes=0-1;q=1", "bytes=0-0=1",
    "bytes=0-1,3-4", "bytes=0-0, -1", "bytes=1-1,3-", "bytes=0-1,x", "bytes=0-4,4-2",
    "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 500, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), TABLE, ids=lambda value: str(value)[:40])
def test_a_range_is_what_it_says(value, expected):
    assert parse_range(value, SIZE) == expected


@pytest.mark.parametrize("value", IGNORED, ids=lambda value: ascii(value)[:40])
def test_a_malformed_field_and_ranges_with_gaps_are_ignored(value):
    assert parse_range(value, SIZE) is None


@pytest.mark.parametrize("value", ["bytes=0-0", "bytes=0-", "bytes=-1", "bytes=-0", "bytes=5-"])
def test_an_empty_file_has_no_parts(value):
    assert parse_range(value, 0) is None


@given(st.text(alphabet="0123456789-,= \tbytes+_\u0661", max_size=30), st.integers(0, 20))
def test_no_part_is_larger_than_the_file(text, size):
    for value in (text, f"bytes={text}"):
        found = parse_range(value, size)
        if isinstance(found, Part):
            assert 0 <= found.first <= found.last < size


def test_numbers_are_read_to_the_end_and_those_beyond_any_file_are_that():
    exabytes = 10**20
    assert parse_range("bytes=-123456789012345678", exabytes) == Part(
        exabytes - 123456789012345678, exabytes - 1
    )
    for digits in ("9" * 19, "1" + "0" * 18, "9" * 5000):
        assert parse_range(f"bytes={digits}-", 1000) == Unsatisfiable()
        assert parse_range(f"bytes=5-{digits}", 1000) == Part(5, 999)
        assert parse_range(f"bytes=-{digits}", 1000) == Part(0, 999)


def test_only_space_and_tab_may_stand_around_a_range():
    assert parse_range("bytes= \t0-1\t ", 10) == Part(0, 1)
    for other in ("X", "\xa0", "\n"):
        assert parse_range(f"bytes={other}0-1", 10) is None
