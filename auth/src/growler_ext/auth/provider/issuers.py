"""`Issuers`: access tokens that others have signed. The `iss` of a token says whose keys to try, and nothing more.

Only issuers that were configured are ever asked for anything; what stands in a token is believed when its signature is
good. An issuer that is away is waited for a few seconds, once for all requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from growler_ext.auth.provider.access_token import expected, problem_of_access_token
from growler_ext.auth.provider.cached import Cached
from growler_ext.auth.provider.keys import IssuerKeys
from growler_ext.auth.provider.metadata import jwks_uri_of
from growler_ext.auth.provider.signatures import ASYMMETRIC, BadToken
from growler_ext.auth.provider.web import ProviderError, Web, may_be_asked
from growler_ext.auth.tokens import Expected

WAIT_SECONDS = 5
"""How long a request waits for an issuer; what is asked goes on, for those who come later."""

PAUSE_SECONDS = 5
"""How long an issuer that did not answer is left alone while none of its keys are known."""


@dataclass(frozen=True, slots=True)
class _Issuer:
    where: Cached[str]
    keys: IssuerKeys
    expected: Expected


class Issuers:
    """
    Parameters:
        urls: of the issuers, exactly as they name themselves.
        audience, algorithms, profile: of the tokens; see `Bearer`.
    """

    def __init__(self, urls: Sequence[str], audience: str, algorithms: Collection[str], profile: str) -> None:
        self._web = Web("", None, None)
        self._known = {url: _issuer(self._web, url, audience, algorithms, profile) for url in urls}

    def __contains__(self, issuer: str | None) -> bool:
        return issuer in self._known

    async def read(self, issuer: str, token: str, now: float) -> Mapping[str, Any]:
        """The claims of a token. Raises BadToken, and ProviderError where its issuer cannot be asked.

        Parameters:
            issuer: that the token names, and that is known here.
            now: Unix time in seconds.
        """
        known = self._known[issuer]
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                header, claims = await known.keys.open(token)
        except TimeoutError:
            raise ProviderError(f"no answer of {issuer} in time", late=True) from None
        problem = problem_of_access_token(header, claims, known.expected, now)
        if problem:
            raise BadToken(problem)
        return claims

    async def open(self) -> None:
        """See `Web.open`."""
        await self._web.open()

    def close(self) -> None:
        """Stop what is being asked for."""
        for known in self._known.values():
            known.keys.close()
            known.where.close()


def _issuer(web: Web, url: str, audience: str, algorithms: Collection[str], profile: str) -> _Issuer:
    where: Cached[str] = Cached(partial(jwks_uri_of, web, url), pause=PAUSE_SECONDS)
    keys = IssuerKeys(web, where.get, algorithms, pause=PAUSE_SECONDS)
    return _Issuer(where, keys, expected(url, audience, profile))


def mistakes_in(urls: Sequence[str], algorithms: Collection[str], profile: str) -> list[str]:
    """What is wrong with the options, in sentences."""
    found = []
    for url in urls:
        # RFC 8414 2: https, and neither query nor fragment.
        if not may_be_asked(url) or urlsplit(url).query or urlsplit(url).fragment:
            found.append(
                f'Bearer: issuer must be an https URL, such as "https://login.example.org", not {url!r}'
            )
    if len(set(urls)) != len(urls):
        found.append("Bearer: an issuer is named twice")
    if not algorithms or not set(algorithms) <= set(ASYMMETRIC):
        # Who could check an HMAC of another could also make one.
        found.append(f"Bearer: algorithms are some of {', '.join(ASYMMETRIC)}")
    if profile not in ("at+jwt", "jwt"):
        found.append(f'Bearer: profile={profile!r}: "at+jwt" (RFC 9068) or "jwt"')
    return found
