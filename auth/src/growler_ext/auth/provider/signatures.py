"""Signed tokens of others are taken apart here: this says to joserfc what they may look like.

Header parameters that nobody here knows are passed over, as they have to be (RFC 7515 4). A token that calls any of
them critical is refused: none of those is known here. A header may be as long as one with a chain of certificates is,
none of which is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

ASYMMETRIC = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Algorithms whose keys an issuer can publish. `EdDSA` is what `Ed25519` was called before RFC 9864."""

MAX_HEADER = 8192
"""Bytes of a header, as it travels."""


class BadToken(Exception):
    """A token that is not what it says. The text goes to events and the log."""


def header_of(token: str) -> Mapping[str, Any]:
    """What a token says of itself, believed in nothing yet. Raises BadToken for what is no token."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        header: Mapping[str, Any] = jws.extract_compact(
            token.encode(), registry=_registry(ASYMMETRIC)
        ).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise BadToken(f"not a token: {type(error).__name__}") from None
    if "crit" in header:
        raise BadToken("it demands what is not known here")  # RFC 7515 4.1.11
    return header


def open_with(
    keys: Sequence[Any], token: str, algorithms: Sequence[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Header and claims of a token that one of these keys has signed; None if it is none of them."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    registry = _registry(tuple(algorithms))
    for key in keys:
        try:
            decoded = jwt.decode(token, key, registry=registry)
        except (JoseError, ValueError, RecursionError):
            continue
        return decoded.header, decoded.claims
    return None


@cache
def _registry(algorithms: tuple[str, ...]) -> Any:
    from joserfc.jws import JWSRegistry

    class Registry(JWSRegistry):
        max_header_length = MAX_HEADER

        def get_alg(self, name: str) -> Any:
            if name == "EdDSA" and name in algorithms:
                return self.algorithms[name]  # else a warning of its new name, for every token
            return super().get_alg(name)

    return Registry(algorithms=algorithms, strict_check_header=False)
