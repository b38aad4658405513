"""Cookies for Growler: `app.use(CookieParser())` gives `req.cookies` and `res.cookies`.

`parse` and `serialize` are the same rules as pure functions; `Signer` is the seam to what signs.
"""

from growler_ext.cookieparser.cookies import Cookies, CookieValue, find, parse
from growler_ext.cookieparser.finding import finder
from growler_ext.cookieparser.middleware import CookieParser
from growler_ext.cookieparser.response import ResponseCookies
from growler_ext.cookieparser.serialize import serialize
from growler_ext.cookieparser.signer import Signer

__all__ = [
    "CookieParser",
    "CookieValue",
    "Cookies",
    "ResponseCookies",
    "Signer",
    "find",
    "finder",
    "parse",
    "serialize",
]
