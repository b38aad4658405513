"""What somebody may send in place of a passkey, made by an authenticator in software that signs whatever it is told."""

from __future__ import annotations

import json

import pytest

from growler import App
from growler_ext.auth import Auth, Bearer, MemoryPasskeys, Passkey, Password
from growler_ext.session import Session
from support.authenticator import USER_PRESENT, Authenticator, encode
from support.clients import LiveClient
from support.raw import Raw
from support.servers import Running

ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}
SITE, HOST = "https://shop.example", "shop.example"


@pytest.fixture
def store():
    return MemoryPasskeys()


@pytest.fixture
def auth(users, cheap, store):
    bearer = Bearer(audience="shop")
    return Auth(
        Password(hasher=cheap), bearer, Passkey("Shop", store), users=users, secret="s" * 32, base_url=SITE,
        throttle=None,
    )  # fmt: skip


@pytest.fixture
def app(make_app, auth) -> App:
    return make_app(auth, Session())


@pytest.fixture
def client(serve, app):
    return serve(app)


@pytest.fixture
def key():
    return Authenticator(SITE, HOST)


def options(client, path="/auth/passkey", **more):
    reply = client.post(f"{path}/challenge", json={}, **more)
    assert reply.status == 200, reply.text
    return reply.json()


def send(client, credential, path="/auth/passkey"):
    return client.post(path, json={"credential": credential, "next": "/info"})


def add(client, key, login=ALICE):
    client.post("/auth/login", form=login)
    assert send(client, key.create(options(client, "/auth/passkey/new")), "/auth/passkey/new").status == 201
    client.post("/auth/logout")


def test_one_that_is_added_logs_in(client, key):
    add(client, key)
    assert send(client, key.get(options(client))).json() == {"user": "alice", "next": "/info"}
    assert client.get("/").text == "alice"


def other_origin(key):
    key.origin = "https://shop.example.evil.example"


def plain_http(key):
    key.origin = "http://shop.example"


def other_site(key):
    key.rp_id = "evil.example"


def unverified(key):
    key.flags = USER_PRESENT


def absent(key):
    key.flags = 0


def clone(key):
    key.count = 0


def of_somebody_else(key):
    key.handle = b"somebody else"


def of_nobody(key):
    key.handle = None


def unknown(key):
    key.id = b"unknown"


@pytest.mark.parametrize(
    "lie",
    [other_origin, plain_http, other_site, unverified, absent, clone, of_somebody_else, of_nobody, unknown],
)
def test_one_that_lies_logs_nobody_in(client, key, lie):
    add(client, key)
    assert send(client, key.get(options(client))).status == 200
    client.post("/auth/logout")
    lie(key)
    reply = send(client, key.get(options(client)))
    assert (reply.status, reply.json()["detail"]) == (401, "That passkey does not work here.")
    assert client.get("/").text == "nobody"


@pytest.mark.parametrize("lie", [other_origin, plain_http, other_site, unverified, absent])
def test_one_that_lies_is_not_added(client, key, store, users, lie):
    client.post("/auth/login", form=ALICE)
    lie(key)
    reply = send(client, key.create(options(client, "/auth/passkey/new")), "/auth/passkey/new")
    assert reply.status == 401
    assert store.of(users.get("alice")) == []


def test_an_answer_is_good_once_though_its_cookie_comes_back(client, key):
    add(client, key)
    key.count = -1  # an authenticator that does not count, as most: the count would notice it too
    answer = key.get(options(client))
    cookie = client.cookies["auth-passkey"]
    assert send(client, answer).status == 200
    client.cookies.clear()
    client.cookies["auth-passkey"] = cookie
    assert send(client, answer).status == 401


def test_of_one_answer_sent_many_times_at_once_one_gets_in(app, key, store, users):
    with Running("native", app) as port:
        client = LiveClient(port)
        add(client, key)
        key.count = -1  # an authenticator that does not count
        [passkey] = store.of(users.get("alice"))
        store.used(passkey.id, 0)
        body = json.dumps({"credential": key.get(options(client))})
        cookie = client.cookies["auth-passkey"]
        client.close()
        request = (
            f"POST /auth/passkey HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Cookie: auth-passkey={cookie}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        connections = [Raw(port) for _ in range(20)]
        for connection in connections:
            connection.send(request)
        statuses = [connection.read_reply()[0] for connection in connections]
        for connection in connections:
            connection.socket.close()
    assert sorted(statuses) == [200] + [401] * 19


def test_the_challenge_of_another_browser_does_not_do(client, key):
    add(client, key)
    asked = options(client)
    client.cookies.clear()
    assert send(client, key.get(asked)).status == 401, "without any"
    options(client)
    assert send(client, key.get(asked)).status == 401, "with its own"


def test_a_forged_cookie_is_none(client, key):
    add(client, key)
    asked = options(client)
    value = client.cookies["auth-passkey"]
    for forged in (
        # Not the last: some of its bits mean nothing.
        value[:-2] + ("A" if value[-2] != "A" else "B") + value[-1],
        f"use.{asked['challenge']}.",
        "",
        "x.y.z",
    ):
        client.cookies["auth-passkey"] = forged
        assert send(client, key.get(asked)).status == 401


def test_the_challenge_of_one_ceremony_is_none_for_the_other(client, key, store, users):
    add(client, key)
    client.post("/auth/login", form=ALICE)
    asked = options(client, "/auth/passkey/new")
    assert send(client, key.get(asked)).status == 401
    asked = options(client) | {"user": {"id": encode(key.handle)}}
    assert send(client, Authenticator(SITE, HOST).create(asked), "/auth/passkey/new").status == 401
    assert len(store.of(users.get("alice"))) == 1


def test_an_answer_of_one_ceremony_is_none_for_the_other(client, key):
    add(client, key)
    asked = options(client) | {"user": {"id": encode(key.handle)}}
    assert send(client, key.create(asked)).status == 401
    client.post("/auth/login", form=ALICE)
    asked = options(client, "/auth/passkey/new")
    assert send(client, key.get(asked), "/auth/passkey/new").status == 401


def test_what_one_user_was_asked_another_cannot_answer(client, key, store, users):
    client.post("/auth/login", form=BOB)
    asked = options(client, "/auth/passkey/new")
    cookie = client.cookies["auth-passkey"]
    client.post("/auth/logout")
    client.post("/auth/login", form=ALICE)
    client.cookies["auth-passkey"] = cookie
    assert send(client, key.create(asked), "/auth/passkey/new").status == 401
    assert store.of(users.get("alice")) == store.of(users.get("bob")) == []


def test_a_passkey_belongs_to_one_user(client, key, store, users):
    add(client, key)
    client.post("/auth/login", form=BOB)
    reply = send(client, key.create(options(client, "/auth/passkey/new")), "/auth/passkey/new")
    assert reply.status == 401
    assert store.of(users.get("bob")) == []


def test_passkeys_added_in_two_tabs_all_work(client, key):
    client.post("/auth/login", form=ALICE)
    other = Authenticator(SITE, HOST)
    first, second = options(client, "/auth/passkey/new"), options(client, "/auth/passkey/new")
    assert send(client, key.create(first), "/auth/passkey/new").status == 401, (
        "the last that was asked counts"
    )
    assert send(client, other.create(second), "/auth/passkey/new").status == 201
    assert send(client, key.create(options(client, "/auth/passkey/new")), "/auth/passkey/new").status == 201
    assert key.handle == other.handle, "one name for all passkeys of a user"
    for each in (key, other):
        client.post("/auth/logout")
        assert send(client, each.get(options(client))).status == 200


def test_a_token_makes_itself_no_passkey(client, auth, users):
    token = {"Authorization": f"Bearer {auth['bearer'].issue(users.get('alice'), ttl=60)}"}
    assert client.get("/", headers=token).text == "alice"
    assert client.post("/auth/passkey/new/challenge", json={}, headers=token).status == 401
    client.post("/auth/login", form=BOB)
    assert client.post("/auth/passkey/new/challenge", json={}, headers=token).status == 401


def test_who_has_to_log_in_again_comes_back(client):
    reply = client.get("/auth/passkey/new", headers={"Accept": "text/html"})
    assert reply.status == 401
    assert 'name="next" value="/auth/passkey/new"' in reply.text


def test_asking_and_not_answering_leaves_nothing_behind(client, auth):
    for _ in range(5):
        options(client)
    shared = auth._services.shared
    assert not shared._values._entries
    assert not shared._burnt._entries


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"credential":' * 5_000, b'{"credential": {"rawId": "\xff"}}', b"\xff\xfe", b""],
)
def test_hostile_json_is_400(client, body):
    options(client)
    assert client.post("/auth/passkey", body=body, headers={"Content-Type": "application/json"}).status == 400
