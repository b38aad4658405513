"""ID tokens over the whole of a login: which are refused, what they are signed with, and whose keys are asked for.

Each reason to refuse one, at its edge and on plain values, is in test_id_token.py.
"""

from __future__ import annotations

import pytest

from support.openid_login import back, begin, openid


@pytest.fixture
def client(site_with, provider):
    return site_with(openid(provider))


@pytest.mark.parametrize(
    "fault",
    [
        "none", "hs256", "sig", "own key", "junk", "noid", "nonce", "no nonce", "aud", "no aud", "aud of several",
        "aud of others, azp of us", "azp", "iss", "expired", "no exp", "no iat", "of the future", "at_hash",
        "no sub",
    ],
)  # fmt: skip
def test_a_token_with_a_fault_logs_nobody_in(client, provider, fault):
    provider.fault = fault
    reply = back(client, begin(client))
    assert (reply.status, [event.name for event in client.told]) == (400, ["login_failed"])
    assert client.get("/").text == "nobody"
    assert "That login did not work. Try again." in reply.text
    provider.fault = ""
    assert back(client, begin(client)).status == 303, "the control: without the fault it works"


def test_a_login_that_is_too_old_is_refused(site_with, provider):
    client = site_with(openid(provider, max_age=3600))
    provider.fault = "old login"
    assert back(client, begin(client)).status == 400
    provider.fault = ""
    assert back(client, begin(client)).status == 303


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])
def test_other_algorithms(site_with, start_provider, algorithm):
    provider = start_provider(algorithm)
    client = site_with(openid(provider))
    assert back(client, begin(client)).status == 303


def test_an_hmac_if_it_is_named(site_with, start_provider):
    provider = start_provider("HS256")
    named = site_with(openid(provider, algorithms=["HS256"]))
    assert back(named, begin(named)).status == 303
    not_named = site_with(openid(provider))
    assert back(not_named, begin(not_named)).status == 400


def test_what_else_the_header_of_a_token_says_does_not_matter(client, provider):
    provider.header = {"org.example.version": 2, "x5c": ["MII" + "A" * 3000], "typ": "JWT"}
    assert back(client, begin(client)).status == 303


def test_what_its_header_calls_critical_matters(client, provider):
    provider.header = {"org.example.version": 2, "crit": ["org.example.version"]}
    assert back(client, begin(client)).status == 400
    for nothing_known in (["typ"], None, [None], 7):
        provider.header = {"crit": nothing_known}
        assert back(client, begin(client)).status == 400
    provider.header = {"org.example.version": "A" * 20_000}
    assert back(client, begin(client)).status == 400


def test_keys_that_rotate_are_fetched_once(client, provider):
    assert back(client, begin(client)).status == 303
    provider.rotate()
    for _ in range(3):
        assert back(client, begin(client)).status == 303
    assert provider.asked["jwks"] == 2


def test_unknown_key_ids_do_not_make_us_ask_again_and_again(client, provider):
    assert back(client, begin(client)).status == 303
    provider.fault = "own key"
    for _ in range(5):
        assert back(client, begin(client)).status == 400
    assert provider.asked["jwks"] == 2, "once because there were none, once because of them all"
