"""Logging out where the login came from a provider: here and there, or because the provider says so.

OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from growler_ext.session import CookieStore, Session
from support.idp import part
from support.openid_login import PAGE, back, begin, openid


@pytest.fixture
def client(site_with, provider):
    return site_with(openid(provider))


def test_logging_out_leads_to_the_provider_and_back(client, provider):
    back(client, begin(client))
    reply = client.post("/auth/logout", form={"next": "/"}, headers=PAGE)
    parts = urlsplit(reply.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == provider.issuer + "/logout"
    assert parse_qs(parts.query) == {
        "client_id": ["app"],
        "post_logout_redirect_uri": ["http://127.0.0.1:9500/"],
    }
    assert client.get("/").text == "nobody"


def end(client, token):
    return client.post("/auth/op/backchannel", form={"logout_token": token})


@pytest.mark.parametrize("changes", [{}, {"sid": None}, {"sub": None}])
def test_the_provider_ends_its_logins(client, provider, changes):
    back(client, begin(client))
    reply = end(client, provider.logout_token(**changes))
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert client.get("/").text == "nobody"


def test_a_login_of_another_session_there_stays(client, provider):
    back(client, begin(client))
    assert end(client, provider.logout_token(sid="another")).status == 200
    assert client.get("/").text == "alice"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"aud": "other"}, {"iat": 1}, {"iat": None}, {"events": None},
        {"events": {"other": {}}}, {"events": "x"}, {"nonce": "n"}, {"sub": None, "sid": None}, {"jti": None},
        {"exp": 1},
    ],
)  # fmt: skip
def test_a_logout_token_with_a_fault_ends_nothing(client, provider, changes):
    back(client, begin(client))
    reply = end(client, provider.logout_token(**changes))
    assert (reply.status, reply.headers["cache-control"]) == (400, "no-store")
    assert client.get("/").text == "alice"


def test_a_logout_token_works_once(client, provider):
    back(client, begin(client))
    token = provider.logout_token()
    assert [end(client, token).status for _ in range(2)] == [200, 400]
    assert [event.name for event in client.told] == ["login", "token_reuse", "login_failed"]


def test_where_sessions_are_not_known_the_provider_is_told_that_it_ended_none(site_with, provider, caplog):
    client = site_with(openid(provider), session=Session(CookieStore("s" * 32)))
    back(client, begin(client))
    assert client.get("/").text == "alice"
    assert end(client, provider.logout_token()).status == 501
    assert "cannot be ended all at once" in caplog.text


@pytest.mark.parametrize("token", ["", "junk", "a.b.c"])
def test_what_is_no_logout_token_is_400(client, token):
    assert end(client, token).status == 400


@pytest.mark.parametrize("crit", [None, True, [None], [["typ"]]])
def test_a_logout_token_that_nobody_has_signed_breaks_nothing(client, provider, crit):
    head = part({"alg": "RS256", "kid": provider.kid, "crit": crit})
    assert end(client, f"{head}.{part({})}.AAAA").status == 400
