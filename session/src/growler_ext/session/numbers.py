"""Whether what was given as an option is a number: to compare text with one would raise what names no option."""

from __future__ import annotations

import sys
from typing import TypeGuard


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a finite float, or an int that a float can hold; True and False are no numbers here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def is_count(value: object) -> TypeGuard[int]:
    """Whether it is an int that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
