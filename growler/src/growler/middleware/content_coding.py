"""What may be compressed, and how: rules on plain values (RFC 9110 sections 8.4 and 12.5.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_MAX_CODINGS = 32
"""Elements of Accept-Encoding that are looked at; browsers send four."""

_MAX_KEPT = 128

# Text, and formats that are text or hold their data plainly. Images, films, archives and woff are packed already.
_COMPRESSIBLE = re.compile(
    r"text/.+"
    r"|application/(json|javascript|ecmascript|xml|wasm|x-ndjson|jsonl|graphql|sql|rtf|toml|yaml|x-yaml"
    r"|x-sh|x-tar|x-javascript|manifest\+json|vnd\.ms-fontobject|.+\+(json|xml|yaml))"
    r"|image/(svg\+xml|bmp|x-ms-bmp|x-icon|vnd\.microsoft\.icon)"
    r"|font/(ttf|otf|collection)|model/gltf\+json|message/.+"
).fullmatch

# RFC 9110 8.4.1.3: "x-gzip" is to be taken for "gzip".
_ALIASES = {"x-gzip": "gzip"}


@lru_cache(256)
def is_compressible(content_type: str) -> bool:
    """Whether answers of this type become smaller.

    >>> is_compressible("application/problem+json; charset=utf-8"), is_compressible("image/png")
    (True, False)
    """
    return _COMPRESSIBLE(content_type.partition(";")[0].strip().lower()) is not None


class Choice(NamedTuple):
    """What a client's Accept-Encoding comes to.

    Parameters:
        coding: the one to answer with; "identity" for none.
        forbids_identity: whether the client has excluded answers that are not encoded.
    """

    coding: str
    forbids_identity: bool


NO_CHOICE = Choice("identity", False)
"""For a client that asks for nothing: it may be sent anything (RFC 9110 12.5.3), but mostly understands nothing."""


def choose(accept_encoding: str, codings: tuple[str, ...]) -> Choice:
    """The coding that the client likes best.

    Parameters:
        accept_encoding: the field as sent.
        codings: what can be made, the best first: it decides among those the client likes equally.

    >>> choose("gzip, br;q=0.5", ("br", "gzip")).coding
    'gzip'
    """
    # Browsers send a handful of values; longer ones would let a client fill the memory.
    return (_choose_kept if len(accept_encoding) <= _MAX_KEPT else _choose)(accept_encoding, codings)


def _choose(accept_encoding: str, codings: tuple[str, ...]) -> Choice:
    qualities = _parse(accept_encoding)
    others = qualities.get("*")
    chosen, best = "identity", 0.0
    for coding in codings:
        quality = qualities.get(coding, 0.0 if others is None else others)
        if quality > best:
            chosen, best = coding, quality
    # Not compressing is worth what the client says of it by name; unsaid, anything it accepts is better.
    if best < qualities.get("identity", 0.0):
        chosen = "identity"
    return Choice(chosen, qualities.get("identity", 1.0 if others is None else others) == 0.0)


_choose_kept = lru_cache(256)(_choose)


def is_left_alone(status: int, headers: Mapping[str, object]) -> bool:
    """Whether an answer must travel as it is, whatever its type.

    Ranges are parts of the file as it is stored; `no-transform` forbids it (RFC 9111 5.2.2.6), a digest would no
    longer be true (RFC 9530); and what is encoded is compressed already.
    """
    return (
        status < 200
        or status in (204, 205, 206, 304)
        or "Content-Encoding" in headers
        or "Content-Range" in headers
        or "Content-Digest" in headers
        or "no-transform" in str(headers.get("Cache-Control", "")).lower()
    )


def weakened(etag: str) -> str:
    """An entity tag for the same content in another coding: equal in meaning, not in bytes (RFC 9110 8.8.1)."""
    return etag if etag.startswith("W/") else f"W/{etag}"


def _parse(accept_encoding: str) -> dict[str, float]:
    qualities: dict[str, float] = {}
    for part in accept_encoding.split(",", _MAX_CODINGS)[:_MAX_CODINGS]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _quality(value.strip())
        if name:
            qualities.setdefault(_ALIASES.get(name, name), quality)
    return qualities


def _quality(text: str) -> float:
    """A q-value; 0 for what is none, for nothing can be concluded from it but that it is not wanted."""
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0
