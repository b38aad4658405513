"""`CookieParser`: gives requests `req.cookies` and responses `res.cookies`.

Nothing is read before a handler asks and nothing is written before a handler sets: a request that touches no
cookie pays for two small objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from weakref import ref

from growler import Request, Response
from growler_ext.cookieparser.cookies import MAX_COOKIES, MAX_HEADER, Cookies
from growler_ext.cookieparser.response import Defaults, ResponseCookies, Secure
from growler_ext.cookieparser.serialize import SameSite, needs_secure, serialize
from growler_ext.cookieparser.signer import Signer


class CookieParser:
    """Middleware that reads and writes cookies.

        app.use(CookieParser())
        app.use(CookieParser(secret=[NEW, OLD]))  # signed cookies; newest secret first

    Parameters:
        secret: signs cookies; several rotate: the first signs, all open. 16 random bytes or more.
        signer: something else than itsdangerous to sign with; instead of `secret`.
        path, domain, httponly, samesite: attributes of cookies that do not say otherwise.
        secure: "auto" is Secure where the request came by https - behind a proxy, as `App(trust_proxy=...)` lets be
            believed - and where browsers demand it.
        max_cookies: cookies read of one request; the rest is ignored.
        max_header: characters of Cookie header read; the rest is ignored.

    Raises ValueError that lists every wrong option.
    """

    def __init__(
        self,
        secret: str | bytes | Sequence[str | bytes] | None = None,
        *,
        signer: Signer | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: Secure = "auto",
        httponly: bool = True,
        samesite: SameSite | None = "Lax",
        max_cookies: int = MAX_COOKIES,
        max_header: int = MAX_HEADER,
    ) -> None:
        mistakes = []
        if secure != "auto" and not _is(bool, secure):
            mistakes.append(f'secure must be True, False or "auto", not {secure!r}')
        try:
            demanded = needs_secure("", samesite, False)
            serialize("x", "", path=path, domain=domain, samesite=samesite,
                      secure=demanded if secure == "auto" else secure)  # fmt: skip
        except ValueError as error:
            mistakes.append(str(error).removeprefix("cookie 'x': "))
        for option, number in (("max_cookies", max_cookies), ("max_header", max_header)):
            if not _is(int, number) or _is(bool, number) or number < 1:
                mistakes.append(f"{option} must be a whole number, 1 or more, not {number!r}")
        if not _is(bool, httponly):
            mistakes.append(f"httponly must be True or False, not {httponly!r}")
        if secret is not None and signer is not None:
            mistakes.append("give either secret or signer")
        elif signer is not None and not (hasattr(signer, "sign") and hasattr(signer, "unsign")):
            mistakes.append("signer has no sign and unsign: see growler_ext.cookieparser.Signer")
        elif secret is not None:
            from growler_ext.cookieparser.signers.itsdangerous import (
                ItsdangerousSigner,
            )  # only where cookies are signed

            try:
                signer = ItsdangerousSigner(secret)
            except ValueError as error:
                mistakes.append(str(error))
        if mistakes:
            raise ValueError("CookieParser: " + "; ".join(mistakes))
        self._signer = signer
        self._defaults = Defaults(path, domain, secure, httponly, samesite)
        self._max_cookies = max_cookies
        self._max_header = max_header

    def __call__(self, req: Request, res: Response) -> None:
        # hasattr(req, ...) would make an error message for every request that has none yet, and so would its class.
        if "cookies" in vars(req) or (type(req) is not Request and hasattr(type(req), "cookies")):
            return
        req.cookies = Cookies(
            req.head.fields, signer=self._signer, max_cookies=self._max_cookies, max_header=self._max_header
        )
        res.cookies = ResponseCookies(
            self._defaults,
            req.protocol == "https",
            self._signer,
            # Weakly: a response that holds itself would lie in memory, body and all, until the collector comes.
            partial(_write_later, ref(res)),
        )


def _is(kind: type, value: object) -> bool:
    return isinstance(value, kind)


def _write_later(response: ref[Response], cookies: ResponseCookies) -> None:
    res = response()
    if res is None or res.has_started:
        raise RuntimeError("the header fields have left already: set cookies before the first res.write()")
    res.on("headers", partial(_write, res, cookies))


def _write(res: Response, cookies: ResponseCookies) -> None:
    for line in cookies.take():
        res.append("Set-Cookie", line)
