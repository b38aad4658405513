"""The items of the API: what one may look like, and a shelf that keeps them. Nothing here knows of HTTP.

A version is counted up with every change, and a change may say which version it means: who has read an old one is told
instead of undoing what somebody else has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    id: int
    name: str
    price: int
    """In cents."""
    tags: tuple[str, ...] = ()
    version: int = 1


class Mistake(NamedTuple):
    """What is wrong with a value, and where it is (a JSON Pointer, RFC 6901)."""

    pointer: str
    detail: str


class Invalid(Exception):
    """What was sent is no item. It names all mistakes."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


class Outdated(Exception):
    """The item is not of the version that was meant."""


class Full(Exception):
    """The shelf holds no more."""


class Page(NamedTuple):
    items: list[Item]
    more: bool
    """Whether others come behind them."""


class Shelf:
    """Items in memory, by number. In earnest this is a table."""

    def __init__(self) -> None:
        self._items: dict[int, Item] = {}
        self._last_id = 0

    def page(self, after: int, limit: int) -> Page:
        """The items with a higher number. What is added or deleted meanwhile moves no item to another page."""
        behind = [item for item in self._items.values() if item.id > after]
        return Page(behind[:limit], len(behind) > limit)

    def get(self, id: int) -> Item:
        """Raises KeyError."""
        return self._items[id]

    def add(self, values: Any) -> Item:
        """Raises Invalid, Full."""
        checked = check(values)
        if len(self._items) >= MAX_ITEMS:
            raise Full
        self._last_id += 1
        item = self._items[self._last_id] = Item(self._last_id, **checked)
        return item

    def change(self, id: int, version: int, values: Any) -> Item:
        """Merge into an item of this version (RFC 7396): what is not named stays.

        Raises KeyError, Outdated, Invalid.
        """
        item = self._current(id, version)
        if not isinstance(values, Mapping):
            raise Invalid(Mistake("", "must be an object"))
        # null takes a member away, and what has no default is missing then.
        merged = {"name": item.name, "price": item.price, "tags": list(item.tags), **values}
        checked = check({name: value for name, value in merged.items() if value is not None})
        item = self._items[id] = replace(item, **{"tags": (), **checked}, version=item.version + 1)
        return item

    def delete(self, id: int, version: int) -> None:
        """Raises KeyError, Outdated."""
        self._current(id, version)
        del self._items[id]

    def _current(self, id: int, version: int) -> Item:
        item = self._items[id]
        if item.version != version:
            raise Outdated
        return item


def check(values: Any) -> dict[str, Any]:
    """The fields of an item, as they are kept. Raises Invalid with all mistakes at once."""
    if not isinstance(values, Mapping):
        raise Invalid(Mistake("", "must be an object"))
    mistakes = [
        Mistake(f"/{name}", "is not known") for name in values if name not in ("name", "price", "tags")
    ]
    name, price, tags = values.get("name"), values.get("price"), values.get("tags", [])
    if not (isinstance(name, str) and 0 < len(name.strip()) <= 100):
        mistakes.append(Mistake("/name", "must be a text of 1 to 100 characters"))
    # `type`, because True is an int too.
    if not (type(price) is int and 0 <= price <= 10**9):
        mistakes.append(Mistake("/price", "must be a whole number of cents, from 0 to 1000000000"))
    if not (
        isinstance(tags, list)
        and len(tags) <= 20
        and all(isinstance(t, str) and 0 < len(t) <= 30 for t in tags)
    ):
        mistakes.append(Mistake("/tags", "must be a list of at most 20 texts of 1 to 30 characters"))
    if mistakes:
        raise Invalid(*mistakes)
    return {"name": name, "price": price, "tags": tuple(tags)}
