"""`SameOrigin`: refuses forms that pages of other sites post here, without a token in each form.

Browsers say of every request where it comes from, and no page can make them lie: `Sec-Fetch-Site` outright (Fetch
Metadata), and where that is missing `Origin` (RFC 6454, section 7), which is compared with the host that was asked.
Auth does so for whoever is signed in; this is for forms that nobody has to sign in for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from growler.http.errors import HTTPErrorForbidden
from growler.http.request import Request
from growler.http.response import Response

# RFC 9110 9.2.1: these ask for nothing to be changed, so there is nothing to forge.
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ORIGIN = re.compile(r"https?://[^/?#@\s]+").fullmatch


class SameOrigin:
    """Answer 403 to an unsafe request that a page of another origin has made. Programs send neither field and pass.

        app.use(SameOrigin())

    Behind a proxy that ends TLS the app has to know of it, by `App(trust_proxy=[...])`.

    Parameters:
        allow: other origins whose pages may post here: `["https://shop.example"]`.

    Raises ValueError for what is no origin: scheme, host and port if it has one, nothing behind.
    """

    def __init__(self, *, allow: Iterable[str] = ()) -> None:
        self._allowed = frozenset(origin.lower() for origin in allow)
        wrong = [origin for origin in sorted(self._allowed) if not _ORIGIN(origin)]
        if wrong:
            raise ValueError(
                f'an origin is "https://host" or "https://host:port": {", ".join(map(repr, wrong))}'
            )

    def __call__(self, req: Request, res: Response) -> None:
        if req.head.method in _SAFE:
            return
        origin, own = req.get("origin"), f"{req.protocol}://{req.host}"
        if is_own(req.get("sec-fetch-site"), origin, own):
            return
        if origin is None or origin.lower() not in self._allowed:
            raise HTTPErrorForbidden("a page of another site has sent this")


def is_own(site: str | None, origin: str | None, own: str) -> bool:
    """Whether a request was made by a page of this origin, by the user, or by no browser at all.

    Parameters:
        site, origin: the fields Sec-Fetch-Site and Origin, None for one that was not sent.
        own: the origin that was asked.

    >>> is_own("cross-site", None, "https://example.org")
    False
    """
    if site is not None:
        # "none": typed or bookmarked, no page took part. "same-site" is a neighbour, evil.example.org.
        return site in ("same-origin", "none")
    # Hosts compare without case (RFC 3986 3.2.2). "null" - a sandboxed frame, a data: page - equals nothing.
    return origin is None or origin.lower() == own.lower()
