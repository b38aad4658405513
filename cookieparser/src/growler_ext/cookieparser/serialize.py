"""A Set-Cookie line from values: the one place where cookies are written, and where wrong ones are refused.

Everything that could end a cookie early, add an attribute or split the message raises, and so does what browsers
drop without a word: a broken `__Host-` promise, SameSite=None without Secure, a cookie that is too large.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from growler_ext.cookieparser.pairs import TOKEN

SameSite = Literal["Strict", "Lax", "None"]
Priority = Literal["Low", "Medium", "High"]

MAX_COOKIE = 4096
"""Bytes of a whole cookie, attributes included (RFC 6265 6.1); beyond them browsers drop it silently."""

# RFC 6265 4.1.1: av-octets, any visible ASCII character and the space, but no ";".
_TEXT = re.compile(r"[\x20-\x3a\x3c-\x7e]*").fullmatch
# RFC 6265 4.1.1: cookie-octets, what needs no quotes.
_PLAIN = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*").fullmatch
_DOMAIN = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*").fullmatch
_SAMESITE = ("Strict", "Lax", "None", None)
_PRIORITY = ("Low", "Medium", "High", None)
_QUOTED = str.maketrans({'"': r"\"", "\\": r"\\", ",": r"\054"})


def serialize(
    name: str,
    value: str,
    *,
    max_age: float | timedelta | None = None,
    expires: datetime | None = None,
    path: str | None = None,
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: SameSite | None = None,
    partitioned: bool = False,
    priority: Priority | None = None,
) -> str:
    """The value of a Set-Cookie field (RFC 6265 4.1, RFC 6265bis for SameSite and the name prefixes).

    Parameters:
        value: printable ASCII but ";"; quoted where it has to be, as http.cookies does.
        max_age: seconds or a timedelta; 0 or less deletes the cookie. Without it and `expires` the cookie ends
            with the browser's session.
        expires: a datetime with a time zone.
        priority: Chromium's; others ignore it.

    Raises ValueError that lists everything that is wrong.

    >>> serialize("lang", "en", path="/", samesite="Lax")
    'lang=en; Path=/; SameSite=Lax'
    """
    mistakes = _mistakes(name, value, path, domain, secure, samesite, partitioned, priority)
    parts = [f"{name}={value}"]
    if not mistakes and not _PLAIN(value):
        parts[0] = f'{name}="{value.translate(_QUOTED)}"'
    if max_age is not None:
        seconds = max_age.total_seconds() if isinstance(max_age, timedelta) else max_age
        if math.isfinite(seconds):
            parts.append(f"Max-Age={max(math.ceil(seconds), 0)}")
        else:
            mistakes.append("max_age must be finite")
    if expires is not None:
        if expires.tzinfo is None:
            mistakes.append("expires needs a time zone: datetime.now(UTC) + ...")
        else:
            parts.append(f"Expires={format_datetime(expires.astimezone(UTC), usegmt=True)}")
    if path is not None:
        parts.append(f"Path={path}")
    if domain is not None:
        parts.append(f"Domain={domain}")
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if samesite is not None:
        parts.append(f"SameSite={samesite}")
    if partitioned:
        parts.append("Partitioned")
    if priority is not None:
        parts.append(f"Priority={priority}")
    line = "; ".join(parts)
    if not mistakes and len(line) > MAX_COOKIE:
        mistakes.append(
            f"it has {len(line)} bytes and browsers drop it over {MAX_COOKIE}: keep the data on the server (Session)"
        )
    if mistakes:
        # The name may be what is wrong, hence repr; the value may be secret, hence absent.
        raise ValueError(f"cookie {name!r}: " + "; ".join(mistakes))
    return line


def needs_secure(name: str, samesite: str | None, partitioned: bool) -> bool:
    """Whether browsers take such a cookie only with Secure (RFC 6265bis 4.1.3, 5.7; CHIPS)."""
    # RFC 6265bis 5.7: user agents compare the prefixes without case.
    return samesite == "None" or partitioned or name.lower().startswith(("__host-", "__secure-"))


def _mistakes(
    name: str, value: str, path: str | None, domain: str | None, secure: bool, samesite: str | None,
    partitioned: bool, priority: str | None,
) -> list[str]:  # fmt: skip
    if not (_is_text(name) and _is_text(value)):
        return ["name and value must be str"]
    found = []
    if not TOKEN(name):
        found.append("the name must be a token: letters, digits and !#$%&'*+-.^_`|~ (RFC 6265 4.1.1)")
    if not _TEXT(value):
        found.append('the value must be printable ASCII without ";"; percent-encode it: urllib.parse.quote')
    if path is not None and not (_is_text(path) and path.startswith("/") and _TEXT(path)):
        found.append('path must begin with "/" and be printable ASCII without ";"')
    if domain is not None and not (_is_text(domain) and _DOMAIN(domain)):
        found.append("domain must be a host name, in its ASCII form")
    if samesite not in _SAMESITE:
        found.append('samesite must be "Strict", "Lax", "None" or None')
    if priority not in _PRIORITY:
        found.append('priority must be "Low", "Medium", "High" or None')
    if not secure and needs_secure(name, samesite, partitioned):
        found.append('a __Host- or __Secure- name, samesite="None" and partitioned=True need secure=True')
    if name.lower().startswith("__host-") and (domain is not None or path != "/"):
        found.append('a __Host- name needs path="/" and no domain (RFC 6265bis 4.1.3.2)')
    return found


def _is_text(value: object) -> bool:
    # Types are promises; what breaks one is to be told of here, and not by whatever it runs into.
    return isinstance(value, str)
