"""`req.cookies`: the cookies of one request, read when the first of them is asked for.

The first of several cookies of one name wins; `getall` has them all. Signed cookies are opened by `signed`,
which answers None (or the default) for everything that is not whole: forged, moved, expired or absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, overload

from growler.exchange import Fields
from growler_ext.cookieparser.pairs import find_values, header_of, read_pairs
from growler_ext.cookieparser.signer import Signer, cookie_context, decode_signed

MAX_COOKIES = 180
MAX_HEADER = 16384

# Somebody who can set cookies for the domain may put their own in front; more than a few are not worth the HMACs.
_CANDIDATES = 3


class CookieValue(str):
    """A cookie's value: a str that also has the `.value` of http.cookies."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The same text, as a plain str."""
        return str(self)


class Cookies(Mapping[str, CookieValue]):
    """Cookies by name.

    Parameters:
        source: a Cookie header, or the header fields of a request.
        signer: opens what `signed` is asked for.
        max_cookies, max_header: see `read_pairs`; what is beyond them is ignored.
    """

    __slots__ = ("_first", "_max_cookies", "_max_header", "_repeated", "_signer", "_source")

    def __init__(
        self,
        source: str | Fields = "",
        *,
        signer: Signer | None = None,
        max_cookies: int = MAX_COOKIES,
        max_header: int = MAX_HEADER,
    ) -> None:
        self._source = source
        self._signer = signer
        self._max_cookies = max_cookies
        self._max_header = max_header
        self._first: dict[str, str] | None = None
        self._repeated: Mapping[str, list[str]] = {}

    def _read(self) -> dict[str, str]:
        first = self._first
        if first is None:
            header = self._source if isinstance(self._source, str) else header_of(self._source)
            first, self._repeated = read_pairs(
                header, max_cookies=self._max_cookies, max_header=self._max_header
            )
            self._first = first
        return first

    def _all(self, name: str) -> list[str]:
        first = self._read()
        return self._repeated.get(name) or ([first[name]] if name in first else [])

    def __getitem__(self, name: str) -> CookieValue:
        return CookieValue(self._read()[name])

    def __contains__(self, name: object) -> bool:
        return name in self._read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def getall(self, name: str) -> list[CookieValue]:
        """Every value of that name, in the order sent; [] if there is none."""
        return [CookieValue(value) for value in self._all(name)]

    def find(self, name: str) -> list[str]:
        """As `getall`, for who wants this one cookie only: the others are not read if nobody has asked for any."""
        if self._first is not None:
            return list(self._all(name))
        header = self._source if isinstance(self._source, str) else header_of(self._source)
        return find_values(header, name, self._max_cookies, self._max_header)

    @overload
    def signed(
        self, name: str, max_age: float | timedelta | None = None, default: None = None
    ) -> str | None: ...
    @overload
    def signed(self, name: str, max_age: float | timedelta | None = None, *, default: str) -> str: ...
    @overload
    def signed(self, name: str, max_age: float | timedelta | None, default: str) -> str: ...

    def signed(
        self, name: str, max_age: float | timedelta | None = None, default: str | None = None
    ) -> str | None:
        """The value of a cookie that `res.cookies.set(..., signed=True)` wrote; the default for any other.

        Parameters:
            name: the cookie's name as it travels, `__Host-` included.
            max_age: seconds, or a timedelta; older signatures count as absent. 0 means this very second.

        Raises RuntimeError if CookieParser was given no secret.
        """
        if self._signer is None:
            raise RuntimeError("signed cookies need a secret: CookieParser(secret=...)")
        seconds = max_age.total_seconds() if isinstance(max_age, timedelta) else max_age
        for token in self._all(name)[:_CANDIDATES]:
            value = self._signer.unsign(token, cookie_context(name), seconds)
            if value is not None:
                return decode_signed(value)
        return default

    def json(self, name: str, default: Any = None) -> Any:
        """A cookie's value read as JSON; the default if it is absent or not JSON. Check what you get: the client
        chose it."""
        try:
            return json.loads(self._read()[name])
        except (KeyError, ValueError, RecursionError):
            return default

    def __repr__(self) -> str:
        # Names only: values are credentials.
        return f"<Cookies {', '.join(self)}>"


def parse(header: str | Fields, *, max_cookies: int = MAX_COOKIES, max_header: int = MAX_HEADER) -> Cookies:
    """The cookies of a Cookie header, or of a request's header fields. Never raises; time is linear.

    >>> parse("theme=dark; bad; lang=en")["lang"]
    'en'
    """
    return Cookies(header, max_cookies=max_cookies, max_header=max_header)


def find(
    header: str | Fields, name: str, *, max_cookies: int = MAX_COOKIES, max_header: int = MAX_HEADER
) -> list[str]:
    """The values of one cookie, in the order sent: `parse(header).getall(name)` in a fraction of its time.

    >>> find("theme=dark; lang=en; lang=fr", "lang")
    ['en', 'fr']
    """
    return find_values(
        header if isinstance(header, str) else header_of(header), name, max_cookies, max_header
    )
