"""`finder`: the values of one cookie out of a request's header fields, without reading any other.

For who looks for the same cookie in every request. What browsers send is found by one search in the line as it came;
whatever is unusual about it goes the way of all cookies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from growler.exchange import Fields
from growler_ext.cookieparser.cookies import MAX_COOKIES, MAX_HEADER, find
from growler_ext.cookieparser.pairs import TOKEN

# Lines that are remembered with what was found in them: a megabyte at most.
_REMEMBERED: Final = 1024
_SHORT: Final = 1024


def finder(name: str) -> Callable[[Fields], list[str]]:
    """What `find(fields, name)` does, as a function for this name.

    Raises ValueError for what cannot be the name of a cookie (RFC 6265 4.1.1).

    >>> finder("lang")([(b"Cookie", b"theme=dark; lang=en")])
    ['en']
    """
    if not TOKEN(name):
        raise ValueError(f"{name!r} cannot be the name of a cookie: RFC 6265 4.1.1 wants a token")
    # Bounded by ";" or an end, and of characters that need no quotes.
    plain = re.compile(
        rb"(?:^|; )%b=([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*+)(?:;|$)" % re.escape(name.encode())
    ).search
    mark = name.encode()

    def search(line: bytes) -> str | None:
        """The value, where one search says all there is to say."""
        # Where the name stands a second time - perhaps with a space behind it - or beyond the limits, it takes more.
        if line.count(mark) != 1 or len(line) > MAX_HEADER or line.count(b";") >= MAX_COOKIES:
            return None
        found = plain(line)
        return None if found is None else found[1].decode()

    # Clients send the same line again and again.
    remembered = lru_cache(maxsize=_REMEMBERED)(search)

    def values(fields: Fields) -> list[str]:
        line = None
        for field, value in fields:
            if len(field) == 6 and field.lower() == b"cookie":
                if line is not None:
                    return find(fields, name)
                line = value
        if line is None:
            return []
        found = remembered(line) if len(line) <= _SHORT else search(line)
        return find(fields, name) if found is None else [found]

    return values
