"""In which order a listing stands: `Order`, and `arrange`, which applies it.

Folders come first whatever the order. Names compare without case and with numbers as numbers ("part 2" before
"part 10"); what has no size or date stands at the end in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.kinds import label
from growler_ext.indexer.memo import Memo
from growler_ext.indexer.names import join, part

Key = Literal["name", "size", "date", "type"]
Direction = Literal["asc", "desc"]
KEYS: tuple[Key, ...] = get_args(Key)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

# ASCII digits only: what \d takes beyond them is not what people sort by.
_NUMBERS = re.compile("[0-9]+")
# Sorted at once; a larger listing is sorted in blocks that are then merged. No other thread runs while a list is
# sorted, and the loop that answers the other requests must not wait for a hundred thousand names.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Order:
    """By what, and in which direction."""

    key: Key = "name"
    direction: Direction = "asc"

    def next_for(self, key: Key) -> Order:
        """What a click on that column's title gives: its useful direction first, the other one the second time."""
        if key == self.key:
            return Order(key, "asc" if self.direction == "desc" else "desc")
        return Order(key, "desc" if key in ("size", "date") else "asc")


BY_NAME = Order()


def arrange(entries: Sequence[Entry], order: Order) -> list[Entry]:
    """The entries in order, folders first, equal ones by name. Size and date have to be known for orders by them."""
    backwards = order.direction == "desc"
    by_name = _by_name(entries, backwards=backwards and order.key == "name")
    if order.key == "size":
        by_name = _by_number(by_name, [entry.size for entry in by_name], backwards)
    elif order.key == "date":
        by_name = _by_number(by_name, [entry.mtime for entry in by_name], backwards)
    elif order.key == "type":
        by_name.sort(key=lambda entry: label(entry).casefold(), reverse=backwards)
    folders = [entry for entry in by_name if entry.kind == "directory"]
    return folders + [entry for entry in by_name if entry.kind != "directory"] if folders else by_name


def natural(names: Sequence[str]) -> list[str]:
    """Sort keys that read numbers as numbers and have no case; no two names have the same.

    Each number is written behind its own length, so that plain text compares it right: no length of a number can
    make this slow. The name itself decides between those that differ in case or in leading zeros only.
    """
    measured = part(_NUMBERS.sub(_measured, join(names).casefold()), len(names))
    return [f"{key}\0{name}" for key, name in zip(measured, names, strict=True)]


def _measured(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    # The zero keeps numbers where digits stand among other characters.
    return f"0{chr(48 + len(digits))}{digits}"


_KEYS = Memo(natural, kept=16_384)


def _by_name(entries: Sequence[Entry], *, backwards: bool) -> list[Entry]:
    keys = _KEYS.all([entry.name for entry in entries])
    by_key = dict(zip(keys, entries, strict=True))
    if len(keys) > _BLOCK:
        for start in range(0, len(keys), _BLOCK):
            keys[start : start + _BLOCK] = sorted(keys[start : start + _BLOCK], reverse=backwards)
    keys.sort(reverse=backwards)
    return [by_key[key] for key in keys]


def _by_number(entries: list[Entry], values: Sequence[int | None], backwards: bool) -> list[Entry]:
    known = [(value, entry) for value, entry in zip(values, entries, strict=True) if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    unknown = [entry for value, entry in zip(values, entries, strict=True) if value is None]
    return [entry for _, entry in known] + unknown
