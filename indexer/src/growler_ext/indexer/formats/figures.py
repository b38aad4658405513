"""Sizes, dates and counts as people read them; English."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")


def human_size(size: int) -> str:
    """Bytes with a decimal unit (IEC 80000-13: 1 kB is 1000 bytes) and two or three digits: `1.5 MB`, `12 kB`."""
    value, unit = float(size), "B"
    for larger in _UNITS:
        if value < 999.5:  # what would be rounded to 1000 belongs to the next unit
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 9.95 and unit != "B" else f"{value:.0f} {unit}"


def exact_size(size: int) -> str:
    """`1,536,000 bytes`."""
    return "1 byte" if size == 1 else f"{size:,} bytes"


def counted(count: int, noun: str) -> str:
    """`1 file`, `1,204 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def minute(moment: str) -> str:
    """An RFC 3339 moment without its seconds: `2024-05-01 13:37`."""
    return moment[:10] + " " + moment[11:16]
