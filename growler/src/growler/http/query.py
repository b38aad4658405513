"""Fields of a query string or a form: `Query`, a mapping of name to first value that also knows all values.

Parsing is the standard library's (`urllib.parse.parse_qsl`), with a bound on the number of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from growler.http.errors import HTTPErrorBadRequest


class Query(Mapping[str, list[str]]):
    """`query["tag"]` is the list of values, as old Growler had it; `query.get_first("tag")` the first of them."""

    __slots__ = ("_values",)

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def parse(cls, text: str, *, max_fields: int) -> Query:
        """From `a=1&b=2`. Raises HTTPErrorBadRequest for more than `max_fields` fields.

        Bytes that are no UTF-8 become U+FFFD: a query is shown and searched for, never a path.
        """
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=max_fields)
        except ValueError:
            raise HTTPErrorBadRequest(f"more than {max_fields} fields") from None
        return cls(pairs)

    def __getitem__(self, name: str) -> list[str]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get_first(self, name: str, default: str | None = None) -> str | None:
        """The first value of a field, or the default."""
        values = self._values.get(name)
        return values[0] if values else default

    def __repr__(self) -> str:
        # Names only: forms hold passwords.
        return f"<Query {', '.join(self._values)}>"
