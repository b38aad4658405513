"""`res.cookies`: the cookies an answer sets, kept as finished Set-Cookie lines until it leaves.

Each is checked and written when it is set, so a mistake raises at the line that made it. A cookie is known
by name, domain and path, as in a browser: setting it again replaces it, and each leaves in a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import EllipsisType
from typing import Literal

from growler_ext.cookieparser.serialize import Priority, SameSite, needs_secure, serialize
from growler_ext.cookieparser.signer import Signer, cookie_context, encode_signed

Secure = bool | Literal["auto"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Defaults:
    """The attributes of a cookie that does not say otherwise."""

    path: str | None = "/"
    domain: str | None = None
    secure: Secure = "auto"
    httponly: bool = True
    samesite: SameSite | None = "Lax"


class ResponseCookies:
    """The cookies of one answer.

    Parameters:
        defaults: attributes for cookies that leave them out.
        https: whether the request came that way, for `secure="auto"`.
        signer: for `set(..., signed=True)`.
        on_first: called with this object when a cookie is set and none is waiting to be sent.
    """

    __slots__ = ("_defaults", "_https", "_lines", "_on_first", "_signer")

    def __init__(
        self,
        defaults: Defaults,
        https: bool,
        signer: Signer | None,
        on_first: Callable[[ResponseCookies], None],
    ) -> None:
        self._defaults = defaults
        self._https = https
        self._signer = signer
        self._on_first = on_first
        self._lines: dict[tuple[str, str | None, str | None], str] = {}

    def __setitem__(self, name: str, value: str) -> None:
        self.set(name, value)

    def set(
        self,
        name: str,
        value: str,
        *,
        max_age: float | timedelta | None = None,
        expires: datetime | None = None,
        path: str | EllipsisType | None = ...,
        domain: str | EllipsisType | None = ...,
        secure: Secure | EllipsisType = ...,
        httponly: bool | EllipsisType = ...,
        samesite: SameSite | EllipsisType | None = ...,
        partitioned: bool = False,
        priority: Priority | None = None,
        signed: bool = False,
        host: bool = False,
    ) -> None:
        """Set a cookie. What is left out (`...`) is as CookieParser was told.

        Parameters:
            max_age, expires, path, domain, httponly, samesite, partitioned, priority: see `serialize`.
            secure: "auto" is Secure on https and where browsers demand it.
            signed: add a signature with the time; read it with `req.cookies.signed(name)`. Any text can be signed.
                Not secret: the client can read the value.
            host: put `__Host-` before the name: a cookie that no other host can set (RFC 6265bis 4.1.3.2).

        Raises ValueError for a cookie that browsers would drop or misread, RuntimeError for `signed` without a
        secret and once the header fields have left.
        """
        if host:
            name = f"__Host-{name}"
        if signed:
            if self._signer is None:
                raise RuntimeError("signed cookies need a secret: CookieParser(secret=...)")
            value = self._signer.sign(encode_signed(value), cookie_context(name))
        defaults = self._defaults
        # RFC 6265bis 4.1.3.2: a __Host- cookie leaves no choice, so none has to be spelled out.
        fixed = name.lower().startswith("__host-")
        path = ("/" if fixed else defaults.path) if path is ... else path
        domain = (None if fixed else defaults.domain) if domain is ... else domain
        samesite = defaults.samesite if samesite is ... else samesite
        secure = defaults.secure if secure is ... else secure
        line = serialize(
            name,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure if secure != "auto" else self._https or needs_secure(name, samesite, partitioned),
            httponly=defaults.httponly if httponly is ... else httponly,
            samesite=samesite,
            partitioned=partitioned,
            priority=priority,
        )
        if not self._lines:
            self._on_first(self)
        self._lines[name, domain, path] = line

    def delete(
        self,
        name: str,
        *,
        path: str | EllipsisType | None = ...,
        domain: str | EllipsisType | None = ...,
        secure: Secure | EllipsisType = ...,
        samesite: SameSite | EllipsisType | None = ...,
        partitioned: bool = False,
        host: bool = False,
    ) -> None:
        """Have the browser forget a cookie.

        Path, domain and partitioned must be those it was set with; left out they are as CookieParser was told. One
        that this very answer was about to set is not set: path and domain are taken from it.
        """
        if host:
            name = f"__Host-{name}"
        waiting: list[tuple[str, str | EllipsisType | None, str | EllipsisType | None]] = [
            key for key in self._lines if key[0] == name and domain in (..., key[1]) and path in (..., key[2])
        ]
        for _, its_domain, its_path in waiting or [(name, domain, path)]:
            self.set(
                name, "", max_age=0, expires=_EPOCH, path=its_path, domain=its_domain, secure=secure,
                samesite=samesite, partitioned=partitioned,
            )  # fmt: skip

    def take(self) -> list[str]:
        """The Set-Cookie lines that wait to be sent; they wait no longer."""
        lines = list(self._lines.values())
        self._lines.clear()
        return lines

    def __repr__(self) -> str:
        return f"<ResponseCookies {', '.join(name for name, _, _ in self._lines)}>"
