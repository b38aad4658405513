"""What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414), checked before anything in it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from growler_ext.auth.provider.web import ProviderError, Web, may_be_asked

_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True, slots=True)
class Metadata:
    """
    Parameters:
        says_issuer: whether every answer of the authorization endpoint names the issuer (RFC 9207).
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    says_issuer: bool = False


async def discover(web: Web, issuer: str) -> Metadata:
    """Raises ProviderError."""
    # Discovery 4.1: the path is put behind the issuer, whose slash at the end is taken away.
    found = await web.get_object(issuer.rstrip("/") + "/.well-known/openid-configuration")
    return read(found, issuer)


async def jwks_uri_of(web: Web, issuer: str) -> str:
    """Where the keys of an issuer of access tokens are, who may know of OpenID Connect or only of OAuth 2.0.

    Raises ProviderError.
    """
    try:
        found = await web.get_object(issuer.rstrip("/") + "/.well-known/openid-configuration")
    except ProviderError as error:
        if error.status not in (400, 403, 404, 405, 410):
            raise
        # RFC 8414 3.1: there the path comes behind.
        parts = urlsplit(issuer)
        place = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server"
        found = await web.get_object(place + parts.path.rstrip("/"))
    where = found.get("jwks_uri")
    # RFC 8414 3.3: exactly; else whoever runs one tenant of a provider could speak for another.
    if found.get("issuer") != issuer:
        raise ProviderError(f"the document of {issuer} is another issuer's")
    if not isinstance(where, str) or not may_be_asked(where):
        raise ProviderError(f"the document of {issuer} has no https URL for jwks_uri")
    return where


def read(found: Mapping[str, Any], issuer: str) -> Metadata:
    """Raises ProviderError for a document that is not this issuer's, or names places that cannot be trusted."""
    # Discovery 4.3: exactly; else whoever runs one tenant of a provider could speak for another.
    if found.get("issuer") != issuer:
        raise ProviderError(f"the document of {issuer} is another issuer's")
    places = {name: found[name] for name in (*_NEEDED, *_OPTIONAL) if found.get(name) is not None}
    missing = [name for name in _NEEDED if name not in places]
    unsafe = [name for name, url in places.items() if not may_be_asked(url)]
    if missing or unsafe:
        raise ProviderError(f"the document of {issuer} lacks {missing} or has no https URL for {unsafe}")
    says_issuer = found.get("authorization_response_iss_parameter_supported") is True
    return Metadata(issuer, **places, says_issuer=says_issuer)
