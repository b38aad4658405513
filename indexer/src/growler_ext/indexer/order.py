"""In which order a listing stands: `Order`, from the options or the query, and `arrange`, which applies it.

Folders come first whatever the order. Names compare without case and with numbers as numbers ("part 2" before
"part 10"); what has no size or date stands at the end in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from growler_ext.indexer.entry import Entry

Key = Literal["name", "size", "modified"]
Direction = Literal["asc", "desc"]
KEYS: tuple[Key, ...] = get_args(Key)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

# ASCII digits only: what \d takes beyond them is not what people sort by.
_NUMBERS = re.compile(r"([0-9]+)").split


@dataclass(frozen=True, slots=True)
class Order:
    """By what, and in which direction."""

    key: Key = "name"
    direction: Direction = "asc"

    @classmethod
    def from_query(cls, sort: str | None, order: str | None, default: Order) -> Order:
        """The order asked for by `?sort=KEY&order=DIRECTION`; what is not asked for is the default's.

        `sort` alone means ascending. Raises ValueError, in words for the client, for what is neither.
        """
        key = default.key if sort is None else next((k for k in KEYS if k == sort), None)
        if key is None:
            raise ValueError(f"sort is one of {', '.join(KEYS)}")
        if order is None:
            return default if sort is None else cls(key)
        direction = next((d for d in DIRECTIONS if d == order), None)
        if direction is None:
            raise ValueError("order is asc or desc")
        return cls(key, direction)

    @property
    def query(self) -> str:
        """The query that asks for this order."""
        return f"?sort={self.key}&order={self.direction}"

    def next_for(self, key: Key) -> Order:
        """What a click on that column's title gives: its useful direction first, the other one the second time."""
        if key == self.key:
            return Order(key, "asc" if self.direction == "desc" else "desc")
        return Order(key, "asc" if key == "name" else "desc")


def arrange(entries: Iterable[Entry], order: Order) -> list[Entry]:
    """The entries in order, folders first, equal ones by name."""
    backwards = order.direction == "desc"
    by_name = sorted(
        entries, key=lambda entry: natural(entry.name), reverse=backwards and order.key == "name"
    )
    if order.key != "name":
        known = [entry for entry in by_name if _value(entry, order.key) is not None]
        unknown = [entry for entry in by_name if _value(entry, order.key) is None]
        by_name = sorted(known, key=lambda entry: _value(entry, order.key) or 0, reverse=backwards) + unknown
    return sorted(by_name, key=lambda entry: entry.kind != "directory")


def natural(name: str) -> tuple[list[str | tuple[int, str]], str]:
    """A sort key that reads numbers as numbers and has no case; the name itself decides between equals.

    Numbers compare as (how many digits, digits), which no length of a name can make slow or refuse.
    """
    pieces: list[str | tuple[int, str]] = list(_NUMBERS(name.casefold()))
    for place in range(1, len(pieces), 2):  # every second piece is what the regex caught: digits
        digits = str(pieces[place]).lstrip("0")
        pieces[place] = (len(digits), digits)
    return pieces, name


def _value(entry: Entry, key: Key) -> float | None:
    if key == "size":
        return entry.size
    return entry.mtime.timestamp() if entry.mtime is not None else None
