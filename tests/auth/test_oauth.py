"""Logging in by a provider that speaks OAuth 2.0 and not OpenID Connect: it is asked who has come."""

from __future__ import annotations

from growler_ext.auth import Identity, OAuth
from growler_ext.auth.methods import presets
from support.openid_login import back, begin


def oauth(name, provider, who):
    return OAuth(
        name, authorize_url=provider.issuer + "/authorize", token_url=provider.issuer + "/token",
        userinfo=who, client_id="app", client_secret=provider.secret, parameters={"nonce": "unused"},
    )  # fmt: skip


def test_oauth_without_openid_asks_who_it_is(site_with, provider):
    async def who(ask):
        user = await ask(provider.issuer + "/userinfo")
        return Identity(provider.issuer, user["sub"], user["email"], True)

    client = site_with(oauth("plain", provider, who))
    assert back(client, begin(client, "plain")).status == 303
    assert client.get("/info").json()["method"] == "plain"
    del provider.user["email"]
    assert back(client, begin(client, "plain")).status == 502


def test_an_answer_that_is_no_object_is_nonsense_to_a_preset(site_with, provider):
    async def who(ask):
        async def ask_ours(url):
            return [await ask(provider.issuer + "/userinfo")]

        return await presets._discord(ask_ours)

    client = site_with(oauth("discord", provider, who))
    assert back(client, begin(client, "discord")).status == 502
