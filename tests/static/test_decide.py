"""What a request for a file gets, in the order of RFC 9110 13.2.2; no server, no disk."""

from __future__ import annotations

import calendar

import pytest

from growler_ext.static.decide import NotModified, PreconditionFailed, Whole, decide
from growler_ext.static.facts import Facts
from growler_ext.static.ranges import Part, Unsatisfiable

FILE = Facts(size=10, etag='W/"x"', modified=calendar.timegm((2020, 1, 1, 12, 0, 0)))
UNTOLD = Facts(10, None, None)
BEFORE = "Wed, 01 Jan 2020 11:59:59 GMT"
SAME = "Wed, 01 Jan 2020 12:00:00 GMT"
AFTER = "Wed, 01 Jan 2020 12:00:01 GMT"
RANGE = {"range": "bytes=2-4"}


def outcome(headers: dict[str, str], facts: Facts = FILE, method: str = "GET") -> object:
    return decide(method, headers, facts)


def test_a_plain_request_gets_the_whole_file():
    assert outcome({}) == Whole()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        # If-Match (step 1)
        ({"if-match": '"x"'}, Whole()),
        ({"if-match": '"a", "x"'}, Whole()),
        ({"if-match": "*"}, Whole()),
        ({"if-match": '"a"'}, PreconditionFailed()),
        ({"if-match": 'W/"x"'}, Whole()),
        ({"if-match": 'W/"a"'}, PreconditionFailed()),
        ({"if-match": "x"}, PreconditionFailed()),
        ({"if-match": ""}, PreconditionFailed()),
        # If-Unmodified-Since (step 2), only without If-Match
        ({"if-unmodified-since": BEFORE}, PreconditionFailed()),
        ({"if-unmodified-since": SAME}, Whole()),
        ({"if-unmodified-since": AFTER}, Whole()),
        ({"if-unmodified-since": "yesterday"}, Whole()),
        ({"if-match": '"x"', "if-unmodified-since": BEFORE}, Whole()),
        ({"if-match": '"a"', "if-unmodified-since": AFTER}, PreconditionFailed()),
        # If-None-Match (step 3)
        ({"if-none-match": '"x"'}, NotModified()),
        ({"if-none-match": 'W/"x"'}, NotModified()),
        ({"if-none-match": '"a", W/"x"'}, NotModified()),
        ({"if-none-match": "*"}, NotModified()),
        ({"if-none-match": '"a"'}, Whole()),
        ({"if-none-match": "x"}, Whole()),
        # If-Modified-Since (step 4), only without If-None-Match
        ({"if-modified-since": BEFORE}, Whole()),
        ({"if-modified-since": SAME}, NotModified()),
        ({"if-modified-since": AFTER}, NotModified()),
        ({"if-modified-since": "Wed, 01 Jan 2020"}, Whole()),
        ({"if-none-match": '"a"', "if-modified-since": AFTER}, Whole()),
        ({"if-none-match": '"x"', "if-modified-since": BEFORE}, NotModified()),
        # The order between them
        ({"if-match": '"a"', "if-none-match": '"x"'}, PreconditionFailed()),
        ({"if-match": '"x"', "if-none-match": '"x"'}, NotModified()),
        ({"if-unmodified-since": BEFORE, "if-none-match": '"x"'}, PreconditionFailed()),
        ({"if-unmodified-since": SAME, "if-modified-since": SAME}, NotModified()),
        # Conditions come before the range (step 5)
        ({"if-match": '"a"', **RANGE}, PreconditionFailed()),
        ({"if-none-match": '"x"', **RANGE}, NotModified()),
        ({"if-modified-since": SAME, "range": "bytes=99-"}, NotModified()),
    ],
)
def test_conditions_are_asked_in_their_order(method, headers, expected):
    assert outcome(headers, method=method) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"if-match": '"x"'}, PreconditionFailed()),
        ({"if-match": "*"}, Whole()),
        ({"if-none-match": '"x"'}, Whole()),
        ({"if-none-match": "*"}, NotModified()),
        ({"if-modified-since": AFTER}, Whole()),
        ({"if-unmodified-since": BEFORE}, Whole()),
        ({"if-range": '"x"', **RANGE}, Whole()),
        ({"if-range": SAME, **RANGE}, Whole()),
    ],
)
def test_validators_that_are_not_told_match_nothing(headers, expected):
    assert outcome(headers, UNTOLD) == expected


def test_where_no_parts_are_given_out_a_range_means_nothing():
    assert decide("GET", RANGE, FILE, ranges=False) == Whole()


def test_a_range_gets_its_part():
    assert outcome({"range": "bytes=2-4"}) == Part(2, 4)
    assert outcome({"range": "bytes=10-"}) == Unsatisfiable()
    assert outcome({"range": "bytes=x"}) == Whole()
    assert outcome({"range": "bytes=0-1,4-5"}) == Whole()
    assert outcome({"range": "bytes=4-5,0-3"}) == Part(0, 5)
    assert outcome({"if-none-match": '"a"', "range": "bytes=2-4"}) == Part(2, 4)


def test_head_ignores_range():
    assert outcome({"range": "bytes=2-4"}, method="HEAD") == Whole()
    assert outcome({"range": "bytes=10-"}, method="HEAD") == Whole()


def test_a_file_in_answer_to_another_method_is_sent_whole():
    asked = {"if-match": '"a"', "if-none-match": '"x"', "if-modified-since": SAME, **RANGE}
    assert outcome(asked, method="POST") == Whole()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('"x"', Part(2, 4)),
        (SAME, Part(2, 4)),
        ("Wednesday, 01-Jan-20 12:00:00 GMT", Part(2, 4)),
        ('"a"', Whole()),
        ('W/"x"', Part(2, 4)),  # weak as ours are; the RFC would have none of them
        ('W/"a"', Whole()),
        (BEFORE, Whole()),
        (AFTER, Whole()),  # must be the very date, not a later one
        ("*", Whole()),
        ('"a", "x"', Whole()),  # one tag, no list
        ("", Whole()),
        ("nonsense", Whole()),
    ],
)
def test_if_range_asks_for_the_very_same_file(condition, expected):
    assert outcome({"if-range": condition, **RANGE}) == expected


def test_if_range_spares_a_changed_file_the_416():
    assert outcome({"if-range": '"a"', "range": "bytes=99-"}) == Whole()
    assert outcome({"if-range": '"x"', "range": "bytes=99-"}) == Unsatisfiable()


def test_if_range_without_a_range_means_nothing():
    assert outcome({"if-range": '"x"'}) == Whole()
