"""`Authenticator`: one in software, which also does what a real one never would: for attacks on passkeys.

It answers the options of the server as a browser would hand them on: `create` and `get` give the credential as JSON.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, ATTESTED = 1, 4, 64


class Authenticator:
    """With one passkey.

    Parameters:
        origin: of the page that it thinks asks.
        rp_id: what it thinks the passkey is for.
    """

    def __init__(self, origin: str, rp_id: str) -> None:
        self.origin = origin
        self.rp_id = rp_id
        self.flags = USER_PRESENT | USER_VERIFIED
        self.count = 0
        self.id = secrets.token_bytes(16)
        self.handle: bytes | None = None
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new passkey."""
        self.handle = decode(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            clientDataJSON=encode(self._client_data("webauthn.create", options)),
            attestationObject=encode(statement),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Use it."""
        self.count += 1
        data, client = self._data(0), self._client_data("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature),
        }  # fmt: skip
        if self.handle is not None:
            response["userHandle"] = encode(self.handle)
        return self._credential(**response)

    def _data(self, more: int) -> bytes:
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([self.flags | more])
            + self.count.to_bytes(4, "big")
        )

    def _client_data(self, type: str, options: dict[str, Any]) -> bytes:
        data = {"type": type, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _credential(self, **response: str) -> dict[str, Any]:
        id = encode(self.id)
        return {
            "id": id,
            "rawId": id,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
