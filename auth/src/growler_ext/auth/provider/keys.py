"""The public keys of an issuer (RFC 7517), and signatures checked with them.

Keys rotate: an unknown key id fetches them anew, but not more often than every half minute, whoever sends such ids.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from growler_ext.auth.provider.cached import Cached
from growler_ext.auth.provider.web import ProviderError, Web

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Algorithms whose keys an issuer can publish."""


class BadToken(Exception):
    """A token that is not what it says. The text goes to events and the log."""


class IssuerKeys:
    """
    Parameters:
        web: the way to the issuer.
        where: says at which URL the keys are.
        algorithms: that are accepted, whatever a token says.
        secret: the key of HMAC algorithms, where those are among them.
        pause: seconds after a failure in which the issuer is not asked once more, while no keys are known.
    """

    def __init__(
        self,
        web: Web,
        where: Callable[[], Awaitable[str]],
        algorithms: Collection[str],
        secret: str | None = None,
        *,
        pause: float = 0,
    ) -> None:
        self._web = web
        self._where = where
        self._algorithms = list(algorithms)
        self._secret = secret
        self._keys: Cached[list[Any]] = Cached(self._fetch, pause=pause)

    async def open(self, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Header and claims of a token whose signature is good. Raises BadToken, ProviderError."""
        from joserfc import jws
        from joserfc.errors import JoseError

        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, RecursionError) as error:
            raise BadToken(f"not a token: {type(error).__name__}") from None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in self._algorithms:
            raise BadToken(f"signed by {str(algorithm)[:16]!r}")
        if algorithm.startswith("HS"):
            from joserfc.jwk import OctKey

            own = [] if self._secret is None else [OctKey.import_key(self._secret)]
            opened = self._open_with(own, token)
        else:
            keys = await self._keys.get()
            opened = self._open_with(_fitting(keys, algorithm, key_id), token)
            if opened is None:
                # The issuer may have begun to sign with a key that it had not when it was asked last.
                newer = await self._keys.newer()
                opened = None if newer is keys else self._open_with(_fitting(newer, algorithm, key_id), token)
        if opened is None:
            raise BadToken("no key fits its signature")
        return opened

    def close(self) -> None:
        """Stop what is being asked for."""
        self._keys.close()

    def _open_with(self, keys: list[Any], token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        from joserfc import jwt
        from joserfc.errors import JoseError

        for key in keys:
            try:
                decoded = jwt.decode(token, key, algorithms=self._algorithms)
            except (JoseError, ValueError, RecursionError):
                continue
            return decoded.header, decoded.claims
        return None

    async def _fetch(self) -> list[Any]:
        from joserfc.errors import JoseError
        from joserfc.jwk import import_key

        document = await self._web.get_object(await self._where())
        keys = document.get("keys")
        if not isinstance(keys, list):
            raise ProviderError("a key set without keys")
        found = []
        for key in keys[:100]:
            # RFC 7517 5: what is not understood is left out. A symmetric key in public is no key.
            if isinstance(key, dict) and key.get("kty") != "oct" and key.get("use", "sig") == "sig":
                try:
                    found.append(import_key(key))
                except (JoseError, ValueError, KeyError, TypeError):
                    continue
        return found


def _fitting(keys: list[Any], algorithm: str, key_id: object) -> list[Any]:
    kind = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    return [
        key
        for key in keys
        if key.key_type == kind
        and (key_id is None or key.kid is None or key.kid == key_id)
        and key.get("alg") in (None, algorithm)  # RFC 7517 4.4: what the key is meant for
    ][:8]
