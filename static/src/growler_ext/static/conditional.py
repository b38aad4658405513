"""Reads the values of conditional header fields (RFC 9110 sections 5.6.7, 8.8.3 and 13.1); decides nothing.

Pure functions on the text of one field each, linear in its length.
"""

from __future__ import annotations

import calendar
import re

# RFC 9110 8.8.3: a comma may stand between the quotes, so a list of tags is not split at commas.
_TAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"').findall

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "|".join(_MONTHS)
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# RFC 9110 5.6.7: one form to write and two to read. The name of the day says nothing new and is not compared.
_DATES = [
    re.compile(form).fullmatch
    for form in (
        rf"[A-Z][a-z]{{2}}, (?P<day>[0-9]{{2}}) (?P<month>{_MONTH}) (?P<year>[0-9]{{4}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{5,8}}, (?P<day>[0-9]{{2}})-(?P<month>{_MONTH})-(?P<year>[0-9]{{2}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{2}} (?P<month>{_MONTH}) (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})",
    )
]


def matches(value: str, etag: str | None) -> bool:
    """Whether If-Match or If-None-Match lists this entity tag; `W/` makes no difference.

    RFC 9110 13.1.1 wants If-Match to compare strongly, so that no weak tag would match. Ours are weak only because
    nobody has compared bytes; a client that has nothing better is not told each time that its file has changed.

    Parameters:
        value: the field's value: `*` or a list of tags.
        etag: the file's tag as it travels, `"x"` or `W/"x"`; None if it has none.
    """
    if value.strip() == "*":
        return True
    if etag is None:
        return False
    opaque = etag.removeprefix("W/")
    return any(tag.removeprefix("W/") == opaque for tag in _TAGS(value))


def parse_date(value: str) -> int | None:
    """Seconds since 1970 of an HTTP date in any of its three forms; None for what is no date (RFC 9110 5.6.7)."""
    for match in _DATES:
        found = match(value.strip())
        if found is not None:
            day, hour, minute, second = (int(found[name]) for name in ("day", "hour", "minute", "second"))
            # 60 is a leap second.
            if not 1 <= day <= 31 or hour > 23 or minute > 59 or second > 60:
                return None
            month = _MONTHS.index(found["month"]) + 1
            try:
                return calendar.timegm((_year(found["year"]), month, day, hour, minute, second))
            except ValueError:  # the year 0
                return None
    return None


def _year(digits: str) -> int:
    """A year of four digits, or of two: the RFC wants those no more than 50 years ahead; a pivot is enough."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= 70 else 2000)
