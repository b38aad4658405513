"""Conditional requests on values (RFC 9110 section 13): is this the version that the client means?"""

from __future__ import annotations

import re

_TAGS = re.compile(r'(W/)?("[^"]*")').findall


def has(field: str, tag: str) -> bool:
    """Whether an If-None-Match field names what the client would get: weak comparison (RFC 9110 13.1.2).

    >>> has('W/"1-1", "1-2"', '"1-2"')
    True
    """
    return field.strip() == "*" or any(given == tag for _, given in _TAGS(field))


def means(field: str, tag: str) -> bool:
    """Whether an If-Match field names the version that is there: strong comparison (RFC 9110 13.1.1).

    >>> means('W/"1-2"', '"1-2"')
    False
    """
    return field.strip() == "*" or any(given == tag and not weak for weak, given in _TAGS(field))
