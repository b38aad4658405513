"""Logins by OpenID Connect against a real provider on a real socket, with each of its faults."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from growler import App
from growler_ext.auth import OIDC, Auth, AuthWiringError, Identity, IdentityConflict, MemoryUsers, OAuth
from growler_ext.auth.methods import presets
from growler_ext.auth.provider.id_token import half_hash
from growler_ext.auth.provider.web import ProviderError, Web
from growler_ext.session import CookieStore, Session
from support.idp import Provider, at_the_provider, part
from support.servers import Running

PAGE = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def start_provider():
    """`start_provider("ES256")`: a provider that runs until the test is over."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(algorithm="RS256"):
            provider = Provider(algorithm)
            port = stack.enter_context(Running("native", provider.app))
            provider.issuer = f"http://127.0.0.1:{port}"
            return provider

        yield start


@pytest.fixture
def provider(start_provider):
    return start_provider()


@pytest.fixture
def users():
    users = MemoryUsers()
    for name in ("alice", "bob"):
        users.add(name)
    known = {}

    def identity(who):
        """By issuer and subject, and when they are first seen by the address."""
        name = known.setdefault((who.issuer, who.subject), (who.email or "").partition("@")[0])
        return users.get(name)

    users.identity = identity
    return users


def method(provider, **options):
    given = {"client_id": "app", "client_secret": provider.secret, **options}
    return OIDC(given.pop("name", "op"), issuer=given.pop("issuer", provider.issuer), **given)


@pytest.fixture
def make_client(serve, make_app, users):
    def make(*methods, session=None):
        auth = Auth(*methods, users=users, secret="s" * 32, base_url="http://127.0.0.1:9500")
        client = serve(make_app(auth, Session() if session is None else session))
        client.auth = auth
        client.told = []
        for name in ("login", "login_failed", "identity_conflict", "provider_error", "token_reuse"):
            auth.on(name, client.told.append)
        return client

    return make


@pytest.fixture
def client(make_client, provider):
    return make_client(method(provider))


def begin(client, name="op", next_url="/info") -> str:
    """The address at the provider."""
    reply = client.get(f"/auth/{name}?{urlencode({'next': next_url})}", headers=PAGE)
    assert reply.status == 303, reply.text
    return reply.headers["location"]


def back(client, url: str):
    """The answer of this site to a browser that comes back from the provider."""
    parts = urlsplit(at_the_provider(url))
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1:9500"
    return client.get(f"{parts.path}?{parts.query}", headers=PAGE | {"Sec-Fetch-Site": "cross-site"})


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


def test_a_code_of_another_flow_is_refused_by_the_provider(client, provider):
    """PKCE: the code that somebody else was given is worth nothing here, though it comes with a good state."""
    stolen = parse_qs(urlsplit(at_the_provider(begin(client))).query)["code"][0]
    parts = urlsplit(at_the_provider(begin(client)))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    reply = client.get(f"{parts.path}?{urlencode(query | {'code': stolen})}", headers=PAGE)
    assert (reply.status, provider.asked["token"]) == (400, 1)
    assert [event.name for event in client.told] == ["login_failed"], "the provider is well"


def test_the_answer_of_another_provider_is_refused(make_client, start_provider):
    one, other = start_provider(), start_provider()
    client = make_client(method(one), method(other, name="other"))
    parts = urlsplit(at_the_provider(begin(client, "op")))
    reply = client.get(f"/auth/other/callback?{parts.query}", headers=PAGE)
    assert (reply.status, other.asked["token"]) == (400, 0)


@pytest.mark.parametrize("fault", ["authz_iss", "no authz_iss"])
def test_an_answer_without_its_issuer_never_gets_a_token(client, provider, fault):
    provider.fault = fault
    assert back(client, begin(client)).status == 400
    assert provider.asked["token"] == 0
    assert client.get("/").text == "nobody"


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


def test_a_login_that_is_too_old_is_refused(make_client, provider):
    client = make_client(method(provider, max_age=3600))
    provider.fault = "old login"
    assert back(client, begin(client)).status == 400
    provider.fault = ""
    assert back(client, begin(client)).status == 303


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])
def test_other_algorithms(make_client, start_provider, algorithm):
    provider = start_provider(algorithm)
    client = make_client(method(provider))
    assert back(client, begin(client)).status == 303


def test_an_hmac_if_it_is_named(make_client, start_provider):
    provider = start_provider("HS256")
    named = make_client(method(provider, algorithms=["HS256"]))
    assert back(named, begin(named)).status == 303
    not_named = make_client(method(provider))
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


@pytest.mark.parametrize("auth_method", ["client_secret_post", "client_secret_basic"])
def test_how_the_secret_is_sent(make_client, provider, auth_method):
    client = make_client(method(provider, auth_method=auth_method))
    assert back(client, begin(client)).status == 303
    assert ("client_secret" in provider.last_token_request) is (auth_method == "client_secret_post")


def test_a_public_client_has_no_secret(make_client, provider):
    client = make_client(method(provider, client_secret=None))
    assert back(client, begin(client)).status == 303
    assert "client_secret" not in provider.last_token_request


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


def test_a_provider_that_is_down_is_said_and_told(client, provider, caplog):
    url = begin(client)
    provider.fault = "down"
    reply = back(client, url)
    assert reply.status == 502
    assert "Op does not answer as it should." in reply.text
    assert [event.name for event in client.told] == ["provider_error", "login_failed"]
    assert provider.last_token_request == {}


def test_a_provider_that_nobody_reaches_is_502(make_client, provider):
    client = make_client(method(provider, issuer="http://127.0.0.1:1"))
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
def test_tokens_are_kept_only_if_asked(serve, make_app, users, provider, keep):
    auth = Auth(
        method(provider, keep_tokens=keep), users=users, secret="s" * 32, base_url="http://127.0.0.1:9500"
    )
    app = make_app(auth, Session())
    app.get("/kept", lambda req, res: res.send_json(sorted(req.auth.kept.get("tokens", {}))))
    client = serve(app)
    back(client, begin(client))
    names = ["access_token", "expires_at", "id_token", "refresh_token"]
    assert client.get("/kept").json() == (names if keep else [])


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


def test_where_sessions_are_not_known_the_provider_is_told_that_it_ended_none(make_client, provider, caplog):
    client = make_client(method(provider), session=Session(CookieStore("s" * 32)))
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


@pytest.mark.parametrize("page", ["/" + '"' * 2047, "/" + "é" * 2047, "/" + "𝄞" * 1000])
def test_the_longest_address_to_go_to_fits_into_the_cookie_of_its_flow(client, provider, page):
    assert back(client, begin(client, next_url=page)).status == 303


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


def test_half_a_surrogate_pair_has_a_hash_too():
    assert half_hash("\ud800", "RS256") != half_hash("?", "RS256")


def test_the_login_page_has_a_button_for_each_provider(make_client, provider):
    client = make_client(method(provider), method(provider, name="work", label="<Work & Co>"))
    page = client.get("/login?next=/info", headers=PAGE).text
    assert 'href="/auth/op?next=%2Finfo">Continue with Op</a>' in page
    assert "Continue with &lt;Work &amp; Co&gt;</a>" in page


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"issuer": "http://op.example"}, "issuer must be an https URL"),
        ({"scope": "email"}, 'scope must have "openid"'),
        ({"algorithms": ["none"]}, "algorithms are some of"),
        ({"auth_method": "basic"}, "auth_method is one of client_secret_basic, client_secret_post, none"),
        ({"auth_method": "client_secret_post", "client_secret": None}, "needs a client_secret"),
        ({"algorithms": ["HS256", "RS256"]}, "HMAC algorithms need a client_secret, and no others"),
        ({"algorithms": ["HS256"], "client_secret": None}, "HMAC algorithms need a client_secret"),
        ({"client_id": ""}, "needs the client_id"),
        ({"name": "O P"}, "give it a name for addresses"),
        ({"response_mode": "fragment"}, '"query" or "form_post"'),
        ({"response_mode": "form_post"}, "needs an https base_url"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_wired(provider, users, options, problem):
    with pytest.raises(AuthWiringError, match=problem):
        Auth(method(provider, **options), users=users, secret="s" * 32, base_url="http://127.0.0.1:9500")


def test_without_a_base_url_it_does_not_start(provider, users):
    with pytest.raises(AuthWiringError, match="base_url"):
        Auth(method(provider), users=users, secret="s" * 32)


def oauth(name, provider, who):
    return OAuth(
        name, authorize_url=provider.issuer + "/authorize", token_url=provider.issuer + "/token",
        userinfo=who, client_id="app", client_secret=provider.secret, parameters={"nonce": "unused"},
    )  # fmt: skip


def test_oauth_without_openid_asks_who_it_is(make_client, provider, users):
    async def who(ask):
        user = await ask(provider.issuer + "/userinfo")
        return Identity(provider.issuer, user["sub"], user["email"], True)

    client = make_client(oauth("plain", provider, who))
    assert back(client, begin(client, "plain")).status == 303
    assert client.get("/info").json()["method"] == "plain"
    del provider.user["email"]
    assert back(client, begin(client, "plain")).status == 502


def test_an_answer_that_is_no_object_is_nonsense_to_a_preset(make_client, provider):
    async def who(ask):
        async def ask_ours(url):
            return [await ask(provider.issuer + "/userinfo")]

        return await presets._discord(ask_ours)

    client = make_client(oauth("discord", provider, who))
    assert back(client, begin(client, "discord")).status == 502


def test_twenty_answers_at_once_are_one_login(make_app, users, provider):
    from support.clients import LiveClient

    auth = Auth(method(provider), users=users, secret="s" * 32, base_url="http://127.0.0.1:9500")
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
