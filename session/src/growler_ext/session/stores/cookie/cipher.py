"""`AesGcm`: AES-256-GCM with keys derived by HKDF (RFC 5869), for cookies that the client must not read.

The nonces are random: after 2**32 cookies of one key the chance that two are alike reaches 2**-32 (NIST SP 800-38D
8.3), so that is how long a key should live.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from growler_ext.cookieparser.signer import context

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ModuleNotFoundError as error:
    raise ImportError(
        "CookieStore(encrypt=...) needs a library: pip install growler-ext-session[encrypt]"
    ) from error

_NONCE: Final = 12


class AesGcm:
    """A `Cipher` for the cookie of one name.

    Parameters:
        secrets: what keys are derived from, the newest first.
    """

    def __init__(self, secrets: Sequence[bytes], name: str) -> None:
        self._context = context("session.encrypt", name).encode()
        self._keys = [AESGCM(HKDF(SHA256(), 32, None, self._context).derive(secret)) for secret in secrets]

    def encrypt(self, data: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._keys[0].encrypt(nonce, data, self._context)

    def decrypt(self, data: bytes) -> bytes | None:
        nonce, sealed = data[:_NONCE], data[_NONCE:]
        for key in self._keys:
            try:
                return key.decrypt(nonce, sealed, self._context)
            except (InvalidTag, ValueError):  # ValueError: too short a nonce
                continue
        return None
