"""A login by a provider, as a browser sees it: away to the provider with `begin`, and with `back` to the site again.

    reply = back(client, begin(client))

The site is wherever the tests serve it; to the provider of support/idp.py it is at `BASE`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from growler.testing import Reply
from growler.testing.client import Client
from growler_ext.auth import OIDC
from support.idp import Provider, at_the_provider

PAGE = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}
BASE = "http://127.0.0.1:9500"


def openid(provider: Provider, **options: Any) -> OIDC:
    """The method of a site that is the provider's client, named "op" unless the options say otherwise."""
    given = {"client_id": "app", "client_secret": provider.secret, **options}
    return OIDC(given.pop("name", "op"), issuer=given.pop("issuer", provider.issuer), **given)


def begin(client: Client, name: str = "op", next_url: str = "/info") -> str:
    """The address at the provider."""
    reply = client.get(f"/auth/{name}?{urlencode({'next': next_url})}", headers=PAGE)
    assert reply.status == 303, reply.text
    return reply.headers["location"]


def back(client: Client, url: str) -> Reply:
    """The answer of the site to a browser that comes back from the provider."""
    parts = urlsplit(at_the_provider(url))
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    return client.get(f"{parts.path}?{parts.query}", headers=PAGE | {"Sec-Fetch-Site": "cross-site"})
