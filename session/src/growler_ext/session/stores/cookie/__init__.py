"""`CookieStore`: the whole session in the client's cookie, signed and, if wanted, encrypted.

Not a `Store`, for it keeps nothing: it brings `ByValue`, its own way from cookie to session and back. What the
cookie looks like is in `visits/payload.py`, how it is signed in `seal.py`, how it is encrypted in `cipher.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner, Secrets
from growler_ext.session.cookie import CookieRule
from growler_ext.session.life import Life
from growler_ext.session.numbers import is_count
from growler_ext.session.stores.cookie.seal import SignedSeal
from growler_ext.session.visits.by_value import ByValue, CookieInfo, SessionTooLarge, Valid

if TYPE_CHECKING:
    from growler_ext.session.stores.cookie.cipher import AesGcm

__all__ = ["CookieInfo", "CookieStore", "SessionTooLarge"]


class CookieStore:
    """Sessions in cookies: nothing on the server, at most 4096 bytes each.

        app.use(Session(CookieStore(SECRET)))
        app.use(Session(CookieStore([NEW, OLD], encrypt=KEY, valid=not_logged_out)))

    The client can read what is in a cookie that is not encrypted. A copy of a cookie is good until it expires, also
    after `destroy()` and `regenerate()`, unless `valid` says otherwise. Of two requests that write at the same time the
    last one wins. Where that is not good enough, keep sessions on the server: `SqliteStore`, `RedisStore`.

    Parameters:
        secret: signs (HMAC-SHA256); several rotate: the first signs, all open. 16 random bytes or more.
        encrypt: encrypts (AES-256-GCM) with a key derived from it; several rotate likewise. Then a cookie that is not
            encrypted is none. Encrypted sessions are not compressed: their length would tell of what is in them.
        max_size: bytes that the whole cookie may have, name and attributes included (RFC 6265 6.1).
        valid: asked, sync or async, about each session that a request brings; False makes it an empty one.
        clock: Unix time in seconds.

    Raises ValueError that lists every wrong option, ImportError if the extra `encrypt` is wanted and not installed.
    Warns of a secret under 16 bytes.
    """

    shared = True

    def __init__(
        self,
        secret: Secrets,
        *,
        encrypt: Secrets | None = None,
        max_size: int = 4096,
        valid: Valid | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        mistakes = []
        given: list[tuple[str, object]] = [("secret", secret)]
        if encrypt is not None:
            given.append(("encrypt", encrypt))
        for option, several in given:
            try:
                # It says what is wrong with secrets, and warns of short ones. None: as os.environ.get gives it.
                ItsdangerousSigner(several if isinstance(several, str | bytes | Sequence) else "")
            except ValueError as error:
                mistakes.append(str(error).replace("secret", option, 1))
        if not is_count(max_size) or not 512 <= max_size <= 4096:
            mistakes.append(
                f"max_size must be from 512 to 4096 bytes, beyond which browsers drop cookies, not {max_size!r}"
            )
        asked: object = valid
        if asked is not None and not callable(asked):
            mistakes.append(f"valid must be a function of a CookieInfo, or None, not {valid!r}")
        if mistakes:
            raise ValueError("CookieStore: " + "; ".join(mistakes))
        self._secrets = _raw(secret)
        self._keys = None if encrypt is None else _raw(encrypt)
        self._max_size = max_size
        self._valid = valid
        self._clock = clock
        # Where its library is missing that is said now.
        self._cipher("")

    def visits(self, life: Life, cookie: CookieRule) -> ByValue:
        """The way of a `Session` with these options. Raises ValueError for `renew`."""
        if life.renew is not None:
            raise ValueError(
                "Session: renew is of no use with a CookieStore, where the cookie with the old id stays good: "
                "leave it out, or use SqliteStore or RedisStore"
            )
        # By https a cookie may be longer, by its prefix and Secure; what fits into that fits always.
        overhead = len(cookie.send("", life.ttl(), https=True))
        return ByValue(
            SignedSeal(self._secrets, cookie.name, self._cipher(cookie.name)),
            life,
            room=self._max_size - overhead,
            overhead=overhead,
            valid=self._valid,
            clock=self._clock,
        )

    def _cipher(self, name: str) -> AesGcm | None:
        if self._keys is None:
            return None
        from growler_ext.session.stores.cookie.cipher import AesGcm  # only where cookies are encrypted

        return AesGcm(self._keys, name)


def _raw(secrets: Secrets) -> list[bytes]:
    """Secrets as bytes, the newest first."""
    several = [secrets] if isinstance(secrets, str | bytes) else secrets
    return [secret.encode() if isinstance(secret, str) else secret for secret in several]
