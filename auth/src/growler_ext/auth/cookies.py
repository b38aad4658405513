"""Cookies of methods: one way to read them and one to write them, beside the session's."""

from __future__ import annotations

from datetime import UTC, datetime

from growler.http.request import Request
from growler_ext.cookieparser import parse, serialize

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_cookie(req: Request, name: str) -> str | None:
    """The value of a cookie; None if there is none, and for two of one name: a neighbour has tossed one in."""
    values = parse(req.head.fields).getall(_name(name, _is_https(req)))
    return values[0] if len(values) == 1 else None


def cookie_line(req: Request, name: str, value: str, max_age: float, *, cross_site: bool) -> str:
    """A Set-Cookie field value; "" as value clears the cookie."""
    https = _is_https(req)
    return serialize(
        _name(name, https),
        value,
        max_age=max_age if value else 0,
        expires=None if value else _EPOCH,
        path="/",
        secure=https,
        httponly=True,
        # Browsers take SameSite=None only with Secure; without https there is no form_post to wait for.
        samesite="None" if cross_site and https else "Lax",
    )


def _is_https(req: Request) -> bool:
    return req.protocol == "https"


def _name(name: str, https: bool) -> str:
    # RFC 6265bis 4.1.3.2: no other host of the domain can set such a cookie.
    return f"__Host-{name}" if https else name


def cookies_with_prefix(req: Request, prefix: str) -> dict[str, str]:
    """The cookies whose names begin so, without `__Host-`, in the order the browser sent them: oldest first
    (RFC 6265 5.4)."""
    full = _name(prefix, _is_https(req))
    found = {}
    for name, value in parse(req.head.fields).items():
        if name.startswith(full):
            found[name.removeprefix("__Host-")] = str(value)
    return found
