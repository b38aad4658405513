"""Access tokens of other issuers (RFC 9068) against a real provider on a real socket, with each attack on them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from growler import App
from growler_ext.auth import Auth, AuthWiringError, Bearer, IdentityConflict, MemoryUsers, Password
from growler_ext.auth.provider import issuers
from growler_ext.session import Session
from support.idp import part

INVALID = 'Bearer error="invalid_token"'


@pytest.fixture
def issuer(provider):
    return provider


def app_with(auth):
    app = App()
    app.use(Session())
    app.use(auth)

    @app.get("/")
    def home(req, res):
        res.send_text("everybody")

    @app.get("/me")
    @auth.require()
    def me(req, res):
        res.send_json({"id": req.user.id, "scopes": sorted(req.auth.scopes), "iss": req.auth.claims["iss"]})

    @app.get("/read")
    @auth.require("read")
    def read(req, res):
        res.send_text("read")

    @app.get("/admin")
    @auth.require("admin")
    def admin(req, res):
        res.send_text("admin")

    return app


@pytest.fixture
def make_client(serve):
    def make(*providers, auth_options=None, **options):
        urls = [provider.issuer for provider in providers]
        bearer = Bearer(audience="api", issuer=urls[0] if len(urls) == 1 else urls, **options)
        auth = Auth(bearer, **(auth_options or {}))
        client = serve(app_with(auth))
        client.auth, client.told, client.users = auth, [], (auth_options or {}).get("users")
        for name in ("login_failed", "provider_error", "identity_conflict"):
            auth.on(name, client.told.append)
        return client

    return make


@pytest.fixture
def client(make_client, issuer):
    return make_client(issuer)


def get(client, token, path="/me"):
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_token_lets_in_who_it_says_with_its_scopes(client, issuer):
    reply = get(client, issuer.access_token())
    assert reply.json() == {"id": "1", "scopes": ["read", "write"], "iss": issuer.issuer}
    assert get(client, issuer.access_token(), "/read").status == 200


def test_a_scope_that_is_missing_is_named(client, issuer):
    for token in (issuer.access_token(), issuer.access_token(scope=None), issuer.access_token(scope=5)):
        reply = get(client, token, "/admin")
        assert (reply.status, reply.headers["www-authenticate"]) == (
            403, 'Bearer error="insufficient_scope", scope="admin"',
        )  # fmt: skip


def test_without_a_token_it_is_asked_for_without_an_error(client):
    reply = client.get("/me")
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")


NOW = int(time.time())

ATTACKS = {
    "alg none": {"fault": "none"},
    "HS256 with the public key": {"fault": "hs256"},
    "another key under the same id": {"fault": "sig"},
    "a key it brings along": {"fault": "own key"},
    "a place of keys it brings along": {"fault": "sig", "header": {"jku": "https://evil.example/jwks"}},
    "a certificate it brings along": {"fault": "sig", "header": {"x5u": "https://evil.example/x"}},
    "an ID token": {"header": {"typ": "JWT"}},
    "a logout token": {"header": {"typ": "logout+jwt"}},
    "no type": {"header": {"typ": ""}},
    "expired": {"exp": NOW - 60},
    "without an end": {"exp": None},
    "an end that is text": {"exp": "2999"},
    "not yet": {"nbf": NOW + 600},
    "of the future": {"iat": NOW + 600},
    "for another service": {"aud": "other"},
    "for other services": {"aud": ["other", "apis"]},
    "for nobody": {"aud": None},
    "of another issuer": {"iss": "https://evil.example"},
    "of an issuer with a slash more": {"iss": "slash"},
    "of no issuer": {"iss": None},
    "of a list of issuers": {"iss": []},
    "of nobody": {"sub": None},
    "of a number": {"sub": 5},
    "of an endless name": {"sub": "x" * 300},
    "without a client": {"client_id": None},
    "without a time": {"iat": None},
    "without an id": {"jti": None},
    "bound to a key": {"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}},
    "a path as key id": {"header": {"kid": "../../etc/passwd"}},
    "SQL as key id": {"header": {"kid": "' OR 1=1 --"}},
    "what has to be understood": {"header": {"crit": ["b64"], "b64": False}},
    "what is understood, but called critical": {"header": {"crit": ["typ"]}},
    "nothing that has to be understood": {"header": {"crit": None}},
    "what has to be understood and is no name": {"header": {"crit": [None]}},
    "an end that no float holds": {"exp": 10**400},
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_token_that_is_not_good_is_401(client, issuer, name):
    given = dict(ATTACKS[name])
    if given.get("iss") == "slash":
        given["iss"] = issuer.issuer + "/"
    try:
        token = issuer.access_token(**given)
    except ValueError:  # the library does not make such a token
        _, claims, signature = issuer.access_token().split(".")
        token = f"{part({'alg': 'RS256', 'typ': 'at+jwt', 'kid': issuer.kid, **given['header']})}.{claims}.{signature}"
    reply = get(client, token)
    assert (reply.status, reply.headers["www-authenticate"]) == (401, INVALID)
    assert [event.name for event in client.told] == ["login_failed"]
    assert token not in str(client.told)
    assert client.get("/").status == 200


@pytest.mark.parametrize("token", ["..", "a.b.c", "!.!.!", "a." + "b" * 9000 + ".c", part([1]) + ".W10.AA"])
def test_what_is_no_token_asks_nobody(client, issuer, token):
    assert get(client, token).status == 401
    assert sum(issuer.asked.values()) == 0


def test_an_issuer_nobody_has_named_is_never_asked(client, issuer, start_provider):
    other = start_provider()
    assert get(client, other.access_token()).status == 401
    assert sum(other.asked.values()) == sum(issuer.asked.values()) == 0


def test_a_token_whose_algorithm_is_not_wanted_is_refused(make_client, issuer):
    assert get(make_client(issuer, algorithms=["ES256"]), issuer.access_token()).status == 401


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS512"])
def test_other_algorithms(make_client, start_provider, algorithm):
    issuer = start_provider(algorithm)
    assert get(make_client(issuer), issuer.access_token()).status == 200


def test_an_audience_in_a_list_and_a_type_in_full(client, issuer):
    assert get(client, issuer.access_token(aud=["other", "api"])).status == 200
    assert get(client, issuer.access_token(header={"typ": "application/AT+JWT"})).status == 200


# Older issuers


def test_the_older_profile_takes_tokens_of_no_type(make_client, issuer):
    client = make_client(issuer, profile="jwt")
    for typ in ("JWT", "at+jwt"):
        assert get(client, issuer.access_token(header={"typ": typ})).status == 200
    bare = issuer.access_token(header={"typ": "JWT"}, client_id=None, iat=None, jti=None)
    assert get(client, bare).status == 200


@pytest.mark.parametrize("mark", ["nonce", "at_hash", "c_hash"])
def test_the_older_profile_takes_no_id_token(make_client, issuer, mark):
    client = make_client(issuer, profile="jwt")
    assert get(client, issuer.access_token(header={"typ": "JWT"}, **{mark: "x"})).status == 401
    assert get(client, issuer.access_token(header={"typ": "logout+jwt"})).status == 401


@pytest.mark.parametrize("value", ["read", ["read"], ["read", 5]])
def test_scopes_may_be_in_another_claim(make_client, issuer, value):
    client = make_client(issuer, scopes="scp")
    assert get(client, issuer.access_token(scp=value)).json()["scopes"] == ["read"]


# Keys


def test_metadata_of_oauth_alone(make_client, start_provider):
    for path in ("", "/tenant"):
        issuer = start_provider(path=path)
        issuer.speaks_openid = False
        assert get(make_client(issuer), issuer.access_token()).status == 200
        assert issuer.asked["rfc8414"] == 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"}, {"issuer": None}, {"jwks_uri": None}, {"jwks_uri": 5},
        {"jwks_uri": "http://evil.example/jwks"}, {"jwks_uri": "file:///etc/passwd"},
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_trusted_is_503(client, issuer, document):
    issuer.metadata_fault = document
    reply = get(client, issuer.access_token())
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert "www-authenticate" not in reply.headers


def test_metadata_and_keys_are_asked_for_once(client, issuer):
    for _ in range(5):
        assert get(client, issuer.access_token()).status == 200
    assert issuer.asked == {"discovery": 1, "jwks": 1}


def test_keys_may_rotate(client, issuer):
    old = issuer.access_token()
    assert get(client, old).status == 200
    issuer.rotate()
    for _ in range(3):
        assert get(client, issuer.access_token()).status == 200
    assert issuer.asked["jwks"] == 2


def test_a_key_that_changes_under_its_id_is_found(client, issuer):
    assert get(client, issuer.access_token()).status == 200
    issuer.rotate_under_the_same_id()
    assert get(client, issuer.access_token()).status == 200


def test_unknown_key_ids_do_not_make_us_ask_again_and_again(client, issuer):
    assert get(client, issuer.access_token()).status == 200
    for number in range(10):
        assert get(client, issuer.access_token(header={"kid": str(number)})).status == 401
    assert issuer.asked["jwks"] == 2, "once because there were none, once because of them all"
    assert get(client, issuer.access_token()).status == 200


# An issuer that is away


def test_an_issuer_that_is_down_is_503_and_left_alone_for_a_moment(client, issuer, caplog):
    issuer.fault = "down"
    for _ in range(5):
        reply = get(client, issuer.access_token())
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert issuer.asked["jwks"] == 1
    assert {event.name for event in client.told} == {"provider_error"}
    assert client.get("/").text == "everybody"


def test_an_issuer_that_comes_back_is_asked_again(make_client, issuer, monkeypatch):
    monkeypatch.setattr(issuers, "PAUSE_SECONDS", 0)
    client = make_client(issuer)
    issuer.fault = "nonsense"
    assert get(client, issuer.access_token()).status == 503
    issuer.fault = ""
    assert get(client, issuer.access_token()).status == 200


def test_an_issuer_that_goes_away_later_is_not_missed(client, issuer):
    assert get(client, issuer.access_token()).status == 200
    issuer.fault = "down"
    assert get(client, issuer.access_token()).status == 200
    assert get(client, issuer.access_token(header={"kid": "new"})).status == 401


def test_a_silent_issuer_is_waited_for_a_bounded_time_and_heard_at_last(make_client, issuer, monkeypatch):
    monkeypatch.setattr(issuers, "WAIT_SECONDS", 0.05)
    client = make_client(issuer)
    issuer.answers.clear()
    assert get(client, issuer.access_token()).status == 503
    assert client.get("/").text == "everybody"
    issuer.answers.set()
    monkeypatch.setattr(issuers, "WAIT_SECONDS", 20)
    assert get(client, issuer.access_token()).status == 200
    assert issuer.asked["jwks"] == 1, "what had been asked was waited for"


def test_many_requests_at_once_ask_once(serve_live, issuer):
    from support.clients import LiveClient

    client = serve_live(app_with(Auth(Bearer(audience="api", issuer=issuer.issuer))))

    def one(_):
        mine = LiveClient(client.port)
        try:
            return get(mine, issuer.access_token()).status
        finally:
            mine.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(16))) == {200}
    assert issuer.asked == {"discovery": 1, "jwks": 1}


# Users


class People(MemoryUsers):
    def __init__(self):
        super().__init__()
        self.add("alice", permissions={"read", "admin"})

    def identity(self, who):
        if who.subject == "conflict":
            raise IdentityConflict(self.get("alice"))
        return self.get("alice") if (who.subject, who.email_verified) == ("1", True) else None


@pytest.fixture
def people_client(make_client, issuer):
    return make_client(issuer, auth_options={"users": People()})


def test_a_directory_says_whose_token_it_is_and_scopes_bound_it(people_client, issuer):
    token = issuer.access_token(email="a@example.org", email_verified=True)
    assert get(people_client, token).json()["id"] == "alice"
    assert get(people_client, token, "/read").status == 200
    reply = get(people_client, token, "/admin")
    assert (reply.status, reply.headers["www-authenticate"]) == (
        403, 'Bearer error="insufficient_scope", scope="admin"',
    )  # fmt: skip
    people_client.users.change("alice", active=False)
    assert get(people_client, token).status == 401, "at once"


@pytest.mark.parametrize("claims", [{"sub": "2"}, {"email_verified": "true"}, {"sub": "conflict"}])
def test_who_is_nobody_here_is_401(people_client, issuer, claims):
    reply = get(people_client, issuer.access_token(**claims))
    assert (reply.status, reply.headers["www-authenticate"]) == (401, INVALID)
    names = [event.name for event in people_client.told]
    assert names == [*(["identity_conflict"] if claims.get("sub") == "conflict" else []), "login_failed"]


def test_several_issuers_each_with_its_own_keys(make_client, start_provider):
    class ByIssuer(MemoryUsers):
        def identity(self, who):
            name = f"{who.issuer} {who.subject}"
            return self.get(name) or self.add(name)

    first, second = start_provider(), start_provider("ES256")
    client = make_client(first, second, auth_options={"users": ByIssuer()})
    for issuer in (first, second):
        assert get(client, issuer.access_token()).json()["id"] == f"{issuer.issuer} 1"
    # Signed by one, in the name of the other.
    assert get(client, first.access_token(iss=second.issuer)).status == 401
    assert get(client, second.access_token(iss=first.issuer)).status == 401


def test_one_issuer_away_leaves_the_other(make_client, start_provider):
    class Anybody(MemoryUsers):
        def identity(self, who):
            return self.get(who.subject) or self.add(who.subject)

    first, second = start_provider(), start_provider("ES256")
    client = make_client(first, second, auth_options={"users": Anybody()})
    first.fault = "down"
    assert get(client, first.access_token()).status == 503
    assert get(client, second.access_token()).status == 200


def test_tokens_of_our_own_beside_those_of_others(make_client, issuer):
    client = make_client(issuer, key="k" * 32, auth_options={"users": People()})
    own = client.auth["bearer"].issue(client.users.get("alice"))
    assert get(client, own, "/admin").text == "admin"
    assert get(client, issuer.access_token(email_verified=True), "/read").text == "read"
    assert get(client, issuer.access_token(iss=None)).status == 401, "signed by another, but not said so"


def test_a_good_session_does_not_help_a_bad_token(make_client, issuer, users, cheap, serve):
    users.identity = lambda who: None
    auth = Auth(Password(hasher=cheap), Bearer(audience="api", issuer=issuer.issuer), users=users)
    client = serve(app_with(auth))
    assert client.post("/auth/login", form={"username": "alice", "password": "correct horse"}).status == 200
    assert get(client, issuer.access_token("sig")).status == 401


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"issuer": "http://op.example"}, "https"), ({"issuer": "https://op.example/?a=b"}, "https"),
        ({"issuer": ["https://a.example", "https://a.example"]}, "twice"),
        ({"issuer": ["https://a.example", "https://b.example"], "users": None}, "tells them apart"),
        ({"algorithms": ["HS256"]}, "algorithms"), ({"algorithms": []}, "algorithms"),
        ({"profile": "any"}, "RFC 9068"), ({"audience": ""}, "audience"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_when_it_is_wired(options, problem):
    given = {"audience": "api", "issuer": "https://op.example", **options}
    users = given.pop("users", People())
    with pytest.raises(AuthWiringError, match=problem):
        Auth(Bearer(**given), users=users)


def test_a_directory_without_identities_is_refused():
    class Plain:
        def get(self, id):
            return None

    with pytest.raises(AuthWiringError, match=r"users\.identity"):
        Auth(Bearer(audience="api", issuer="https://op.example"), users=Plain())


def test_who_only_takes_tokens_of_others_issues_none(issuer):
    auth = Auth(Bearer(audience="api", issuer=issuer.issuer))
    with pytest.raises(RuntimeError, match="key of its own"):
        auth["bearer"].issue(People().get("alice"))
