"""The Redis that processes share is not there: what must be used once only is refused, the rest goes on."""

from __future__ import annotations

import socket

import pytest
from passlib.totp import TOTP as Generator

from growler_ext.auth import TOTP, Auth, MagicLink, MemoryPasskeys, MemorySecrets, Passkey, Password
from growler_ext.session import Session
from support.authenticator import Authenticator
from support.openid_login import BASE, openid

ALICE = {"username": "alice", "password": "correct horse"}
SITE, HOST = "https://shop.example", "shop.example"


@pytest.fixture
def nowhere():
    """The URL of a Redis that refuses every connection: the port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def mailbox():
    return []


@pytest.fixture
def client(serve, make_app, users, cheap, mailbox, nowhere):
    async def send(address, link, code):
        mailbox.append(code)

    users.identity = lambda who: users.get(who.subject.partition("@")[0])
    auth = Auth(
        Password(hasher=cheap), MagicLink(send), Passkey("Shop", MemoryPasskeys()), users=users,
        secret="s" * 32, base_url=SITE, throttle=nowhere,
    )  # fmt: skip
    return serve(make_app(auth, Session()))


def test_passwords_go_on(client):
    assert client.post("/auth/login", form=ALICE).status == 200
    assert client.get("/").text == "alice"
    assert client.post("/auth/login", form={**ALICE, "password": "wrong"}).status == 401


def test_a_link_is_not_sent_that_could_not_be_used(client, mailbox, caplog):
    reply = client.post("/auth/link", form={"email": "alice@example.org"})
    assert reply.status == 503
    assert mailbox == []
    assert "links and codes are not available" in caplog.text


def test_a_code_of_an_app_is_not_accepted_that_might_be_used_twice(
    serve, make_app, users, cheap, nowhere, caplog
):
    store = MemorySecrets()
    totp = TOTP("Shop", store)
    enrolment = totp.enrol(users.get("alice"))
    store.set(users.get("alice"), enrolment.kept)
    auth = Auth(Password(hasher=cheap), totp, users=users, secret="s" * 32, throttle=nowhere)
    client = serve(make_app(auth, Session()))
    assert client.post("/auth/login", form=ALICE).json()["second_factor"] == "/auth/totp"
    code = Generator(key=enrolment.kept.secret, format="base32").generate().token
    assert client.post("/auth/totp", form={"code": code}).status == 503
    assert client.get("/").text == "nobody"
    assert "logins by totp are not available" in caplog.text
    assert client.post("/auth/totp", form={"code": enrolment.recovery_codes[0]}).status == 200, (
        "kept elsewhere"
    )


def test_a_logout_token_is_not_taken_that_might_be_used_twice(serve, make_app, users, provider, nowhere):
    auth = Auth(openid(provider), users=users, secret="s" * 32, base_url=BASE, throttle=nowhere)
    client = serve(make_app(auth, Session()))
    reply = client.post("/auth/op/backchannel", form={"logout_token": provider.logout_token()})
    assert reply.status == 503


def test_a_passkey_is_not_accepted_that_might_be_used_twice(client, caplog):
    key = Authenticator(SITE, HOST)
    client.post("/auth/login", form=ALICE)
    asked = client.post("/auth/passkey/new/challenge", json={}).json()
    reply = client.post("/auth/passkey/new", json={"credential": key.create(asked)})
    assert reply.status == 503
    assert "logins by passkey are not available" in caplog.text
