"""Sizes, dates and counts as people read them; English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86400
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(1440)]
_SECONDS = [f":{second:02}Z" for second in range(60)]


def human_size(size: int) -> str:
    """Bytes with a decimal unit (IEC 80000-13: 1 kB is 1000 bytes) and two or three digits: `1.5 MB`, `12 kB`."""
    if size < 1000:
        return f"{size} B"
    value, unit = float(size), "B"
    for larger in _UNITS:
        if value < 999.5:  # what would be rounded to 1000 belongs to the next unit
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


def exact_size(size: int) -> str:
    """`1,536,000 bytes`."""
    return "1 byte" if size == 1 else f"{size:,} bytes"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 file`, `1,204 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"


class Days(dict[int, str]):
    """The dates of days since 1970, made once each: the files of a folder share a few."""

    def __missing__(self, day: int) -> str:
        # Added to the epoch: datetime.fromtimestamp knows nothing before 1970 on Windows.
        date = self[day] = (_EPOCH + timedelta(days=day)).date().isoformat()
        return date


def minute(moment: int, days: Days) -> str:
    """Seconds since 1970 as UTC, without the seconds: `2024-05-01 13:37`."""
    day, second = divmod(moment, _DAY)
    return f"{days[day]} {_MINUTES[second // 60]}"


def rfc3339(moment: int, days: Days | None = None) -> str:
    """Seconds since 1970 as RFC 3339 has it: `2024-05-01T13:37:59Z`."""
    day, second = divmod(moment, _DAY)
    return f"{(days if days is not None else Days())[day]}T{_MINUTES[second // 60]}{_SECONDS[second % 60]}"
