"""The Redis that processes share is not there: what must be used once only is refused, the rest goes on."""

from __future__ import annotations

import socket

import pytest

from growler_ext.auth import Auth, MagicLink, MemoryPasskeys, Passkey, Password
from growler_ext.session import Session
from support.authenticator import Authenticator

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


def test_a_passkey_is_not_accepted_that_might_be_used_twice(client, caplog):
    key = Authenticator(SITE, HOST)
    client.post("/auth/login", form=ALICE)
    asked = client.post("/auth/passkey/new/challenge", json={}).json()
    reply = client.post("/auth/passkey/new", json={"credential": key.create(asked)})
    assert reply.status == 503
    assert "passkeys are not available" in caplog.text
