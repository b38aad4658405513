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


class _Key:
    """HMAC-SHA256 (RFC 2104) with one key, of which both halves are hashed beforehand: in a third of the time of
    `hmac.digest`, which does that for each text. Keys of up to 64 bytes, as SHA-256 gives."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, text: bytes) -> bytes:
        inner = self._inner.copy()
        inner.update(text)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


class SignedSeal:
    """A `Seal` for the cookie of one name: tokens for another name, or another purpose, are not opened.

    Parameters:
        secrets: the newest first.
    """

    def __init__(self, secrets: Sequence[bytes], name: str, cipher: Cipher | None) -> None:
        # Derived here once. Its signing is not used: half of its time are conversions that this has no need of.
        salt = context("session", name)
        self._keys = [
            _Key(Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256).derive_key())
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
        return (text + b"." + _base64(self._keys[0].digest(text))).decode()

    def open(self, token: str) -> bytes | None:
        if len(token) > MAX_TOKEN or not token.isascii():
            return None
        text, _, signature = token.encode().rpartition(b".")
        for key in self._keys:
            if hmac.compare_digest(_base64(key.digest(text)), signature):
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


def _inflate(data: bytes) -> bytes | None:
    inflating = zlib.decompressobj()
    try:
        payload = inflating.decompress(data, MAX_PAYLOAD)
    except zlib.error:
        return None
    return payload if inflating.eof else None
