"""Credentials that come with each request: Basic, API keys and bearer tokens, alone and side by side."""

from __future__ import annotations

import json
import time
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from growler import App
from growler_ext.auth import (
    ApiKey,
    Auth,
    AuthWiringError,
    Basic,
    Bearer,
    KeyRecord,
    Password,
    Rate,
    Throttle,
    new_key,
)
from growler_ext.session import Session

KEY = "k" * 32
SECRET = "s" * 32


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{login}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def app_with(auth: Auth) -> App:
    app = App()
    app.use(Session())
    app.use(auth)

    @app.get("/me")
    @auth.require()
    def me(req, res):
        res.send_json({"id": req.user.id, "by": req.auth.method, "claims": dict(req.auth.claims)})

    @app.get("/admin")
    @auth.require("admin")
    def admin(req, res):
        res.send_text("admin")

    @app.post("/change")
    @auth.require()
    def change(req, res):
        res.send_text("changed")

    return app


# Basic


class Counting:
    """A hasher that counts."""

    def __init__(self, hasher):
        self._hasher = hasher
        self.runs = 0

    def hash(self, password):
        return self._hasher.hash(password)

    def verify(self, password, stored):
        self.runs += 1
        return self._hasher.verify(password, stored)


@pytest.fixture
def counting(cheap):
    return Counting(cheap)


@pytest.fixture
def basic_client(serve, users, counting):
    return serve(
        app_with(Auth(Basic("files", hasher=counting), users=users, throttle=Throttle(pair=Rate(3, 600))))
    )


def test_basic_lets_in_by_name_and_password(basic_client):
    assert basic_client.get("/me", headers=basic("alice", "correct horse")).json()["by"] == "basic"
    reply = basic_client.get("/me")
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Basic realm="files", charset="UTF-8"')


def test_basic_with_umlauts_and_colons_is_utf8(serve, users, counting):
    users.add("zoë", password="pass:wörd")
    client = serve(app_with(Auth(Basic(hasher=counting), users=users)))
    assert client.get("/me", headers=basic("zoë", "pass:wörd")).json()["id"] == "zoë"


@pytest.mark.parametrize(
    "value",
    [
        "Basic", "Basic ", "Basic !!!", "Basic YWxpY2U=", "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ", "basic //79",
        "Basic " + "A" * 9000,
    ],
)  # fmt: skip
def test_what_is_no_name_and_password_is_401(basic_client, counting, value):
    assert basic_client.get("/me", headers={"Authorization": value}).status == 401
    assert counting.runs == 0


def test_two_hundred_calls_cost_one_hash(basic_client, counting):
    for _ in range(200):
        assert basic_client.get("/me", headers=basic("alice", "correct horse")).status == 200
    assert counting.runs == 1


def test_a_changed_password_counts_at_once(basic_client, users, counting):
    basic_client.get("/me", headers=basic("alice", "correct horse"))
    users.change("alice", password_hash=counting.hash("other"))
    assert basic_client.get("/me", headers=basic("alice", "correct horse")).status == 401
    assert basic_client.get("/me", headers=basic("alice", "other")).status == 200


def test_guesses_by_basic_are_counted(basic_client):
    assert [basic_client.get("/me", headers=basic("alice", str(n))).status for n in range(4)] == [
        401,
        401,
        401,
        429,
    ]


def test_a_page_of_another_site_cannot_use_what_the_browser_sends_by_itself(basic_client):
    headers = basic("alice", "correct horse")
    assert basic_client.post("/change", headers={**headers, "Sec-Fetch-Site": "cross-site"}).status == 403
    assert basic_client.post("/change", headers=headers).status == 200


def test_a_realm_that_would_end_early_is_refused():
    with pytest.raises(ValueError, match="realm must be printable ASCII"):
        Basic('a"b')


# API keys


@pytest.fixture
def keys():
    """Keys by their digests, as an application's table of them."""
    return {}


@pytest.fixture(params=["sync", "async"])
def key_client(request, serve, users, keys):
    async def later(digest):
        return keys.get(digest)

    lookup = keys.get if request.param == "sync" else later
    return serve(app_with(Auth(ApiKey(lookup), users=users)))


def made(keys, **record) -> str:
    key = new_key()
    keys[key.digest] = KeyRecord(**{"user": "alice", **record})
    return key.text


def test_a_key_lets_its_owner_in(key_client, keys):
    assert key_client.get("/me", headers=bearer(made(keys))).json()["by"] == "api_key"
    reply = key_client.get("/me")
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_the_key_itself_is_kept_nowhere(keys):
    key = made(keys)
    assert key not in repr(keys)
    assert key not in repr(new_key())
    [digest] = keys
    assert len(digest) == 64


@pytest.mark.parametrize("change", ["last", "first", "short", "long", "checksum"])
def test_what_is_no_key_is_refused_without_asking(serve, users, keys, change):
    key = made(keys)
    wrong = {
        "last": key[:-1] + ("A" if key[-1] != "A" else "B"),
        "first": "gr_" + ("A" if key[3] != "A" else "B") + key[4:],
        "short": key[:-1],
        "long": key + "A",
        "checksum": key[:-6] + "AAAAAA",
    }[change]
    asked = []
    client = serve(app_with(Auth(ApiKey(lambda digest: asked.append(digest)), users=users)))
    reply = client.get("/me", headers=bearer(wrong))
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert asked == []


def test_unknown_and_expired_keys_and_those_of_nobody_are_401(key_client, keys, users):
    past = datetime.now(UTC) - timedelta(seconds=1)
    for key in (new_key().text, made(keys, expires=past), made(keys, user="nobody")):
        assert key_client.get("/me", headers=bearer(key)).status == 401
    assert key_client.get("/me", headers=bearer(made(keys, expires=past + timedelta(hours=1)))).status == 200


def test_a_key_may_do_less_than_its_owner(key_client, keys):
    assert key_client.get("/admin", headers=bearer(made(keys))).status == 200
    reply = key_client.get("/admin", headers=bearer(made(keys, scopes=["write"])))
    assert reply.status == 403
    assert reply.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="admin"'


def test_a_key_in_a_field_of_its_own(serve, users, keys):
    key = made(keys)
    auth = Auth(ApiKey(keys.get, header="X-API-Key"), Basic(), users=users)
    client = serve(app_with(auth))
    assert client.get("/me", headers={"X-API-Key": key}).status == 200
    assert client.get("/me", headers={"X-API-Key": "junk"}).status == 401
    assert client.get("/me", headers=bearer(key)).status == 401


@pytest.mark.parametrize("options", [{"prefix": ""}, {"prefix": "a b"}, {"header": "X Key"}])
def test_a_prefix_or_header_that_cannot_be_is_refused(options):
    with pytest.raises(ValueError, match="ApiKey: "):
        ApiKey(lambda digest: None, **options)


def test_keys_without_the_function_that_looks_them_up_are_refused():
    with pytest.raises(
        TypeError, match=r"ApiKey: lookup is a dict: give the function that looks up, keys\.get"
    ):
        ApiKey({})


# Bearer tokens


@pytest.fixture
def token_auth(users):
    return Auth(Bearer(key=KEY, audience="demo"), users=users)


@pytest.fixture
def token_client(serve, token_auth):
    return serve(app_with(token_auth))


def signed(header=None, key=None, **claims) -> str:
    """A token as somebody else might make it; claims that are None are left out."""
    now = int(time.time())
    everything = {"sub": "alice", "aud": "demo", "iat": now, "exp": now + 600, "ver": 0, **claims}
    key = key or OctKey.import_key(KEY)
    import hashlib

    kid = hashlib.sha256(b"growler_ext.auth:kid:" + KEY.encode()).hexdigest()[:16]
    head = {"alg": "HS256", "typ": "at+jwt", "kid": kid, **(header or {})}
    return jwt.encode(
        head, {k: v for k, v in everything.items() if v is not None}, key, algorithms=[head["alg"]]
    )


def test_a_token_lets_its_user_in(token_auth, token_client, users):
    token = token_auth["bearer"].issue(users.get("alice"), claims={"device": "tv"})
    reply = token_client.get("/me", headers=bearer(token)).json()
    assert (reply["id"], reply["by"], reply["claims"]["device"]) == ("alice", "bearer", "tv")
    assert token_client.get("/me", headers=bearer(token)).status == 200, "the second time from memory"
    assert token_client.get("/me", headers=bearer(signed())).status == 200, "the control of what follows"


def part(value) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


HOSTILE = {
    "expired": lambda: signed(exp=int(time.time()) - 60),
    "without an end": lambda: signed(exp=None),
    "an end that is text": lambda: signed(exp="2999"),
    "an end that is true": lambda: signed(exp=True),
    "not yet": lambda: signed(nbf=int(time.time()) + 600),
    "of the future": lambda: signed(iat=int(time.time()) + 600),
    "for others": lambda: signed(aud="shop"),
    "for others in a list": lambda: signed(aud=["shop"]),
    "for nobody": lambda: signed(aud=None),
    "of nobody": lambda: signed(sub=None),
    "of an unknown user": lambda: signed(sub="nobody"),
    "of a number": lambda: signed(sub=5),
    "of an older version": lambda: signed(ver=-1),
    "without a version": lambda: signed(ver=None),
    "an ID token": lambda: signed({"typ": "JWT"}),
    "without a type": lambda: signed({"typ": ""}),
    "another key": lambda: signed(key=OctKey.import_key("x" * 32)),
    "an unknown key id": lambda: signed({"kid": "../../etc/passwd"}),
    "SQL as key id": lambda: signed({"kid": "' OR 1=1 --"}),
    "a list as key id": lambda: part({"alg": "HS256", "typ": "at+jwt", "kid": []}) + "." + part({}) + ".AAAA",
    "alg none": lambda: part({"alg": "none", "typ": "at+jwt"}) + "." + signed().split(".")[1] + ".",
    "HS512": lambda: signed({"alg": "HS512"}),
    "RS256": lambda: signed({"alg": "RS256"}, RSAKey.generate_key(2048)),
    "junk": lambda: "junk",
    "dots": lambda: "..",
    "not base64": lambda: "!.!.!",
    "too long": lambda: "a." + "b" * 9000 + ".c",
    "deep JSON": lambda: urlsafe_b64encode(b"[" * 3000).decode().rstrip("=") + ".AA.AA",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_token_that_is_not_good_is_401(token_client, name):
    reply = token_client.get("/me", headers=bearer(HOSTILE[name]()))
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_each_changed_character_is_noticed(token_auth, token_client, users):
    token = token_auth["bearer"].issue(users.get("alice"))
    head, payload, signature = token.split(".")
    for position in range(0, len(payload) - 1, 7):
        other = "A" if payload[position] != "A" else "B"
        changed = f"{head}.{payload[:position]}{other}{payload[position + 1 :]}.{signature}"
        assert token_client.get("/me", headers=bearer(changed)).status == 401
    assert json.loads(urlsafe_b64decode(payload + "=="))["sub"] == "alice"


def test_a_token_ends_with_its_time_though_it_is_remembered(token_auth, token_client, users):
    from growler_ext.auth.tokens import LEEWAY

    token = token_auth["bearer"].issue(users.get("alice"), ttl=-LEEWAY - 1)
    assert token_client.get("/me", headers=bearer(token)).status == 401


def test_a_user_who_is_locked_is_out_at_once(token_auth, token_client, users):
    token = token_auth["bearer"].issue(users.get("alice"))
    assert token_client.get("/me", headers=bearer(token)).status == 200
    users.change("alice", auth_version=1)
    assert token_client.get("/me", headers=bearer(token)).status == 401
    users.change("alice", auth_version=0, active=False)
    assert token_client.get("/me", headers=bearer(token)).status == 401


def test_scopes_bound_what_a_token_may(token_auth, token_client, users):
    alice = users.get("alice")
    assert token_client.get("/admin", headers=bearer(token_auth["bearer"].issue(alice))).status == 200
    less = token_auth["bearer"].issue(alice, scopes={"write"})
    reply = token_client.get("/admin", headers=bearer(less))
    assert (reply.status, reply.headers["www-authenticate"]) == (
        403, 'Bearer error="insufficient_scope", scope="admin"',
    )  # fmt: skip
    assert token_client.get("/me", headers=bearer(less)).status == 200


def test_a_scope_gives_no_permission(token_auth, token_client, users):
    more = token_auth["bearer"].issue(users.get("bob"), scopes={"admin"})
    assert token_client.get("/admin", headers=bearer(more)).status == 403


def test_keys_rotate_newest_first(serve, users):
    old, new = Auth(Bearer(key=KEY, audience="demo"), users=users), ["n" * 32, KEY]
    token = old["bearer"].issue(users.get("alice"))
    assert serve(app_with(Auth(Bearer(key=new, audience="demo"), users=users))).get(
        "/me", headers=bearer(token)
    ).status == 200  # fmt: skip
    assert serve(app_with(Auth(Bearer(key=new[:1], audience="demo"), users=users))).get(
        "/me", headers=bearer(token)
    ).status == 401  # fmt: skip


def test_the_secret_of_auth_serves_as_key(serve, users):
    auth = Auth(Bearer(audience="demo"), users=users, secret=SECRET)
    assert (
        serve(app_with(auth)).get("/me", headers=bearer(auth["bearer"].issue(users.get("alice")))).status
        == 200
    )


def test_a_token_in_the_query_or_a_form_is_not_read(token_auth, token_client, users):
    token = token_auth["bearer"].issue(users.get("alice"))
    assert token_client.get(f"/me?access_token={token}").status == 401
    assert token_client.post("/change", form={"access_token": token}).status == 401


def test_two_authorization_fields_are_400(token_client):
    headers = [("Authorization", "Bearer a.b.c"), ("Authorization", "Bearer d.e.f")]
    assert token_client.request("GET", "/me", headers=headers).status == 400


@pytest.mark.parametrize("options", [{"key": "short"}, {"key": []}, {"audience": ""}])
def test_a_bearer_that_cannot_work_is_refused(users, options):
    with pytest.raises(AuthWiringError, match="Bearer"):
        Auth(Bearer(**{"audience": "demo", "key": KEY, **options}), users=users)


def test_claims_of_the_token_itself_cannot_be_given(token_auth, users):
    with pytest.raises(ValueError, match="the token itself says aud, sub"):
        token_auth["bearer"].issue(users.get("alice"), claims={"sub": "bob", "aud": "x"})


# Side by side


@pytest.fixture
def all_client(serve, users, keys, counting):
    auth = Auth(
        Password(hasher=counting), Bearer(audience="demo"), ApiKey(keys.get), Basic(hasher=counting),
        users=users, secret=SECRET,
    )  # fmt: skip
    client = serve(app_with(auth))
    client.auth = auth
    return client


def test_each_takes_its_own(all_client, keys, users):
    token = all_client.auth["bearer"].issue(users.get("alice"))
    for headers in (bearer(token), bearer(made(keys)), basic("alice", "correct horse")):
        assert all_client.get("/me", headers=headers).status == 200
    fields = all_client.get("/me").getall("www-authenticate")
    assert fields == [
        "Bearer",
        'Basic realm="app", charset="UTF-8"',
        'Cookie realm="session", login="/login"',
    ]


@pytest.mark.parametrize("value", ["Bearer a.b.c", "Bearer junk", "bearer", "Basic junk"])
def test_a_bad_credential_is_401_although_the_session_is_good(all_client, value):
    all_client.post("/auth/login", form={"username": "alice", "password": "correct horse"})
    assert all_client.get("/me").status == 200
    assert all_client.get("/me", headers={"Authorization": value}).status == 401


def test_a_scheme_that_nobody_here_asks_for_is_not_ours(all_client):
    all_client.post("/auth/login", form={"username": "alice", "password": "correct horse"})
    assert all_client.get("/me", headers={"Authorization": "Hawk abc"}).status == 200
