"""`SignedSeal`: payloads as signed text, compressed where that makes them smaller or encrypted where that is wanted.

The signature covers everything and is looked at first: nothing of a forged token is decoded, inflated or decrypted.
Tokens are those of `itsdangerous.Signer` with HMAC-SHA256, which also derives the keys.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import zlib
from collections.abc import Sequence
from typing import Final, Protocol

from itsdangerous import Signer

from growler_ext.cookieparser.signer import context

MAX_TOKEN: Final = 4096
"""Characters of a token that is looked at; browsers keep no longer cookies."""

MAX_PAYLOAD: Final = 65536
"""Bytes of a payload when it is inflated."""

# Bytes below which compression wins too little for its time.
_WORTH_COMPRESSING: Final = 512

# Before the text of a compressed payload; no character of base64.
_COMPRESSED: Final = b"."

# RFC 4648 5: the alphabet that is safe in URLs.
_TO_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_FROM_SAFE: Final = bytes.maketrans(b"-_", b"+/")


class Cipher(Protocol):
    """Encrypts with the newest of its keys, decrypts with any."""

    def encrypt(self, data: bytes) -> bytes: ...

    def decrypt(self, data: bytes) -> bytes | None:
        """None for what was not encrypted with one of the keys."""


class SignedSeal:
    """A `Seal` for the cookie of one name: tokens for another name, or another purpose, are not opened.

    Parameters:
        secrets: the newest first.
    """

    def __init__(self, secrets: Sequence[bytes], name: str, cipher: Cipher | None) -> None:
        # Derived here once. Its signing is not used: half of its time are conversions that this has no need of.
        salt = context("session", name)
        self._keys = [
            Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256).derive_key()
            for secret in secrets
        ]
        self._cipher = cipher

    def seal(self, payload: bytes) -> str:
        mark = b""
        if self._cipher is not None:
            payload = self._cipher.encrypt(payload)
        # What could not be inflated again is left as it is: it is too large for a cookie either way.
        elif _WORTH_COMPRESSING <= len(payload) <= MAX_PAYLOAD:
            smaller = zlib.compress(payload)
            if len(smaller) < len(payload):
                mark, payload = _COMPRESSED, smaller
        text = mark + _base64(payload)
        return (text + b"." + _signature(self._keys[0], text)).decode()

    def open(self, token: str) -> bytes | None:
        if len(token) > MAX_TOKEN or not token.isascii():
            return None
        text, _, signature = token.encode().rpartition(b".")
        for key in self._keys:
            if hmac.compare_digest(_signature(key, text), signature):
                break
        else:
            return None
        is_compressed = text[:1] == _COMPRESSED
        try:
            data = binascii.a2b_base64(text[is_compressed:].translate(_FROM_SAFE) + b"==")
        except binascii.Error:
            return None
        if self._cipher is not None:
            return self._cipher.decrypt(data)
        return _inflate(data) if is_compressed else data


def _base64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_SAFE)


def _signature(key: bytes, text: bytes) -> bytes:
    return _base64(hmac.digest(key, text, "sha256"))


def _inflate(data: bytes) -> bytes | None:
    inflating = zlib.decompressobj()
    try:
        payload = inflating.decompress(data, MAX_PAYLOAD)
    except zlib.error:
        return None
    return payload if inflating.eof else None
