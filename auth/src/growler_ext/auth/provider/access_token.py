"""Whether the claims of another issuer's access token are what they have to be, and what its scopes are: values in.

A token that serves as an ID token, or one that is bound to a key that nobody has shown, is none (RFC 9068, 8725, 9449).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from growler_ext.auth.tokens import Expected, check, is_time

_NEEDED = ("client_id", "iat", "jti")
_OF_ID_TOKENS = ("nonce", "at_hash", "c_hash")


@dataclass(frozen=True, slots=True)
class TokenUser:
    """The user of an access token where there is no directory of users: who the issuer says it is.

    Parameters:
        id: the token's `sub`.
        permissions: its scopes.
    """

    id: str
    permissions: frozenset[str] = frozenset()


def expected(issuer: str, audience: str, profile: str) -> Expected:
    """What a token of a profile has to say; see `Bearer`."""
    types = {"at+jwt"} if profile == "at+jwt" else {"at+jwt", "jwt", ""}
    return Expected(frozenset(types), audience, issuer)


def problem_of_access_token(
    header: Mapping[str, Any], claims: Mapping[str, Any], expected: Expected, now: float
) -> str:
    """Why an access token whose signature is good is refused; "" if it is good (RFC 9068 4)."""
    problem = check(header, claims, expected, now)
    if problem:
        return problem
    if str(header.get("typ", "")).lower().removeprefix("application/") == "at+jwt":
        lacking = [name for name in _NEEDED if claims.get(name) in (None, "")]
        if lacking:
            return f"without {', '.join(lacking)}"  # RFC 9068 2.2
    elif any(name in claims for name in _OF_ID_TOKENS):
        return "an ID token"
    if len(claims["sub"]) > 255:
        return "of a name that is too long"
    # RFC 8705 3, RFC 9449 6: it is good only together with a key, and the request has proved none.
    return "bound to a key" if "cnf" in claims else ""


def scopes_of(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """What the issuer lets the token do: a text with spaces (RFC 8693 4.2) or a list; nothing if it does not say."""
    value = claims.get(name)
    if isinstance(value, str):
        return frozenset(value.split())
    return (
        frozenset(word for word in value if isinstance(word, str)) if isinstance(value, list) else frozenset()
    )


def login_of(claims: Mapping[str, Any]) -> float | None:
    """Unix time when somebody logged in for the token (RFC 9068 2.2.1); None if it does not say."""
    value = claims.get("auth_time")
    # Of a time to come nothing can be said; datetime cannot hold every number.
    return float(value) if is_time(value) and 0 <= value <= time.time() else None


def amr_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """How it was proved (RFC 8176), as the issuer says."""
    value = claims.get("amr")
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
