"""Where a login may lead: `safe_next` lets only paths of this site through.

`next` comes out of a link that anybody can write, so it is checked when it is put into a form and again
when it is used. What is refused leads home instead; nobody is shown an error for it.
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_LENGTH = 2048
"""Bytes; longer ones do not fit every browser's address bar, nor the cookie of a login that is under way."""


def is_local(url: str) -> bool:
    """Whether a browser that follows this stays on the site it came from.

    >>> is_local("/orders?page=2"), is_local("//evil.example/")
    (True, False)
    """
    if not url.startswith("/"):
        return False
    # WHATWG URL: browsers read "\" as "/", so "/\host" is "//host", another site; no path has one unencoded.
    if url.startswith("//") or "\\" in url:
        return False
    # They also drop tabs and line breaks wherever they stand: "/<TAB>/host" is "//host" again.
    if any(char < "!" or char == "\x7f" for char in url):
        return False
    try:
        return len(url.encode()) <= MAX_LENGTH
    except UnicodeEncodeError:
        return False  # a lone surrogate cannot be percent-encoded


def safe_next(values: Sequence[str], home: str) -> str:
    """The one value given, if it is a path of this site, else `home`.

    Two values are refused too: two readers might each take a different one.
    """
    return values[0] if len(values) == 1 and is_local(values[0]) else home
