"""JSON Web Tokens of our own and their checks, through joserfc: what is accepted is fixed before a token is looked at.

The algorithm is never taken from the token, nor a key it brings along (RFC 8725 3.1, 3.10): `jwk`, `jku` and `x5u` are
not read. Every check ends in claims or in None with a reason, never in an exception.
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

MAX_LENGTH = 8192
LEEWAY = 30
"""Seconds that clocks of different machines may be apart (RFC 7519 4.1.4)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a token that is good, or why it is not."""

    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the claims of a token have to say.

    Parameters:
        types: values of the `typ` header of which it has one, in lower case without "application/" (RFC 9068 2.1);
            "" for a token without that header.
        audience: what has to be among its `aud`.
        issuer: its `iss`; None where only we can have signed it.
    """

    types: frozenset[str]
    audience: str
    issuer: str | None = None


def check(header: Mapping[str, Any], claims: Mapping[str, Any], expected: Expected, now: float) -> str:
    """Why a token whose signature is good is not accepted all the same; "" if it is."""
    kind = header.get("typ", "")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in expected.types:
        return "a token of another type"
    if "crit" in header:
        return "it demands what is not known here"  # RFC 7515 4.1.11
    times = [claims.get(name) for name in ("exp", "iat", "nbf")]
    if not all(value is None or is_time(value) for value in times):
        return "times that are none"
    expires, issued, begins = times
    if expires is None or expires + LEEWAY <= now:
        return "expired"
    if any(value is not None and value - LEEWAY > now for value in (issued, begins)):
        return "not valid yet"
    audience = claims.get("aud")
    if expected.audience not in (audience if isinstance(audience, list) else [audience]):
        return "for somebody else"
    if expected.issuer is not None and claims.get("iss") != expected.issuer:
        return "of another issuer"
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        return "of nobody"
    return ""


def is_time(value: Any) -> TypeGuard[float]:
    """Whether it is a number of seconds (RFC 7519 2, NumericDate): finite, no bool, and no int that no float holds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def issuer_of(token: str) -> str | None:
    """Who a token says has made it, believed in nothing but whose keys to look for; None for what is no token."""
    return _unverified(token, "iss")


def subject_of(token: str) -> str | None:
    """Of whom a token is that was verified before, such as one kept in a session."""
    return _unverified(token, "sub")


def _unverified(token: str, claim: str) -> str | None:
    _, _, rest = token.partition(".")
    payload, _, _ = rest.partition(".")
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return None
    value = claims.get(claim) if isinstance(claims, dict) else None
    return value if isinstance(value, str) else None


class OwnTokens:
    """Makes and checks tokens with keys that only this site has: HMAC-SHA256.

    Parameters:
        keys: newest first, each of 32 bytes or more (RFC 7518 3.2). Signs with the first, opens with any.
        audience: whom they are for.
        clock: Unix time in seconds.
    """

    def __init__(
        self, keys: Sequence[bytes], audience: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        from joserfc.jwk import OctKey  # 90 ms, and only those who take tokens have it

        self._keys = {_key_id(key): OctKey.import_key(key) for key in keys}
        self._newest = next(iter(self._keys))
        self._expected = Expected(frozenset({"at+jwt"}), audience)
        self._clock = clock

    def issue(self, subject: str, ttl: float, claims: Mapping[str, Any]) -> str:
        """A token of this subject, good for `ttl` seconds; claims that are given here are added."""
        from joserfc import jwt

        now = int(self._clock())
        return jwt.encode(
            {"alg": "HS256", "typ": "at+jwt", "kid": self._newest},
            {
                "sub": subject,
                "aud": self._expected.audience,
                "iat": now,
                "exp": now + math.ceil(ttl),
                "jti": secrets.token_urlsafe(12),
                **claims,
            },
            self._keys[self._newest],
            algorithms=["HS256"],
        )

    def read(self, token: str) -> Claims:
        """Its claims, or why they are not believed."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            decoded = jwt.decode(token, self._key_for, algorithms=["HS256"])
        except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
            # TypeError: joserfc takes `crit` for a list of names, whatever it is.
            return Claims(problem=f"not a token of ours: {type(error).__name__}")
        problem = check(decoded.header, decoded.claims, self._expected, self._clock())
        return Claims(problem=problem) if problem else Claims(decoded.claims)

    def _key_for(self, signed: Any) -> Any:
        key_id = signed.headers().get("kid")
        # Looked up in a dict of ours: what a token says its key is called never becomes a path or a query.
        return self._keys[key_id if isinstance(key_id, str) else ""]


def _key_id(key: bytes) -> str:
    """A name for a key that tells nothing of it."""
    return hashlib.sha256(b"growler_ext.auth:kid:" + key).hexdigest()[:16]
