"""Validators from what the system says of a file."""

from __future__ import annotations

import os
import re

import pytest

from growler.http.conditional import parse_date
from growler_ext.static.facts import facts_of, is_settled

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
    assert facts_of(other, NOW).etag != facts_of(status(), NOW).etag


def test_each_encoding_has_a_tag_of_its_own():
    tags = {facts_of(status(), NOW, coding=coding).etag for coding in ("", "br", "zstd", "gzip")}
    assert len(tags) == 4
    assert all(re.fullmatch(r'W/"[0-9a-z-]+"', tag) for tag in tags)


def test_validators_can_be_left_out():
    facts = facts_of(status(), NOW, etag=False, last_modified=False)
    assert (facts.etag, facts.modified, facts.last_modified) == (None, None, None)


@pytest.mark.parametrize(("age", "settled"), [(0, False), (1.9, False), (2, True), (100, True), (-50, False)])
@pytest.mark.skipif(os.name == "nt", reason="there the time of creation takes its place")
def test_a_file_has_settled_two_seconds_after_its_last_change(age, settled):
    assert is_settled(status(mtime=0, ctime=NOW - age), NOW) is settled


def test_the_time_is_never_later_than_the_answer():
    assert facts_of(status(mtime=NOW + 1000), NOW).modified == NOW


@pytest.mark.parametrize("mtime", [-1, -(10**10), 10**12])
def test_absurd_times_are_still_dates(mtime):
    facts = facts_of(status(mtime=mtime), NOW)
    assert parse_date(facts.last_modified) == facts.modified
