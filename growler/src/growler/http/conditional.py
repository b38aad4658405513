"""Conditional requests (RFC 9110 13): validators as they travel, and what a request's conditions say of them.

Pure functions on the text of one field each, linear in its length; `Response.revalidate` is what handlers use.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import formatdate
from enum import Enum

# RFC 9110 8.8.3: a comma may stand between the quotes, so a list of tags is not split at commas.
_ETAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
tags: Callable[[str], list[str]] = re.compile(_ETAG).findall
"""The entity tags of a list, as they stand there."""
_is_etag = re.compile(_ETAG).fullmatch

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


class Outcome(Enum):
    """What is to be done."""

    PERFORM = "perform"
    NOT_MODIFIED = "304"
    FAILED = "412"


def evaluate(
    method: str, get: Callable[[str], str | None], etag: str | None, modified: int | None
) -> Outcome:
    """What the conditions of a request say, in the order of RFC 9110 13.2.2; If-Range is not looked at.

    Parameters:
        method: of the request.
        get: gives the value of a header field, None if it was not sent.
        etag: the current entity tag as it travels, None if there is none.
        modified: seconds since 1970, None if unknown. Neither of the two: there is no such resource yet.
    """
    exists = etag is not None or modified is not None
    safe = method in ("GET", "HEAD")
    if (listed := get("if-match")) is not None:
        if not _names(listed, etag, exists, strongly=True):
            return Outcome.FAILED
    elif (
        (since := _date(get("if-unmodified-since"))) is not None and modified is not None and modified > since
    ):
        return Outcome.FAILED
    if (listed := get("if-none-match")) is not None:
        if _names(listed, etag, exists, strongly=False):
            return Outcome.NOT_MODIFIED if safe else Outcome.FAILED
    elif safe and modified is not None and (since := _date(get("if-modified-since"))) is not None:
        return Outcome.NOT_MODIFIED if modified <= since else Outcome.PERFORM
    return Outcome.PERFORM


def _names(value: str, etag: str | None, exists: bool, *, strongly: bool) -> bool:
    """Whether If-Match or If-None-Match names what is there; `*` is anything."""
    return exists if value.strip() == "*" else is_listed(value, etag, strongly=strongly)


def is_listed(value: str, etag: str | None, *, strongly: bool) -> bool:
    """Whether a list of entity tags has this one (RFC 9110 8.8.3.2).

    Strongly: a tag that was made as a weak one is like no other, not even like itself. A `W/` in the list is
    overlooked: whoever compresses an answer on its way, our own Compression or a proxy, puts it there, and the client
    who sends it back means the version that it has.
    """
    if etag is None or (strongly and etag.startswith("W/")):
        return False
    opaque = etag.removeprefix("W/")
    return any(tag.removeprefix("W/") == opaque for tag in tags(value))


def written_etag(etag: str) -> str:
    """An entity tag as it travels; one without quotes gets them.

    Raises ValueError for what can stand in none (RFC 9110 8.8.3): quotes, spaces, control characters.
    """
    written = etag if etag.startswith(('"', 'W/"')) else f'"{etag}"'
    if not _is_etag(written):
        raise ValueError(
            f"{etag!r} is no entity tag: no quotes, spaces or control characters (RFC 9110 8.8.3)"
        )
    return written


def seconds(moment: datetime | float) -> int:
    """Whole seconds since 1970 of a moment. Raises ValueError for a datetime without a time zone."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("the datetime has no time zone: datetime.now(UTC), not datetime.now()")
        moment = moment.timestamp()
    return int(moment)


def written_date(moment: int) -> str:
    """Seconds since 1970 as an HTTP date."""
    return formatdate(moment, usegmt=True)


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


def _date(value: str | None) -> int | None:
    return None if value is None else parse_date(value)


def _year(digits: str) -> int:
    """A year of four digits, or of two: the RFC wants those no more than 50 years ahead; a pivot is enough."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= 70 else 2000)
