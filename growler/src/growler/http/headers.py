"""Header fields: `RequestHeaders` reads what came, `Headers` builds what goes.

Names compare without case (RFC 9110 section 5.1). What would split a message - CR, LF, NUL - is refused
when it is set, so nothing behind this file has to look again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TypeVar, Union, cast, overload

from growler.exchange import Fields

HeaderValue = Union[  # noqa: UP007 - a name that stands in its own definition cannot be joined by |
    str, int, Iterable[str], Callable[[], "HeaderValue"], None
]
"""A str or int; several str for one line each; a callable asked when the head is written; None for no line."""

T = TypeVar("T")

# RFC 9110 5.6.2: a field name is a token.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
# RFC 9110 5.5: visible characters, obs-text, SP and HTAB; everything else may split or cut a message.
_BAD_IN_VALUE = re.compile(r"[^\t\x20-\x7e\x80-\uffff]").search

_LOWERED: dict[str, str] = {}
"""The names that apps set, which were looked at once: in small letters."""
_MOST = 1024  # of these; an app has a few dozen


class RequestHeaders(Mapping[str, str]):
    """The fields of a request. Repeated fields read as one value joined by ", " (RFC 9110 5.2; cookies by "; ")."""

    __slots__ = ("_fields", "_index")

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._index: dict[str, str] | None = None

    def _by_name(self) -> dict[str, str]:
        index = self._index
        if index is None:
            index = {}
            for raw_name, raw_value in self._fields:
                name = raw_name.decode("latin-1").lower()
                # RFC 9112 5.1: white space around it is no part of a value; parsers leave it where it stands behind.
                value = raw_value.decode("latin-1").strip(" \t")
                if name in index:
                    # RFC 6265bis 5.7.3 by way of RFC 9113 8.2.3: cookie crumbs join with "; ".
                    value = index[name] + ("; " if name == "cookie" else ", ") + value
                index[name] = value
            self._index = index  # when it is whole: other requests may look at it, in other threads
        return index

    def __getitem__(self, name: str) -> str:
        return self._by_name()[name.lower()]

    # Not Mapping's own: that one raises and catches a KeyError for every field that was not sent.
    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...

    def get(self, name: str, /, default: object = None) -> object:
        return self._by_name().get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name()

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name())

    def __len__(self) -> int:
        return len(self._by_name())

    def getall(self, name: str) -> list[str]:
        """Every value of a field, one per line that was sent."""
        wanted = name.lower().encode("latin-1", "replace")
        return [value.decode("latin-1").strip(" \t") for key, value in self._fields if key.lower() == wanted]

    def __repr__(self) -> str:
        # Names only: values hold cookies and credentials.
        return f"<RequestHeaders {', '.join(self)}>"


class Headers(MutableMapping[str, HeaderValue]):
    """The fields of a response: a mapping without case that remembers how names were written.

    Raises ValueError for a name that is no token and for values with control characters.
    """

    __slots__ = ("_items",)

    def __init__(self, *mappings: Mapping[str, HeaderValue], **fields: HeaderValue) -> None:
        self._items: dict[str, tuple[str, HeaderValue]] = {}
        if mappings or fields:
            self.update(*mappings, **fields)

    def __getitem__(self, name: str) -> HeaderValue:
        return self._items[name.lower()][1]

    def __setitem__(self, name: str, value: HeaderValue) -> None:
        lower = _LOWERED.get(name) or _lowered(name)
        # First what most values are, and what is asked in a third of the time: ASCII without control characters.
        if not (type(value) is str and value.isascii() and value.isprintable()) and not (
            value is None or callable(value)
        ):
            value = check_value(name, value)
        self._items[lower] = (name, value)

    def __delitem__(self, name: str) -> None:
        del self._items[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    # Not Mapping's own, as above.
    @overload
    def get(self, name: str, /) -> HeaderValue: ...
    @overload
    def get(self, name: str, /, default: HeaderValue | T) -> HeaderValue | T: ...

    def get(self, name: str, /, default: object = None) -> object:
        found = self._items.get(name.lower())
        return default if found is None else found[1]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._items.values()])

    def __len__(self) -> int:
        return len(self._items)

    def update(  # type: ignore[override]  # several mappings at once, as it always took; but no pairs
        self, *mappings: Mapping[str, HeaderValue], **fields: HeaderValue
    ) -> None:
        """Set all fields of these mappings, then those given by name."""
        for mapping in (*mappings, fields):
            for name, value in mapping.items():
                self[name] = value

    def append(self, name: str, value: str) -> None:
        """Add one more line of this name and keep those that are there: for Set-Cookie, Link, Vary."""
        lower = _LOWERED.get(name) or _lowered(name)
        if not (type(value) is str and value.isascii() and value.isprintable()):
            check_value(name, [value])
        before = self._items.get(lower)
        # What is there was checked when it was set.
        self._items[lower] = (name, [value] if before is None else [*_lines(name, before[1]), value])

    def add_header(self, name: str, value: str, **params: str) -> None:
        """Set a field with parameters: `add_header("Content-Disposition", "attachment", filename="a.txt")`."""
        quoted = [f'; {key.replace("_", "-")}="{_escape(text)}"' for key, text in params.items()]
        self[name] = value + "".join(quoted)

    def vary(self, *names: str) -> None:
        """Add names to Vary, each once (RFC 9110 12.5.5)."""
        if len(names) == 1 and "vary" not in self._items:
            self["Vary"] = names[0]
            return
        present = [part.strip() for line in _lines("Vary", self.get("Vary")) for part in line.split(",")]
        known = {part.lower() for part in present}
        if "*" not in known:
            self["Vary"] = ", ".join(present + [name for name in names if name.lower() not in known])

    def fields(self) -> list[tuple[bytes, bytes]]:
        """The fields as they travel, one line per value; callables are asked now.

        RFC 9110 5.5: white space around a value is no part of it. Some servers refuse to send it.
        """
        fields: list[tuple[bytes, bytes]] = []
        for name, value in self._items.values():
            if type(value) is str:
                fields.append((name.encode("latin-1"), value.strip(" \t").encode("latin-1")))
            else:
                raw_name = name.encode("latin-1")
                fields += [(raw_name, line.strip(" \t").encode("latin-1")) for line in _lines(name, value)]
        return fields

    def stringify(self) -> str:
        """The fields as text, CRLF after each and the empty line that ends a head."""
        lines = (f"{name.decode()}: {value.decode('latin-1')}\r\n" for name, value in self.fields())
        return "".join(lines) + "\r\n"

    __str__ = stringify

    def __repr__(self) -> str:
        return f"<Headers {', '.join(self)}>"


def _lowered(name: str) -> str:
    """A name in small letters. Raises ValueError for one that is no token."""
    if not _TOKEN(name):
        raise ValueError(
            f"{name!r} is no header name: letters, digits and !#$%&'*+-.^_`|~ only (RFC 9110 5.6.2)"
        )
    lower = name.lower()
    if len(_LOWERED) < _MOST:
        _LOWERED[name] = lower
    return lower


def check_value(name: str, value: str | int | Iterable[str]) -> str | list[str]:
    """A header value that cannot split a message, as str or list of str.

    Raises ValueError for control characters (CR, LF, NUL ...) and for characters outside latin-1.
    """
    if isinstance(value, str):
        if _BAD_IN_VALUE(value):
            raise ValueError(
                f"{name} holds a control character, which would split the message (RFC 9110 5.5)"
            )
        if not value.isascii():
            try:
                value.encode("latin-1")
            except UnicodeEncodeError:
                raise ValueError(
                    f"{name} holds a character outside latin-1; percent-encode it (RFC 8187)"
                ) from None
        return value
    if isinstance(value, int):
        return str(value)
    lines = list(value)
    for line in lines:
        if not isinstance(line, str):
            raise ValueError(f"{name} must be str, int or a list of str, not {type(line).__name__}")
        check_value(name, line)
    return lines


def _lines(name: str, value: HeaderValue) -> Iterable[str]:
    while callable(value):
        value = value()
        if value is not None and not callable(value):
            value = check_value(name, value)
    if value is None:
        return ()
    # A number became text when it was set, or just now.
    return (value,) if isinstance(value, str) else cast("Iterable[str]", value)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
