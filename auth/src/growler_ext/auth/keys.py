"""`Keys`: the secrets of Auth, newest first, and what is derived of them: one signer and one key per purpose.

What was signed for one purpose is worth nothing for another, because each has a key of its own.
"""

from __future__ import annotations

import hmac
import secrets as random
import warnings
from collections.abc import Sequence

from growler_ext.cookieparser import Signer
from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner


class Keys:
    """
    Parameters:
        secrets: one secret or several, newest first, of at least 16 random bytes each. None makes one that ends
            with the process, with a warning: links, flows and tokens that are under way then die with it too, and
            other worker processes cannot read them.

    Raises ValueError for no secret or an empty one.
    """

    def __init__(self, secrets: str | bytes | Sequence[str | bytes] | None) -> None:
        self.is_random: bool = secrets is None
        if secrets is None:
            secrets = random.token_bytes(32)
        self._signer = ItsdangerousSigner(secrets)
        several = [secrets] if isinstance(secrets, str | bytes) else list(secrets)
        self._secrets = [secret.encode() if isinstance(secret, str) else secret for secret in several]

    def signer(self, purpose: str) -> PurposeSigner:
        """Signs with the newest secret, opens with any."""
        return PurposeSigner(self._signer, purpose)

    def derive(self, purpose: str) -> list[bytes]:
        """32 bytes for each secret, newest first: HMAC-SHA256 of the purpose."""
        return [
            hmac.digest(secret, b"growler_ext.auth:" + purpose.encode(), "sha256") for secret in self._secrets
        ]


class PurposeSigner:
    """A `Signer` of the cookie parser with its context fixed."""

    def __init__(self, signer: Signer, purpose: str) -> None:
        self._signer = signer
        self._context = f"growler_ext.auth:{len(purpose)}:{purpose}"

    def sign(self, value: str) -> str:
        """The value with its time and signature, in URL-safe characters if the value is."""
        return self._signer.sign(value, self._context)

    def unsign(self, token: str, max_age: float | None = None) -> str | None:
        """The value; None for what is forged, of another purpose, or older than `max_age` seconds."""
        return self._signer.unsign(token, self._context, max_age)


def warn_of_random_secret() -> None:
    warnings.warn(
        "Auth(secret=...) was not given: what is signed now is worth nothing after a restart nor in other processes",
        stacklevel=4,
    )
