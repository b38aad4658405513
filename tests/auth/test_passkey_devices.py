"""Passkeys on several devices, each a Chromium of its own with a virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from growler_ext.auth import Auth, MemoryPasskeys, Passkey, Password
from growler_ext.session import Session
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.on_port import OnPort, free_port
from support.servers import Running

pytestmark = pytest.mark.browser


class Device:
    """A browser with an authenticator, at one site."""

    def __init__(self, browser: Browser, url: str) -> None:  # noqa: F811
        self.url = url
        self.page = browser.new_context().new_page()
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def by_password(self) -> None:
        self.page.goto(f"{self.url}/login")
        self.page.fill("[name=username]", "alice")
        self.page.fill("[name=password]", "correct horse")
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")

    def add(self) -> str:
        self.page.goto(f"{self.url}/auth/passkey/new")
        return self._press()

    def sign_in(self) -> str:
        self.page.context.clear_cookies()
        self.page.goto(f"{self.url}/auth/passkey")
        return self._press()

    def _press(self) -> str:
        """ "" where it worked, else what the page says."""
        self.page.click("#growler-passkey")
        # Chromium shows the plain text of our home in a <pre>.
        self.page.wait_for_selector("[role=alert]:not(:empty), pre")
        return "" if self.page.url == f"{self.url}/" else self.page.inner_text("[role=alert]")

    def who(self) -> str:
        self.page.goto(f"{self.url}/")
        return self.page.inner_text("body")


@pytest.fixture
def store() -> MemoryPasskeys:
    return MemoryPasskeys()


@pytest.fixture
def url(users, cheap, store, make_app):
    port = free_port()
    url = f"http://localhost:{port}"
    auth = Auth(
        Password(hasher=cheap),
        Passkey("Shop", store),
        users=users,
        secret="s" * 32,
        base_url=url,
        throttle=None,
    )
    with Running(OnPort(port), make_app(auth, Session())):
        yield url


def test_each_device_has_its_own_and_one_that_is_removed_is_none(browser: Browser, url, store, users) -> None:  # noqa: F811
    first, second = Device(browser, url), Device(browser, url)
    for device in (first, second):
        device.by_password()
        assert device.add() == ""
    one, other = store.of(users.get("alice"))
    assert first.sign_in() == second.sign_in() == ""
    assert (first.who(), second.who()) == ("alice", "alice")
    store.remove(one.id)
    assert first.sign_in() == "That passkey does not work here."
    assert first.who() == "nobody"
    assert second.sign_in() == "", "the other device is none the worse"
    assert [passkey.id for passkey in store.of(users.get("alice"))] == [other.id]


def test_a_device_takes_no_second_one_of_the_same_user(browser: Browser, url, store, users) -> None:  # noqa: F811
    device = Device(browser, url)
    device.by_password()
    assert device.add() == ""
    assert device.add() != ""
    assert len(store.of(users.get("alice"))) == 1


def test_a_page_at_another_address_gets_no_answer_of_the_authenticator(browser: Browser, url) -> None:  # noqa: F811
    """As a site that only looks like ours: the browser itself binds a passkey to the domain."""
    device = Device(browser, url)
    device.by_password()
    assert device.add() == ""
    device.url = url.replace("localhost", "127.0.0.1")
    assert device.sign_in() != ""
    assert device.who() == "nobody"
    device.url = url
    assert device.sign_in() == ""
