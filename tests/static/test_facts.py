"""Validators from what the system says of a file."""

from __future__ import annotations

import os

import pytest

from growler_ext.static.conditional import parse_date
from growler_ext.static.facts import Facts, facts_of

NOW = 1_700_000_000


def status(size: int = 10, mtime: float = NOW - 100, ctime: float = NOW - 100) -> os.stat_result:
    """What fstat would say."""
    whole = (0o100644, 1, 1, 1, 0, 0, size, 0, int(mtime), int(ctime))
    nanoseconds = {"st_mtime_ns": int(mtime * 10**9), "st_ctime_ns": int(ctime * 10**9)}
    return os.stat_result(whole, nanoseconds)


def test_the_same_file_has_the_same_tag():
    assert facts_of(status(), NOW) == facts_of(status(), NOW + 5)


@pytest.mark.parametrize(
    "other",
    [
        status(size=11),
        status(mtime=NOW - 99.5),
        status(ctime=NOW - 99.5),  # rewritten by a build that sets every mtime to the same
    ],
)
def test_every_change_changes_the_tag(other):
    assert facts_of(other, NOW).tag != facts_of(status(), NOW).tag


@pytest.mark.parametrize(("age", "strong"), [(0, False), (1.9, False), (2, True), (100, True), (-50, False)])
def test_the_tag_is_weak_while_the_file_is_young(age, strong):
    facts = facts_of(status(mtime=NOW - age), NOW)
    assert facts.strong is strong
    assert facts.etag == (facts.tag if strong else "W/" + facts.tag)


def test_the_time_is_never_later_than_the_answer():
    assert facts_of(status(mtime=NOW + 1000), NOW).modified == NOW


@pytest.mark.parametrize("mtime", [-1, -(10**10), 10**12])
def test_absurd_times_are_still_dates(mtime):
    facts = facts_of(status(mtime=mtime), NOW)
    assert parse_date(facts.last_modified) == facts.modified


def test_a_tag_is_one_entity_tag():
    assert Facts(1, '"a"', 0).etag == '"a"'
    assert Facts(1, '"a"', 0, strong=False).etag == 'W/"a"'
