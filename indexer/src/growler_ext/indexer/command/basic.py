"""A name and a password in front of everything: HTTP Basic authentication (RFC 7617)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from growler.http.errors import HTTPErrorUnauthorized
from growler.http.request import Request
from growler.http.response import Response

# RFC 7617 2.1: the client is asked to send UTF-8.
_CHALLENGE = 'Basic realm="growler-index", charset="UTF-8"'


class Credentials:
    """One name and password. Only a keyed hash is kept, so no traceback and no dump of memory shows them."""

    def __init__(self, name: str, password: str) -> None:
        self._key = secrets.token_bytes(32)
        self._digest = self._hash(f"{name}:{password}".encode("utf-8", "surrogateescape"))

    def match(self, authorization: str | None) -> bool:
        """Whether an Authorization field holds them. Takes the same time wherever they differ."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(self._hash(given), self._digest)

    def _hash(self, pair: bytes) -> bytes:
        return hashlib.blake2b(pair, key=self._key).digest()


class BasicAuth:
    """Lets nobody pass without the credentials. Raises HTTPErrorUnauthorized."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, req: Request, res: Response) -> None:
        if not self._credentials.match(req.get("authorization")):
            raise HTTPErrorUnauthorized(headers={"WWW-Authenticate": _CHALLENGE})
