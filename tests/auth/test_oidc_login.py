"""Logging in by OpenID Connect, from the button to the page: bound to one browser, one flow and one use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from growler_ext.auth import Auth, IdentityConflict
from growler_ext.session import Session
from support.clients import LiveClient
from support.idp import at_the_provider
from support.openid_login import BASE, PAGE, back, begin, openid
from support.servers import Running


@pytest.fixture
def client(site_with, provider):
    return site_with(openid(provider))


def test_a_login_leads_where_it_was_going(client, provider):
    reply = back(client, begin(client))
    assert (reply.status, reply.headers["location"]) == (303, "/info")
    assert client.get("/info").json()["method"] == "op"
    assert client.get("/").text == "alice"
    assert [event.name for event in client.told] == ["login"]


def test_what_is_asked_for_is_bound_to_this_flow(client, provider):
    first, second = (parse_qs(urlsplit(begin(client)).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://127.0.0.1:9500/auth/op/callback"]
    assert first["scope"] == ["openid email profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43


def test_nothing_secret_is_in_an_address_or_a_cookie(client, provider):
    url = begin(client)
    back(client, url)
    verifier = provider.last_token_request["code_verifier"]
    assert verifier not in url
    assert verifier not in str(client.cookies)
    assert provider.secret not in url


def test_two_tabs_both_log_in_in_either_order(client, provider):
    for order in ((0, 1), (1, 0)):
        urls = [begin(client), begin(client)]
        assert [back(client, urls[position]).status for position in order] == [303, 303]


def test_of_many_tabs_the_last_five_are_kept(client, provider):
    urls = [begin(client) for _ in range(7)]
    assert sum(name.startswith("auth-flow-") for name in client.cookies) == 5
    assert back(client, urls[0]).status == 400
    assert back(client, urls[-1]).status == 303


def test_another_browser_cannot_use_the_answer(client, provider):
    url = begin(client)
    client.cookies.clear()
    reply = back(client, url)
    assert (reply.status, provider.asked["token"]) == (400, 0)
    assert client.get("/").text == "nobody"


def test_the_cookie_of_another_flow_does_not_do(client, provider):
    mine = begin(client)
    [(name, value)] = client.cookies.items()
    client.cookies.clear()
    theirs = begin(client)
    [(their_name, _)] = client.cookies.items()
    client.cookies[their_name] = value
    assert back(client, theirs).status == 400
    assert mine != theirs
    assert name != their_name


def test_the_same_answer_twice_is_one_login(client, provider):
    parts = urlsplit(at_the_provider(begin(client)))
    cookies = dict(client.cookies)
    assert client.get(f"{parts.path}?{parts.query}", headers=PAGE).status == 303
    client.cookies.clear()
    client.cookies.update(cookies)
    assert client.get(f"{parts.path}?{parts.query}", headers=PAGE).status == 400
    assert provider.asked["token"] == 1
    assert [event.name for event in client.told] == ["login", "token_reuse", "login_failed"]


def test_twenty_answers_at_once_are_one_login(make_app, linked_users, provider):
    auth = Auth(openid(provider), users=linked_users, secret="s" * 32, base_url=BASE)
    with Running("native", make_app(auth, Session())) as port:
        client = LiveClient(port)
        parts = urlsplit(at_the_provider(begin(client)))
        cookies = dict(client.cookies)

        def come_back(_):
            one = LiveClient(port)
            one.cookies.update(cookies)
            try:
                return one.get(f"{parts.path}?{parts.query}", headers=PAGE).status
            finally:
                one.close()

        with ThreadPoolExecutor(20) as pool:
            statuses = sorted(pool.map(come_back, range(20)))
        client.close()
    assert statuses == [303] + [400] * 19


def test_a_code_of_another_flow_is_refused_by_the_provider(client, provider):
    """PKCE: the code that somebody else was given is worth nothing here, though it comes with a good state."""
    stolen = parse_qs(urlsplit(at_the_provider(begin(client))).query)["code"][0]
    parts = urlsplit(at_the_provider(begin(client)))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    reply = client.get(f"{parts.path}?{urlencode(query | {'code': stolen})}", headers=PAGE)
    assert (reply.status, provider.asked["token"]) == (400, 1)
    assert [event.name for event in client.told] == ["login_failed"], "the provider is well"


def test_the_answer_of_another_provider_is_refused(site_with, start_provider):
    one, other = start_provider(), start_provider()
    client = site_with(openid(one), openid(other, name="other"))
    parts = urlsplit(at_the_provider(begin(client, "op")))
    reply = client.get(f"/auth/other/callback?{parts.query}", headers=PAGE)
    assert (reply.status, other.asked["token"]) == (400, 0)


@pytest.mark.parametrize("fault", ["authz_iss", "no authz_iss"])
def test_an_answer_without_its_issuer_never_gets_a_token(client, provider, fault):
    provider.fault = fault
    assert back(client, begin(client)).status == 400
    assert provider.asked["token"] == 0
    assert client.get("/").text == "nobody"


@pytest.mark.parametrize("auth_method", ["client_secret_post", "client_secret_basic"])
def test_how_the_secret_is_sent(site_with, provider, auth_method):
    client = site_with(openid(provider, auth_method=auth_method))
    assert back(client, begin(client)).status == 303
    assert ("client_secret" in provider.last_token_request) is (auth_method == "client_secret_post")


def test_a_public_client_has_no_secret(site_with, provider):
    client = site_with(openid(provider, client_secret=None))
    assert back(client, begin(client)).status == 303
    assert "client_secret" not in provider.last_token_request


def test_who_says_no_is_shown_nothing_of_the_provider(client, provider):
    provider.denies = True
    reply = back(client, begin(client))
    assert reply.status == 401
    assert "Op did not let you in." in reply.text
    assert "script>alert" not in reply.text


def test_the_address_is_asked_for_where_the_token_has_none(client, provider):
    provider.email_in_token = False
    assert back(client, begin(client)).status == 303
    assert provider.asked["userinfo"] == 1
    provider.fault = "userinfo sub"
    assert back(client, begin(client)).status == 400


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_only_true_is_verified(client, provider, users, verified):
    seen = []
    users.identity = lambda who: seen.append(who) or users.get("alice")
    provider.user["email_verified"] = verified
    back(client, begin(client))
    assert seen[0].email_verified is False


def test_an_address_of_somebody_else_is_never_linked(client, provider, users):
    def identity(who):
        raise IdentityConflict(users.get("alice"))

    users.identity = identity
    reply = back(client, begin(client))
    assert reply.status == 401
    assert [event.name for event in client.told] == ["identity_conflict", "login_failed"]
    assert client.get("/").text == "nobody"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_begins_a_login(client, provider, site):
    reply = client.get("/auth/op", headers=PAGE | {"Sec-Fetch-Site": site})
    assert reply.status == 403
    assert client.cookies == {}


@pytest.mark.parametrize("keep", [False, True])
def test_tokens_are_kept_only_if_asked(serve, make_app, linked_users, provider, keep):
    auth = Auth(openid(provider, keep_tokens=keep), users=linked_users, secret="s" * 32, base_url=BASE)
    app = make_app(auth, Session())
    app.get("/kept", lambda req, res: res.send_json(sorted(req.auth.kept.get("tokens", {}))))
    client = serve(app)
    back(client, begin(client))
    names = ["access_token", "expires_at", "id_token", "refresh_token"]
    assert client.get("/kept").json() == (names if keep else [])


@pytest.mark.parametrize("page", ["/" + '"' * 2047, "/" + "é" * 2047, "/" + "𝄞" * 1000])
def test_the_longest_address_to_go_to_fits_into_the_cookie_of_its_flow(client, provider, page):
    assert back(client, begin(client, next_url=page)).status == 303


def test_the_login_page_has_a_button_for_each_provider(site_with, provider):
    client = site_with(openid(provider), openid(provider, name="work", label="<Work & Co>"))
    page = client.get("/login?next=/info", headers=PAGE).text
    assert 'href="/auth/op?next=%2Finfo">Continue with Op</a>' in page
    assert "Continue with &lt;Work &amp; Co&gt;</a>" in page
