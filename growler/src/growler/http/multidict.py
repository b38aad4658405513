"""`MultiDict`: a mapping of name to all values of that name, for what may be sent more than once.

`fields["tag"]` is the list of values, `fields.get_first("tag")` the first of them. A name that is missing is the
client's mistake, so the KeyError for it is a 400 as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, overload

from growler.http.errors import HTTPErrorBadRequest

V = TypeVar("V")
T = TypeVar("T")


class FieldMissingError(HTTPErrorBadRequest, KeyError):
    """A field was asked for that was not sent: a KeyError for the program, a 400 for the client."""


class MultiDict(Mapping[str, list[V]], Generic[V]):
    """Names and all their values, both in the order in which they came."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, V]] = ()) -> None:
        self._values: dict[str, list[V]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> list[V]:
        """Every value of a field. Raises FieldMissingError, which is a KeyError and, uncaught, a 400."""
        try:
            return self._values[name]
        except KeyError:
            raise FieldMissingError(f"the field {name} is missing") from None

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def get_first(self, name: str) -> V | None: ...
    @overload
    def get_first(self, name: str, default: T) -> V | T: ...

    def get_first(self, name: str, default: object = None) -> object:
        """The first value of a field, or the default."""
        values = self._values.get(name)
        return values[0] if values else default

    def getall(self, name: str) -> list[V]:
        """Every value of a field; [] if it was not sent."""
        return self._values.get(name, [])

    def __repr__(self) -> str:
        # Names only: forms hold passwords.
        return f"<{type(self).__name__} {', '.join(self._values)}>"
