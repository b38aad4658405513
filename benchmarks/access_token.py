"""The access token that the job `bearer` sends, good until 2100: a JSON Web Token signed with HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

KEY = "a key of the benchmark, 32 bytes."
AUDIENCE = "bench"
USER = "alice"


def token() -> str:
    # Growler finds a key by its id; the others have one key and do not read it.
    key_id = hashlib.sha256(b"growler_ext.auth:kid:" + KEY.encode()).hexdigest()[:16]
    header = {"alg": "HS256", "typ": "at+jwt", "kid": key_id}
    claims = {"sub": USER, "aud": AUDIENCE, "iat": 1767225600, "exp": 4102444800, "jti": "1", "ver": 0}
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_encoded(hmac.digest(KEY.encode(), signed.encode(), 'sha256'))}"


def _part(value: Mapping[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
