"""`Wanted`: what of a folder somebody wants to see, read from a query and written into one.

`?sort=size&order=desc&q=report&page=2`: what is not said is the listing's own order, everything, the first page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from growler.http.query import Query
from growler_ext.indexer.order import BY_NAME, DIRECTIONS, KEYS, Key, Order

SYNONYMS: dict[str, Key] = {"modified": "date", "mtime": "date"}
"""What else the keys are called: as the column, and as the field of the JSON."""

# Enough for any name; a longer one finds nothing but could cost much.
_LONGEST_SEARCH = 255


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of a listing.

    Parameters:
        order: what it is sorted by.
        search: what names must contain; "" shows all.
        page: from 1; None shows all pages as one.
        default: the order that need not be said.
    """

    order: Order = BY_NAME
    search: str = ""
    page: int | None = 1
    default: Order = BY_NAME

    @classmethod
    def from_query(cls, query: Query, default: Order) -> Wanted:
        """What a query asks for; `sort` alone means ascending.

        Raises ValueError, in words for the client, for what cannot be.
        """
        search = (query.get_first("q") or "").strip()
        if len(search) > _LONGEST_SEARCH:
            raise ValueError(f"q has at most {_LONGEST_SEARCH} characters")
        order = _order(query.get_first("sort"), query.get_first("order"), default)
        return cls(order, search, _page(query.get_first("page")), default)

    @property
    def query(self) -> str:
        """The query that asks for this, with its question mark; "" where nothing has to be said."""
        return f"?{self.fields}" if self.fields else ""

    @property
    def fields(self) -> str:
        """The query without the question mark."""
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in self.pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The fields of the query, not encoded."""
        pairs: list[tuple[str, str]] = []
        if self.order != self.default:
            pairs += [("sort", self.order.key), ("order", self.order.direction)]
        if self.search:
            pairs.append(("q", self.search))
        if self.page != 1:
            pairs.append(("page", "all" if self.page is None else str(self.page)))
        return pairs

    def sorted_by(self, key: Key) -> str:
        """The query behind a column's title. It says the order in full, whatever the default is."""
        order = self.order.next_for(key)
        rest = replace(self, order=self.default, page=1).fields
        return f"?sort={order.key}&order={order.direction}" + (f"&{rest}" if rest else "")

    def at_page(self, page: int | None) -> str:
        """The query of another page; "./" where it has none: an empty reference would mean this very page."""
        return replace(self, page=page).query or "./"

    @property
    def carried(self) -> str:
        """The query that links to other folders have: the same order and search, from the first page."""
        return replace(self, page=1).query


def _order(sort: str | None, direction: str | None, default: Order) -> Order:
    sort = SYNONYMS.get(sort or "", sort)
    key = default.key if sort is None else next((k for k in KEYS if k == sort), None)
    if key is None:
        raise ValueError(f"sort is one of {', '.join(KEYS)}")
    if direction is None:
        return default if sort is None else Order(key)
    found = next((d for d in DIRECTIONS if d == direction), None)
    if found is None:
        raise ValueError("order is asc or desc")
    return Order(key, found)


def _page(text: str | None) -> int | None:
    if text is None:
        return 1
    if text == "all":
        return None
    # No more digits than any listing could need: int() takes its time with thousands of them.
    if text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0:
        return int(text)
    raise ValueError('page is a number from 1, or "all"')
