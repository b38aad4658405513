"""Reads how long an answer may be kept: seconds, a `timedelta`, or a number with a unit such as "30d"."""

from __future__ import annotations

import math
import re
from datetime import timedelta

Age = int | float | str | timedelta

_DAY = 86400
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": _DAY, "w": 7 * _DAY, "y": 365 * _DAY}
_AGE = re.compile(r"([0-9]{1,12}) ?([smhdwy])").fullmatch
# RFC 2616 said that nothing lives longer than a year, and caches still live by it.
LONGEST = 365 * _DAY


def parse_age(value: Age) -> int:
    """Seconds, a year at most. Raises ValueError for what is no age, naming what is."""
    seconds: float = -1
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
    elif isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value):
        seconds = value
    elif isinstance(value, str) and (found := _AGE(value)) is not None:
        seconds = int(found[1]) * _UNITS[found[2]]
    if seconds < 0:
        raise ValueError(
            f"max_age is {value!r}: give seconds from 0, a timedelta, or a number and one of s, m, h, d, w, y "
            'such as "30d"'
        )
    return int(min(seconds, LONGEST))
