"""Values of conditional header fields: entity tags and dates."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from growler.http.conditional import parse_date
from growler_ext.static.conditional import matches


@pytest.mark.parametrize(
    ("value", "etag", "expected"),
    [
        # RFC 9110 8.8.3.2, the table of comparisons, the weak one
        ('W/"1"', 'W/"1"', True),
        ('W/"1"', 'W/"2"', False),
        ('W/"1"', '"1"', True),
        ('"1"', 'W/"1"', True),
        ('"1"', '"1"', True),
        ("*", '"1"', True),
        ("*", 'W/"1"', True),
        (' "a" , "1" ', '"1"', True),
        ('"a","1","b"', '"1"', True),
        ('"a,1,b"', '"1"', False),
        ('"a","b"', '"1"', False),
        ('"*"', '"1"', False),
        ("1", '"1"', False),
        ('"1', '"1"', False),
        ("'1'", '"1"', False),
        ('w/"1"', '"2"', False),
        ('w/"1"', '"1"', True),  # no tag as a whole (its mark has a case), but it holds one
        ("", '"1"', False),
        ('""', '""', True),
        ('"\xe9"', '"\xe9"', True),
    ],
)
def test_tags_compare_weakly_as_in_rfc_9110(value, etag, expected):
    assert matches(value, etag) is expected


def test_a_file_without_a_tag_matches_only_the_star():
    assert matches("*", None)
    assert not matches('"1"', None)


@pytest.mark.parametrize("value", ['"' * 50_000, '"a' * 50_000, 'W/"' * 30_000, ", " * 50_000, '" ' * 50_000])
def test_a_long_list_is_read_in_one_pass(value):
    assert not matches(value, '"x"')


MOMENT = calendar.timegm((1994, 11, 6, 8, 49, 37))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", MOMENT),
        ("Sunday, 06-Nov-94 08:49:37 GMT", MOMENT),
        ("Sun Nov  6 08:49:37 1994", MOMENT),
        ("Sun Nov 06 08:49:37 1994", MOMENT),
        (" Sun, 06 Nov 1994 08:49:37 GMT ", MOMENT),
        ("Mon, 06 Nov 1994 08:49:37 GMT", MOMENT),  # the wrong day of the week adds nothing
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", calendar.timegm((9999, 12, 31, 23, 59, 59))),
        ("Monday, 01-Jan-24 00:00:00 GMT", calendar.timegm((2024, 1, 1, 0, 0, 0))),
        ("Sat, 31 Dec 2016 23:59:60 GMT", calendar.timegm((2017, 1, 1, 0, 0, 0))),
    ],
)
def test_all_three_forms_of_a_date_are_read(value, seconds):
    assert parse_date(value) == seconds


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_in_every_form(month):
    seconds = calendar.timegm((2023, month, 15, 12, 30, 45))
    moment = datetime.fromtimestamp(seconds, UTC)
    name = moment.strftime("%b")
    assert parse_date(format_datetime(moment, usegmt=True)) == seconds
    assert parse_date(f"Someday, 15-{name}-23 12:30:45 GMT") == seconds
    assert parse_date(f"Day {name} 15 12:30:45 2023") == seconds


@pytest.mark.parametrize(("digits", "year"), [("70", 1970), ("99", 1999), ("00", 2000), ("69", 2069)])
def test_a_year_of_two_digits_is_between_1970_and_2069(digits, year):
    assert parse_date(f"Someday, 01-Jan-{digits} 00:00:00 GMT") == calendar.timegm((year, 1, 1, 0, 0, 0))


@pytest.mark.parametrize(
    "value",
    ["", "0", "-1", "now", "784111777", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 +0100",
     "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
     "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
     "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 0000 08:49:37 GMT",
     "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z",
     "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "x" * 100_000],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_what_is_no_date_is_none(value):
    assert parse_date(value) is None
