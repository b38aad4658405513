"""The providers that come ready made: where their addresses lead, and which address of a user counts as proved."""

from __future__ import annotations

import asyncio

import pytest

from growler_ext.auth import OIDC, Discord, GitHub, GitLab, Google, Identity, Microsoft, OAuth


def identify(method: OAuth, answers: dict[str, object]) -> Identity:
    """Who it is that the provider's API tells of."""

    async def ask(url: str) -> object:
        return answers[url]

    return asyncio.run(method._userinfo(ask))


def github(*addresses: dict[str, object]) -> Identity:
    user = {"id": 7, "login": "alice", "email": "shown@example.org"}
    answers = {"https://api.github.com/user": user, "https://api.github.com/user/emails": list(addresses)}
    return identify(GitHub("id", "secret"), answers)


def address(email: str, *, primary: object = True, verified: object = True) -> dict[str, object]:
    return {"email": email, "primary": primary, "verified": verified}


def test_github_gives_the_primary_address_that_is_verified():
    who = github(address("old@example.org", primary=False), address("alice@example.org"))
    assert (who.issuer, who.subject) == ("https://github.com", "7")
    assert (who.email, who.email_verified) == ("alice@example.org", True)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_github_has_not_verified_is_none_nor_is_the_one_on_the_profile(verified):
    who = github(address("alice@example.org", verified=verified), address("b@example.org", primary=False))
    assert (who.subject, who.email, who.email_verified) == ("7", None, False)


@pytest.mark.parametrize(
    ("said", "verified"),
    [({"verified": True}, True), ({"verified": False}, False), ({"verified": 1}, False), ({}, False)],
)
def test_an_address_of_discord_is_verified_if_discord_says_so(said, verified):
    user = {"id": "80351110224678912", "email": "alice@example.org", **said}
    who = identify(Discord("id", "secret"), {"https://discord.com/api/users/@me": user})
    assert (who.issuer, who.subject) == ("https://discord.com", "80351110224678912")
    assert (who.email, who.email_verified) == ("alice@example.org", verified)


def test_discord_may_know_no_address():
    who = identify(Discord("id", "secret"), {"https://discord.com/api/users/@me": {"id": "1"}})
    assert (who.email, who.email_verified) == (None, False)


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
def test_a_tenant_of_microsoft_is_one_directory(tenant):
    with pytest.raises(ValueError, match="give the id of one directory"):
        Microsoft("id", "secret", tenant=tenant)


@pytest.mark.parametrize(
    ("method", "name", "issuer"),
    [
        (Google("id", "secret"), "google", "https://accounts.google.com"),
        (Microsoft("id", "secret", tenant="1-2-3"), "microsoft", "https://login.microsoftonline.com/1-2-3/v2.0"),
        (GitLab("id", "secret"), "gitlab", "https://gitlab.com"),
        (GitLab("id", "secret", url="https://git.example.org"), "gitlab", "https://git.example.org"),
    ],
)  # fmt: skip
def test_those_that_speak_openid_connect_are_known_by_their_issuer(method, name, issuer):
    assert isinstance(method, OIDC)
    assert (method.name, method._issuer) == (name, issuer)
