"""`SameOrigin`: refuses forms that pages of other sites post here, without a token in each form.

The rule is in `growler.http.origin`. Auth asks it for whoever is signed in; this is for forms that nobody has to sign
in for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from growler.http.errors import HTTPErrorForbidden
from growler.http.origin import SAFE_METHODS, is_same_origin
from growler.http.request import Request
from growler.http.response import Response

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
        if req.head.method in SAFE_METHODS:
            return
        origin = req.get("origin")
        if is_same_origin(req.get("sec-fetch-site"), origin, req.protocol, req.host):
            return
        if origin is None or origin.lower() not in self._allowed:
            raise HTTPErrorForbidden("a page of another site has sent this")
