"""Fields of a query string: `Query`, a mapping of name to all values.

Parsing is the standard library's (`urllib.parse.parse_qsl`), with a bound on the number of fields.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import parse_qsl

from growler.http.errors import HTTPErrorBadRequest
from growler.http.multidict import MultiDict


class Query(MultiDict[str]):
    """`query["tag"]` is the list of values, as old Growler had it; `query.get_first("tag")` the first of them."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, *, max_fields: int) -> Self:
        """From `a=1&b=2`. Raises HTTPErrorBadRequest for more than `max_fields` fields.

        Bytes that are no UTF-8 become U+FFFD: a query is shown and searched for, never a path.
        """
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=max_fields)
        except ValueError:
            raise HTTPErrorBadRequest(f"more than {max_fields} fields") from None
        return cls(pairs)
