"""Content negotiation by the Accept field (RFC 9110 section 12.5.1), on plain values."""

from __future__ import annotations

from collections.abc import Sequence

_SHORT = {"html": "text/html", "json": "application/json", "text": "text/plain", "txt": "text/plain"}


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer the client likes best; the first one where it does not say; None if it wants none of them.

    Offers are media types or one of html, json, text; the answer is the offer as it was given.

    >>> best("text/html;q=0.5, application/json", ["html", "json"])
    'json'
    """
    if not accept:
        return offers[0] if offers else None
    ranges = [_parse(part) for part in accept.split(",")[:64]]
    chosen, chosen_q = None, 0.0
    for offer in offers:
        kind = _SHORT.get(offer, offer)
        q = _quality(kind, ranges)
        if q > chosen_q:
            chosen, chosen_q = offer, q
    return chosen


def _parse(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    q = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                q = min(max(float(value), 0.0), 1.0)
            except ValueError:
                q = 0.0
    return media.lower(), q


def _quality(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The q of the most specific range that covers the type (RFC 9110 12.5.1)."""
    main = kind.partition("/")[0]
    found = {media: q for media, q in reversed(ranges) if media in (kind, main + "/*", "*/*")}
    for media in (kind, main + "/*", "*/*"):
        if media in found:
            return found[media]
    return 0.0
