"""A provider that is down, slow, or says what no provider should: an answer in the fifties, and in time."""

from __future__ import annotations

import asyncio

import pytest

from growler import App
from growler_ext.auth.provider.web import ProviderError, Web
from support.openid_login import PAGE, back, begin, openid
from support.servers import Running


@pytest.fixture
def client(site_with, provider):
    return site_with(openid(provider))


def test_a_provider_that_is_down_is_said_and_told(client, provider):
    url = begin(client)
    provider.fault = "down"
    reply = back(client, url)
    assert reply.status == 502
    assert "Op does not answer as it should." in reply.text
    assert [event.name for event in client.told] == ["provider_error", "login_failed"]
    assert provider.last_token_request == {}


def test_a_provider_that_nobody_reaches_is_502(site_with, provider):
    client = site_with(openid(provider, issuer="http://127.0.0.1:1"))
    assert client.get("/auth/op", headers=PAGE).status == 502


def test_a_provider_that_is_slow_each_time_has_one_time_for_all(client, provider, monkeypatch):
    url = begin(client)
    monkeypatch.setattr("growler_ext.auth.provider.web.SECONDS", 1)
    provider.delay = 0.7  # for the token, and for the keys
    assert back(client, url).status == 504
    provider.delay = 0.0
    assert back(client, begin(client)).status == 303


@pytest.mark.parametrize("fault", ["nonsense"])
def test_nonsense_is_502(client, provider, fault):
    url = begin(client)
    provider.fault = fault
    assert back(client, url).status == 502


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": None},
        {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": 5},
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_trusted_is_502(client, provider, document):
    provider.metadata_fault = document
    assert client.get("/auth/op", headers=PAGE).status == 502


ANSWERS = [
    '{"access_token": "a", "expires_in": 1e999}', '{"access_token": "a", "expires_at": 1e999}', "[" * 100_000,
    "[]", "7", "",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_what_no_token_endpoint_should_say_is_an_error_of_the_provider(number):
    site = App("provider")

    @site.post("/token")
    def token(req, res):
        res.decide(ANSWERS[number].encode(), "application/json")

    with Running("native", site) as port, pytest.raises(ProviderError):
        asyncio.run(Web("app", "secret", None).fetch_token(f"http://127.0.0.1:{port}/token", code="c"))
