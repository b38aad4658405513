"""Decides what a request for a file that is there gets: one closed outcome, from plain values.

The conditions are asked in the order of RFC 9110 13.2.2, the range last. `middleware` renders the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from growler.http.conditional import parse_date
from growler_ext.static.conditional import matches
from growler_ext.static.facts import Facts
from growler_ext.static.ranges import Part, Unsatisfiable, parse_range


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole file: 200."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The client has it already: 304."""


@dataclass(frozen=True, slots=True)
class PreconditionFailed:
    """The file is not the one the client means: 412."""


Outcome = Whole | Part | NotModified | PreconditionFailed | Unsatisfiable


def decide(method: str, headers: Mapping[str, str], facts: Facts, *, ranges: bool = True) -> Outcome:
    """The outcome of a request for a file.

    Parameters:
        method: the request's; conditions and ranges mean something to "GET" and "HEAD" only, because the answer to
            another method is not the file the client asked for before.
        headers: the request's fields; asked by lower-case names.
        facts: what is known of the file.
        ranges: whether parts of it are given out.

    What is malformed counts as not sent, except If-Match, which then matches nothing.
    """
    if method not in ("GET", "HEAD"):
        return Whole()
    # RFC 9110 13.2.2, step 1; step 2 only without it.
    if (tags := headers.get("if-match")) is not None:
        if not matches(tags, facts.etag):
            return PreconditionFailed()
    elif (date := headers.get("if-unmodified-since")) is not None:
        since = parse_date(date)
        if since is not None and facts.modified is not None and facts.modified > since:
            return PreconditionFailed()
    # Step 3; step 4 only without it.
    if (tags := headers.get("if-none-match")) is not None:
        if matches(tags, facts.etag):
            return NotModified()
    elif (date := headers.get("if-modified-since")) is not None:
        since = parse_date(date)
        if since is not None and facts.modified is not None and facts.modified <= since:
            return NotModified()
    # Step 5. RFC 9110 14.2: a range means nothing to any method but GET.
    if ranges and method == "GET" and (wanted := headers.get("range")) is not None:
        condition = headers.get("if-range")
        if condition is None or _still_the_same(condition, facts):
            return parse_range(wanted, facts.size) or Whole()
    return Whole()


def _still_the_same(condition: str, facts: Facts) -> bool:
    """If-Range (RFC 9110 13.1.5): a tag or a date, equal to the file's; a later date is another file.

    The RFC wants a strong tag; see `conditional.matches` for why a weak one will do.
    """
    if condition.endswith('"'):
        return facts.etag is not None and condition.removeprefix("W/") == facts.etag.removeprefix("W/")
    return facts.modified is not None and parse_date(condition) == facts.modified
