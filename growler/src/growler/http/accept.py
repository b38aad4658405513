"""Content negotiation by the Accept field (RFC 9110 section 12.5.1), on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growler.http.media import covers, media_type

MAX_RANGES = 64
"""Media ranges that are looked at; browsers send ten."""


_NO_PARAMETERS: frozenset[str] = frozenset()


class _Range(NamedTuple):
    """One element of the field: `text/*;level=1;q=0.5`."""

    kind: str
    parameters: frozenset[str]
    quality: float


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer the client likes best; the first one where it does not say; None if it wants none of them.

    Offers are media types, ranges of them (`image/*`), or short names (html, json, text, the suffix of a file);
    the answer is the offer as it was given. Raises ValueError for a short name that is unknown.

    >>> best("text/html;q=0.5, application/json", ["html", "json"])
    'json'
    """
    kinds = [media_type(offer) for offer in offers]
    if not accept:
        return offers[0] if offers else None
    ranges = [_parse(part) for part in accept.split(",", MAX_RANGES)[:MAX_RANGES]]
    chosen, chosen_quality = None, 0.0
    for offer, kind in zip(offers, kinds, strict=True):
        quality = _quality_of_range(kind, ranges) if kind.endswith("/*") else _quality(_parse(kind), ranges)
        if quality > chosen_quality:
            chosen, chosen_quality = offer, quality
    return chosen


def _parse(part: str) -> _Range:
    if ";" not in part:
        return _Range(part.strip().lower(), _NO_PARAMETERS, 1.0)
    kind, *pieces = [piece.strip().lower() for piece in part.split(";")]
    quality, parameters = 1.0, []
    for piece in pieces:
        name, _, value = piece.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
        else:
            parameters.append(piece)
    return _Range(kind, frozenset(parameters) if parameters else _NO_PARAMETERS, quality)


def _quality(offer: _Range, ranges: Sequence[_Range]) -> float:
    """The q of the most specific range that covers the offer."""
    quality, best_fit = 0.0, 0
    for wanted in ranges:
        if covers(wanted.kind, offer.kind) and (fit := _fit(wanted, offer)) > best_fit:
            quality, best_fit = wanted.quality, fit
    return quality


def _fit(wanted: _Range, offer: _Range) -> int:
    """How specific a range is for an offer it covers."""
    if wanted.kind == "*/*":
        return 1
    if wanted.kind.endswith("/*"):
        return 2
    # The offer without the parameters that are asked for (`application/json;charset=utf-8`, often) is better
    # than nothing, but not than a range that names none.
    return 4 + len(wanted.parameters) if wanted.parameters <= offer.parameters else 3


def _quality_of_range(offer: str, ranges: Sequence[_Range]) -> float:
    """The q of the best type inside an offered range such as `image/*`."""
    inside = [wanted.quality for wanted in ranges if covers(offer, wanted.kind)]
    if offer not in (wanted.kind for wanted in ranges):
        inside += [wanted.quality for wanted in ranges if wanted.kind == "*/*"]
    return max(inside, default=0.0)
