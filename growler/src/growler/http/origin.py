"""Whether a request was made by a page of this site: the defence against forged forms, without tokens in them.

Browsers say of every request where it comes from, and no page can make them lie. `Sec-Fetch-Site` says it outright
(Fetch Metadata); where it is missing, `Origin` (RFC 6454, section 7) is compared with our own.
"""

from __future__ import annotations

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110 9.2.1: these ask for nothing to be changed, so there is nothing to forge."""


def is_same_origin(site: str | None, origin: str | None, scheme: str, host: str | None) -> bool:
    """Whether an unsafe request may pass: made by a page of this origin, by the user, or by no browser at all.

    Parameters:
        site: the Sec-Fetch-Site field, None if there was none.
        origin: the Origin field, None if there was none.
        scheme, host: of the request; the host with its port, as in the Host field.

    >>> is_same_origin("cross-site", None, "https", "example.org")
    False
    """
    if site is not None:
        # "none": typed or bookmarked, no page took part. "same-site" is a neighbour: evil.example.org.
        return site in ("same-origin", "none")
    if origin is not None:
        # Hosts compare without case (RFC 3986 3.2.2). "null" - a sandboxed frame, a data: page - equals nothing.
        return host is not None and origin.lower() == f"{scheme}://{host}".lower()
    # Every browser since 2020 sends Origin with every POST. Without both fields this is a program: it holds
    # no cookie but its own and nobody can make it send one, so refusing would only lock out curl and scripts.
    return True
