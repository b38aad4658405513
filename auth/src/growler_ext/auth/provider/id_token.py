"""Whether the claims of an ID token, or of a logout token, are what they have to be: values in, a reason out."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from growler_ext.auth.tokens import LEEWAY, is_time

MAX_AGE_OF_LOGOUT = 120
"""Seconds that a logout token may be under way."""

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class ExpectedID:
    """
    Parameters:
        nonce: of the flow.
        access_token: that came with it, for `at_hash`.
        max_age: seconds that the login at the provider may be old; None for any age.
    """

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)
    max_age: float | None = None


def problem_of_id_token(
    header: Mapping[str, Any], claims: Mapping[str, Any], expected: ExpectedID, now: float
) -> str:
    """Why an ID token is refused; "" if it is good (OpenID Connect Core 3.1.3.7)."""
    problem = _problem_of_both(claims, expected.issuer, expected.client_id, now)
    if problem:
        return problem
    expires = claims.get("exp")
    if not is_time(expires) or expires + LEEWAY <= now:
        return "exp"
    if claims.get("nonce") != expected.nonce:
        return "nonce"
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        return "sub"
    at_hash = claims.get("at_hash")
    if at_hash is not None and at_hash != half_hash(expected.access_token, str(header.get("alg"))):
        return "at_hash"
    if expected.max_age is not None:
        login = claims.get("auth_time")
        if not is_time(login) or login + expected.max_age + LEEWAY < now:
            return "auth_time"
    return ""


def problem_of_logout_token(
    header: Mapping[str, Any], claims: Mapping[str, Any], issuer: str, client_id: str, now: float
) -> str:
    """Why a logout token is refused; "" if it is good (OpenID Connect Back-Channel Logout 1.0 2.6)."""
    problem = _problem_of_both(claims, issuer, client_id, now)
    if problem:
        return problem
    kind = header.get("typ")
    if kind is not None and str(kind).lower().removeprefix("application/") not in ("jwt", "logout+jwt"):
        return "typ"
    issued, expires = claims.get("iat"), claims.get("exp")
    if not is_time(issued) or issued + MAX_AGE_OF_LOGOUT < now:
        return "iat"
    if expires is not None and (not is_time(expires) or expires + LEEWAY <= now):
        return "exp"
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        return "events"
    if "nonce" in claims:
        return "nonce"  # so that no ID token serves as one
    if not any(isinstance(claims.get(name), str) for name in ("sub", "sid")):
        return "sub and sid"
    if not isinstance(claims.get("jti"), str):
        return "jti"
    return ""


def _problem_of_both(claims: Mapping[str, Any], issuer: str, client_id: str, now: float) -> str:
    if claims.get("iss") != issuer:
        return "iss"
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if client_id not in several:
        return "aud"
    authorized = claims.get("azp")
    # With several audiences somebody must be named; whoever is named must be us.
    if (authorized is None and len(several) > 1) or (authorized is not None and authorized != client_id):
        return "azp"
    issued = claims.get("iat")
    if not is_time(issued) or issued - LEEWAY > now:
        return "iat"
    return ""


def half_hash(value: str, algorithm: str) -> str:
    """The left half of the hash that belongs to an algorithm (OpenID Connect Core 3.1.3.6)."""
    name = {"384": "sha384", "512": "sha512", "DSA": "sha512", "519": "sha512"}.get(algorithm[-3:], "sha256")
    digest = hashlib.new(name, value.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
