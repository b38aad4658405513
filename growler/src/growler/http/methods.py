"""Request methods as flags, so that a route can answer several: `HTTPMethod.GET | HTTPMethod.HEAD`."""

from __future__ import annotations

from enum import IntFlag


class HTTPMethod(IntFlag):
    """The methods of RFC 9110 section 9 and PATCH (RFC 5789); ALL is every one of them.

    A single method equals its name too - `req.method == "POST"` - because a comparison that is silently
    false is the mistake nobody finds.
    """

    GET = 1
    POST = 2
    DELETE = 4
    PUT = 8
    HEAD = 16
    PATCH = 32
    OPTIONS = 64
    TRACE = 128
    CONNECT = 256
    ALL = 511

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.name == other.upper()
        return int.__eq__(self, other) if isinstance(other, int) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = IntFlag.__hash__

    def __str__(self) -> str:
        # Who writes `f"{req.method} {req.path}"` into a log does not want a number.
        return self.name or int.__repr__(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


METHODS: dict[str, HTTPMethod] = {method.name: method for method in HTTPMethod if method.name}
"""The single methods by name."""
