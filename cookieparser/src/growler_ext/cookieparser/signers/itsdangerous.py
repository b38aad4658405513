"""`ItsdangerousSigner`: HMAC-SHA256 through itsdangerous, keys derived per context, with rotation."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable, Sequence

from itsdangerous import BadSignature, TimestampSigner

Secrets = str | bytes | Sequence[str | bytes]


class ItsdangerousSigner:
    """Signs with the newest secret, opens with any.

    Parameters:
        secrets: one secret, or several, newest first. At least 16 random bytes each:
            `secrets.token_urlsafe(32)`.
        clock: Unix time in seconds.

    Raises ValueError for no secret or an empty one. Warns of a secret under 16 bytes.
    """

    def __init__(self, secrets: Secrets, *, clock: Callable[[], float] = time.time) -> None:
        given: object = secrets
        given = list(given) if isinstance(given, list | tuple) else [given]
        keys = [key for key in given if isinstance(key, str | bytes) and key]
        if not keys or len(keys) < len(given):
            raise ValueError(
                "secret must be a str or bytes that is not empty, or a list of them, newest first"
            )
        raw = [key.encode() if isinstance(key, str) else key for key in keys]
        if any(len(key) < 16 for key in raw):
            warnings.warn(
                "a secret under 16 bytes can be guessed; make one with "
                "python -c 'import secrets; print(secrets.token_urlsafe(32))'",
                stacklevel=3,
            )
        # itsdangerous signs with the last key and tries them from the last to the first.
        self._keys = raw[::-1]
        self._clock = clock

    def sign(self, value: str, context: str) -> str:
        return self._signer(context).sign(value).decode()

    def unsign(self, token: str, context: str, max_age: float | None = None) -> str | None:
        try:
            value, signed_at = self._signer(context).unsign(token, return_timestamp=True)
            # itsdangerous compares ages only where max_age is given, and then in whole seconds; the future is
            # never right.
            age = int(self._clock()) - signed_at.timestamp()
            if age < 0 or (max_age is not None and age > max_age):
                return None
            return value.decode()
        except (BadSignature, UnicodeError):
            return None

    def _signer(self, context: str) -> _Stamped:
        return _Stamped(self._keys, context, self._clock)


class _Stamped(TimestampSigner):
    """A TimestampSigner with its settings fixed and its clock given."""

    def __init__(self, keys: list[bytes], context: str, clock: Callable[[], float]) -> None:
        super().__init__(keys, salt=context, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock())
