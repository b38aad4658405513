"""Whether what was given as an option is a number: to compare text with one would raise what names no option."""

from __future__ import annotations

import math
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is an int or a float that is finite; True and False are no numbers here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_count(value: object) -> TypeGuard[int]:
    """Whether it is an int that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
