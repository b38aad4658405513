"""Reads the Range field (RFC 9110 section 14): which part of a file of a known size is asked for.

One range is served, and several that join to one. Other lists are answered with the whole file, which the RFC allows
and which no list of overlapping ranges can make expensive. What is malformed is ignored, as the RFC demands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# ASCII digits only: \d and int() take the digits of every script, and int() takes "+1" and "1_0" too.
_SPEC = re.compile(r"([0-9]*)-([0-9]*)").fullmatch
_WHITESPACE = " \t"
# More digits than any file has bytes; int() refuses numbers of some thousand digits.
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `first` to `last`, both included: 206."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """The range asked for begins behind the end of the file: 416."""


def parse_range(value: str, size: int) -> Part | Unsatisfiable | None:
    """What a Range field asks for, None if it is to be ignored.

    Parameters:
        value: the field's value, such as `bytes=0-499`, `bytes=500-` or `bytes=-500` (the last 500).
        size: bytes in the whole file.
    """
    unit, equals, wanted = value.partition("=")
    # RFC 9110 14.1: unit names have no case.
    if not equals or unit.lower() != "bytes":
        return None
    # RFC 9110 14.2 lets a server ignore Range. An empty file has no part to show, and clients that put a
    # range on everything to bound the answer are better served by nothing than by an error.
    if size == 0:
        return None
    specs = [spec for piece in wanted.split(",") if (spec := piece.strip(_WHITESPACE))]
    parts: list[Part] = []
    for spec in specs:
        found = _SPEC(spec)
        if found is None or (part := _part(found[1], found[2], size)) is None:
            return None  # RFC 9110 14.1.1: one that is invalid makes the whole field so
        if part is not _BEYOND:
            parts.append(part)
    if parts:
        return _joined(parts)
    return Unsatisfiable() if specs else None


_BEYOND = Part(-1, -1)


def _part(first: str, last: str, size: int) -> Part | None:
    """The part that one range means, `_BEYOND` if it has no byte of the file; None for what is no range."""
    if not first:
        if not last:
            return None
        # RFC 9110 14.1.2: no bytes cannot be satisfied; more than there are is the whole file.
        length = _number(last)
        return Part(max(0, size - length), size - 1) if length else _BEYOND
    start = _number(first)
    end = _number(last) if last else max(start, size - 1)
    if end < start:
        return None
    return Part(start, min(end, size - 1)) if start < size else _BEYOND


def _joined(parts: list[Part]) -> Part | None:
    """The one part that these are together; None if there are gaps between them."""
    first, *rest = sorted(parts, key=lambda part: part.first)
    last = first.last
    for part in rest:
        if part.first > last + 1:
            return None
        last = max(last, part.last)
    return Part(first.first, last)


def _number(digits: str) -> int:
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS
