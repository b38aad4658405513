"""Passkeys, made and used by Chromium with a virtual authenticator; and what a forger may send, over HTTP."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from growler import App
from growler_ext.auth import Auth, AuthWiringError, MemoryPasskeys, Passkey, Password, StoredPasskey
from growler_ext.session import Session
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.on_port import OnPort, free_port
from support.servers import Running

ALICE = {"username": "alice", "password": "correct horse"}


@pytest.fixture
def store():
    return MemoryPasskeys()


@pytest.fixture
def make_passkey_app(users, cheap, store, make_app):
    def make(base_url: str, **options) -> App:
        auth = Auth(
            Password(hasher=cheap), Passkey("Shop", store), users=users, secret="s" * 32, base_url=base_url,
            **options,
        )  # fmt: skip
        app = make_app(auth, Session())

        @app.get("/safe")
        @auth.require(mfa=True)
        def safe(req, res):
            res.send_html(f"<h1>{req.user.id} by {req.auth.method}</h1>")

        return app

    return make


@pytest.fixture
def client(serve, make_passkey_app):
    return serve(make_passkey_app("http://localhost:9500"))


def authenticator(page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


@pytest.mark.browser
def test_added_then_used_in_a_real_browser(browser: Browser, make_passkey_app, store, users):  # noqa: F811
    port = free_port()
    url = f"http://localhost:{port}"
    with Running(OnPort(port), make_passkey_app(url)):
        page = browser.new_context().new_page()
        session, id = authenticator(page)
        page.goto(f"{url}/login")
        page.fill("[name=username]", "alice")
        page.fill("[name=password]", "correct horse")
        page.click("button[type=submit]")
        page.goto(f"{url}/auth/passkey/new")
        page.click("#growler-passkey")
        page.wait_for_url(f"{url}/")
        [passkey] = store.of(users.get("alice"))
        page.context.clear_cookies()
        page.goto(f"{url}/login?next=/safe")
        page.click("text=Continue with a passkey")
        page.click("#growler-passkey")
        page.wait_for_url(f"{url}/safe")
        assert page.inner_text("h1") == "alice by passkey"
        assert store.find(passkey.id).sign_count > passkey.sign_count

        # A clone that counts less is noticed.
        store.used(passkey.id, 1000)
        page.context.clear_cookies()
        page.goto(f"{url}/auth/passkey")
        page.click("#growler-passkey")
        page.wait_for_selector("[role=alert]:not(:empty)")
        assert page.inner_text("[role=alert]") == "That passkey does not work here."

        # Without user verification it is not enough.
        store.used(passkey.id, 1)
        session.send("WebAuthn.setUserVerified", {"authenticatorId": id, "isUserVerified": False})
        page.reload()
        page.click("#growler-passkey")
        page.wait_for_selector("[role=alert]:not(:empty)")
        page.goto(f"{url}/")
        assert page.inner_text("body") == "nobody"


# What a forger may send


def challenge_of(client) -> str:
    reply = client.post("/auth/passkey/challenge", json={})
    assert reply.status == 200
    assert reply.json()["userVerification"] == "required"
    return reply.json()["challenge"]


def test_each_challenge_is_another(client):
    assert challenge_of(client) != challenge_of(client)


CREDENTIAL = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}


@pytest.mark.parametrize(
    "body", [[], {}, {"credential": 5}, {"credential": {"rawId": "!"}}, {"credential": {"response": []}}]
)
def test_what_is_no_credential_is_400(client, body):
    challenge_of(client)
    assert client.post("/auth/passkey", json=body).status == 400


def test_a_body_that_is_no_json_is_400(client):
    assert client.post("/auth/passkey", body=b"{").status in (400, 415)


def test_an_unknown_passkey_logs_nobody_in(client):
    challenge_of(client)
    assert client.post("/auth/passkey", json={"credential": CREDENTIAL}).status == 401


def test_a_known_one_with_a_forged_answer_logs_nobody_in(client, store):
    store.add(StoredPasskey(b"\0\0\0", "alice", b"h", b"key"))
    responses = (
        {},
        {"userHandle": "AAAA"},
        {"clientDataJSON": "e30", "authenticatorData": "", "signature": ""},
    )
    for response in responses:
        challenge_of(client)
        reply = client.post("/auth/passkey", json={"credential": {**CREDENTIAL, "response": response}})
        assert reply.status == 401
    assert client.get("/").text == "nobody"


def test_without_a_challenge_nothing_is_looked_at(client, store):
    store.add(StoredPasskey(b"\0\0\0", "alice", b"h", b"key"))
    assert client.post("/auth/passkey", json={"credential": CREDENTIAL}).status == 401


def test_only_who_is_freshly_logged_in_adds_one(serve, make_passkey_app):
    client = serve(make_passkey_app("http://localhost:9500", fresh=1e-9))
    for path in ("/auth/passkey/new/challenge", "/auth/passkey/new"):
        assert client.post(path, json={"credential": CREDENTIAL}).status == 401
    client.post("/auth/login", form=ALICE)
    assert client.post("/auth/passkey/new/challenge", json={}).status == 401
    assert client.get("/auth/passkey/new").status == 401


def test_a_page_of_another_site_gets_no_challenge(client):
    assert (
        client.post("/auth/passkey/challenge", json={}, headers={"Sec-Fetch-Site": "cross-site"}).status
        == 403
    )


def test_the_page_allows_its_script_and_nothing_else(client):
    reply = client.get("/auth/passkey?next=/info", headers={"Accept": "text/html"})
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src 'sha256-" in policy
    assert 'data-next="/info"' in reply.text


def test_what_it_cannot_do_without_is_named(users, cheap):
    with pytest.raises(AuthWiringError) as mistakes:
        Auth(Password(hasher=cheap), Passkey("Shop", object()), users=users)
    assert "base_url" in str(mistakes.value)
    assert "Passkey needs object.find" in str(mistakes.value)


def test_an_rp_id_of_another_site_is_refused(users, cheap, store):
    passkey = Passkey("Shop", store, rp_id="evil.example")
    with pytest.raises(AuthWiringError, match=r"is neither 'shop\.example' nor a parent"):
        Auth(Password(hasher=cheap), passkey, users=users, secret="s" * 32, base_url="https://shop.example")
