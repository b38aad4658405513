"""Entity tags and dates as they travel, to the character; what conditions say of them: `evaluate` case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from growler.http.conditional import (
    Outcome,
    evaluate,
    is_listed,
    parse_date,
    seconds,
    tags,
    written_date,
    written_etag,
)

P, N, F = Outcome.PERFORM, Outcome.NOT_MODIFIED, Outcome.FAILED
AT = 784111777  # the moment of RFC 9110 5.6.7
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
BEFORE, AFTER = "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"


# Entity tags


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('"a"', ['"a"']),
        ('W/"a"', ['W/"a"']),
        ('w/"a"', ['"a"']),
        ('"a","b"', ['"a"', '"b"']),
        ('"a,b" , W/"c d", "!#~\x80\xff"', ['"a,b"', '"!#~\x80\xff"']),
        ('""', ['""']),
        ('"aA[]^`{}"', ['"aA[]^`{}"']),
        ('"a\x7f"', []),
        ('"a\x1f"', []),
        ("a", []),
        ("", []),
    ],
)
def test_the_tags_of_a_list_may_hold_commas_and_no_spaces_or_controls(value, found):
    assert tags(value) == found


@pytest.mark.parametrize(
    ("listed", "etag", "strong", "weak"),
    [
        ('"7"', '"7"', True, True),
        ('"6", "7"', '"7"', True, True),
        ('W/"7"', '"7"', True, True),
        ('"7"', 'W/"7"', False, True),
        ('W/"7"', 'W/"7"', False, True),
        ('"6"', '"7"', False, False),
        ('"W/7"', '"7"', False, False),
        ('"7"', '"W/7"', False, False),
        ("7", '"7"', False, False),
        ("", '""', False, False),
        ('"7"', None, False, False),
        ("*", None, False, False),
    ],
)
def test_a_tag_is_listed_strongly_or_weakly(listed, etag, strong, weak):
    assert is_listed(listed, etag, strongly=True) is strong
    assert is_listed(listed, etag, strongly=False) is weak


@pytest.mark.parametrize("given", ["a", "aA", "!", "#~", "\x80\xff", "", "W/a", "[\\]^_`{|}"])
def test_an_entity_tag_without_quotes_gets_them(given):
    assert written_etag(given) == f'"{given}"'


@pytest.mark.parametrize("given", ['"a"', 'W/"a"', '""', 'W/""'])
def test_an_entity_tag_with_quotes_stays_as_it_is(given):
    assert written_etag(given) == given


@pytest.mark.parametrize(
    "given", ['a"', '"a', 'W/"a', '"a"b"', '"a"b', "a b", " ", "\x7f", "\x1f", "\x00", "\u0100", "a\r\nX: 1"]
)
def test_what_is_no_entity_tag_is_told(given):
    with pytest.raises(ValueError, match="is no entity tag"):
        written_etag(given)


# Dates


@pytest.mark.parametrize(
    "value",
    [
        DATE,
        f" {DATE}\t",
        "Mon, 06 Nov 1994 08:49:37 GMT",  # the name of the day says nothing new
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Wednesday, 06-Nov-94 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994",
    ],
)
def test_a_date_is_read_in_its_three_forms(value):
    assert parse_date(value) == AT


@pytest.mark.parametrize("month", range(1, 13))
def test_all_months_are_known_in_all_forms(month):
    moment = datetime(2024, month, 29, 23, 59, 58, tzinfo=UTC)
    wanted = int(moment.timestamp())
    for form in ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"):
        assert parse_date(moment.strftime(form)) == wanted


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "0",
        DATE + "x",
        "x" + DATE,
        DATE.lower(),
        DATE.upper(),
        DATE.replace("GMT", "UTC"),
        DATE.replace("GMT", "+0000"),
        DATE.replace(" GMT", ""),
        DATE.replace("Sun", "sun"),
        DATE.replace("Sun", "SUN"),
        DATE.replace("Sun", "Su"),
        DATE.replace("Nov", "nov"),
        DATE.replace("Nov", "NOV"),
        DATE.replace("06", "6"),
        DATE.replace("06", "00"),
        DATE.replace("06", "32"),
        DATE.replace("08:", "24:"),
        DATE.replace("49", "60"),
        DATE.replace("37", "61"),
        DATE.replace("1994", "94"),
        DATE.replace("1994", "01994"),
        DATE.replace("1994", "0000"),
        DATE.replace("06", "\u0660\u0666"),  # digits elsewhere
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "sunday, 06-Nov-94 08:49:37 GMT",
        "SUNDAY, 06-Nov-94 08:49:37 GMT",
        "Sunda, 06-Nov-94 08:49:37 GMT",
        "Wednesdayss, 06-Nov-94 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "sun Nov  6 08:49:37 1994",
        "SUN Nov  6 08:49:37 1994",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov   08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
    ],
)
def test_what_is_no_date_is_none(value):
    assert parse_date(value) is None


def test_the_ends_of_a_day_and_a_leap_second():
    assert parse_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert parse_date("Thu, 31 Dec 1970 23:59:59 GMT") == 365 * 86400 - 1
    assert parse_date("Thu, 31 Dec 1970 23:59:60 GMT") == 365 * 86400


@pytest.mark.parametrize(("digits", "year"), [("70", 1970), ("99", 1999), ("00", 2000), ("69", 2069)])
def test_a_year_of_two_digits_is_of_this_century_up_to_69(digits, year):
    assert parse_date(f"Thursday, 01-Jan-{digits} 00:00:00 GMT") == parse_date(
        f"Thu, 01 Jan {year} 00:00:00 GMT"
    )


def test_a_year_is_as_it_stands():
    assert parse_date("Thu, 01 Jan 1900 00:00:00 GMT") == -2208988800
    assert parse_date("Fri, 31 Dec 9999 23:59:59 GMT") == 253402300799


def test_a_date_is_written_in_the_one_form():
    assert written_date(AT) == DATE
    assert written_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_a_moment_is_whole_seconds_of_utc():
    assert seconds(1.9) == 1
    assert seconds(datetime(1970, 1, 1, 0, 0, 1, 900_000, tzinfo=UTC)) == 1
    assert seconds(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0
    with pytest.raises(ValueError, match="no time zone"):
        seconds(datetime(1970, 1, 1))


# Conditions


@pytest.mark.parametrize(
    ("fields", "of_get", "of_put"),
    [
        ({}, P, P),
        ({"if-match": '"7"'}, P, P),
        ({"if-match": " * "}, P, P),
        ({"if-match": '"6"'}, F, F),
        ({"if-match": 'W/"7"'}, P, P),  # what is left of "7" when it was compressed on its way
        ({"if-match": ""}, F, F),
        ({"if-match": '"7"', "if-unmodified-since": BEFORE}, P, P),  # 13.1.4: the date is ignored then
        ({"if-unmodified-since": BEFORE}, F, F),
        ({"if-unmodified-since": DATE}, P, P),
        ({"if-unmodified-since": AFTER}, P, P),
        ({"if-unmodified-since": "x"}, P, P),
        ({"if-none-match": '"7"'}, N, F),
        ({"if-none-match": " * "}, N, F),
        ({"if-none-match": 'W/"7"'}, N, F),
        ({"if-none-match": '"6", "7"'}, N, F),
        ({"if-none-match": '"6"'}, P, P),
        ({"if-none-match": "7"}, P, P),
        ({"if-none-match": "", "if-modified-since": DATE}, P, P),
        ({"if-none-match": '"6"', "if-modified-since": DATE}, P, P),  # 13.1.3: the date is ignored then
        ({"if-modified-since": BEFORE}, P, P),
        ({"if-modified-since": DATE}, N, P),
        ({"if-modified-since": AFTER}, N, P),
        ({"if-modified-since": "x"}, P, P),
        ({"if-match": '"7"', "if-none-match": '"7"'}, N, F),
        ({"if-match": '"6"', "if-none-match": '"7"'}, F, F),
        ({"if-unmodified-since": BEFORE, "if-none-match": '"7"'}, F, F),
        ({"if-unmodified-since": DATE, "if-modified-since": DATE}, N, P),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_rfc(fields, of_get, of_put):
    for method, outcome in (("GET", of_get), ("HEAD", of_get), ("PUT", of_put), ("DELETE", of_put)):
        assert evaluate(method, fields.get, '"7"', AT) is outcome


@pytest.mark.parametrize(
    ("fields", "tag_alone", "date_alone", "neither"),
    [
        ({"if-match": "*"}, P, P, F),
        ({"if-none-match": "*"}, N, N, P),
        ({"if-match": '"7"'}, P, F, F),
        ({"if-none-match": '"7"'}, N, P, P),
        ({"if-unmodified-since": BEFORE}, P, F, P),
        ({"if-modified-since": AFTER}, P, N, P),
    ],
)
def test_conditions_on_what_has_less(fields, tag_alone, date_alone, neither):
    assert evaluate("GET", fields.get, '"7"', None) is tag_alone
    assert evaluate("GET", fields.get, None, AT) is date_alone
    assert evaluate("GET", fields.get, None, None) is neither


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, P),
        ({"if-none-match": "*"}, P),
        ({"if-none-match": '"7"'}, P),
        ({"if-match": "*"}, F),
        ({"if-match": '"7"'}, F),
        ({"if-unmodified-since": BEFORE}, P),
    ],
)
def test_what_does_not_exist_yet_has_no_version(fields, outcome):
    assert evaluate("PUT", fields.get, None, None) is outcome


def test_the_first_second_of_1970_is_a_moment_too():
    assert evaluate("GET", {"if-none-match": "*"}.get, None, 0) is N
    assert evaluate("GET", {"if-modified-since": written_date(0)}.get, None, 0) is N
    assert evaluate("PUT", {"if-unmodified-since": written_date(-1)}.get, None, 0) is F


def test_a_weak_tag_is_no_reason_to_change_anything():
    assert evaluate("PUT", {"if-match": '"7"'}.get, 'W/"7"', AT) is F
    assert evaluate("PUT", {"if-match": 'W/"7"'}.get, 'W/"7"', None) is F
    assert evaluate("PUT", {"if-match": "*"}.get, 'W/"7"', None) is P
    assert evaluate("PUT", {"if-none-match": '"7"'}.get, 'W/"7"', AT) is F
    assert evaluate("GET", {"if-none-match": 'W/"7"'}.get, 'W/"7"', AT) is N
