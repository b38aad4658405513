"""The public keys of an issuer (RFC 7517), and signatures checked with them.

Keys rotate: an unknown key id fetches them anew, but not more often than every half minute, whoever sends such ids.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from growler_ext.auth.provider.cached import Cached
from growler_ext.auth.provider.signatures import BadToken, header_of, open_with
from growler_ext.auth.provider.web import ProviderError, Web

_ALSO = {"EdDSA": ("Ed25519",), "Ed25519": ("EdDSA",)}


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
        header = header_of(token)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in self._algorithms:
            raise BadToken(f"signed by {str(algorithm)[:16]!r}")
        if algorithm.startswith("HS"):
            from joserfc.jwk import OctKey

            own = [] if self._secret is None else [OctKey.import_key(self._secret)]
            opened = open_with(own, token, self._algorithms)
        else:
            keys = await self._keys.get()
            opened = open_with(_fitting(keys, algorithm, key_id), token, self._algorithms)
            if opened is None:
                # The issuer may have begun to sign with a key that it had not when it was asked last.
                newer = await self._keys.newer()
                if newer is not keys:
                    opened = open_with(_fitting(newer, algorithm, key_id), token, self._algorithms)
        if opened is None:
            raise BadToken("no key fits its signature")
        return opened

    def close(self) -> None:
        """Stop what is being asked for."""
        self._keys.close()

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
    kind = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}[algorithm[:2]]
    return [
        key
        for key in keys
        if key.key_type == kind
        and (key_id is None or key.kid is None or key.kid == key_id)
        and key.get("alg")
        in (None, algorithm, *_ALSO.get(algorithm, ()))  # RFC 7517 4.4: what it is meant for
    ][:8]
