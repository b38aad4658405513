"""Logins by a provider in Chromium: from our button to the provider's page and back, in several tabs, and out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from growler_ext.auth import Auth, MemoryUsers, Password
from growler_ext.session import Session
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.on_port import OnPort, free_port
from support.openid_login import openid
from support.servers import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def provider(provider):
    provider.waits = True
    return provider


@pytest.fixture
def url(make_app, provider, cheap):
    port = free_port()
    url = f"http://localhost:{port}"
    users = MemoryUsers()
    users.add("alice", email="alice@example.org")
    auth = Auth(Password(hasher=cheap), openid(provider), users=users, secret="s" * 32, base_url=url)
    app = make_app(auth, Session())

    @app.get("/page/:number")
    @auth.require()
    def page(req, res):
        res.send_html(
            f"<h1>{req.user.id} at {req.params['number']}</h1>"
            "<form method=post action=/auth/logout><button>Out</button></form>"
        )

    with Running(OnPort(port), app):
        yield url


def to_the_provider(tab: Page, url: str, number: int) -> None:
    tab.goto(f"{url}/page/{number}")
    assert tab.url == f"{url}/login?next=/page/{number}"
    tab.click("text=Continue with Op")
    tab.wait_for_selector("text=Allow")


def test_two_tabs_both_log_in_and_each_goes_where_it_was_going(browser: Browser, url, provider) -> None:  # noqa: F811
    context = browser.new_context()
    first, second = context.new_page(), context.new_page()
    to_the_provider(first, url, 1)
    to_the_provider(second, url, 2)
    for number, tab in ((2, second), (1, first)):
        tab.click("text=Allow")
        tab.wait_for_url(f"{url}/page/{number}")
        assert tab.inner_text("h1") == f"alice at {number}"
    assert not [cookie for cookie in context.cookies() if "flow" in cookie["name"]], "they are gone"


def test_going_back_to_the_answer_logs_nobody_in_again(browser: Browser, url, provider) -> None:  # noqa: F811
    tab = browser.new_context().new_page()
    answers: list[str] = []
    tab.on("request", lambda request: answers.append(request.url) if "/callback?" in request.url else None)
    to_the_provider(tab, url, 1)
    tab.click("text=Allow")
    tab.wait_for_url(f"{url}/page/1")
    tab.click("text=Out")
    tab.wait_for_load_state()
    tab.goto(answers[0])
    assert "was begun in another browser" in tab.inner_text("[role=alert]")
    tab.goto(f"{url}/")
    assert tab.inner_text("body") == "nobody"


def test_who_says_no_there_is_on_our_login_page_again(browser: Browser, url, provider) -> None:  # noqa: F811
    provider.denies = True
    tab = browser.new_context().new_page()
    to_the_provider(tab, url, 1)
    tab.click("text=Allow")
    tab.wait_for_selector("[role=alert]")
    assert tab.inner_text("[role=alert]") == "Op did not let you in."
    provider.denies = False
    tab.click("text=Continue with Op")
    tab.click("text=Allow")
    tab.wait_for_url(f"{url}/page/1")


def test_a_provider_that_is_down_is_said_and_the_button_tries_again(browser: Browser, url, provider) -> None:  # noqa: F811
    tab = browser.new_context().new_page()
    to_the_provider(tab, url, 1)
    provider.fault = "down"
    tab.click("text=Allow")
    tab.wait_for_selector("[role=alert]")
    assert tab.inner_text("[role=alert]") == "Op does not answer as it should. Try again in a moment."
    provider.fault = ""
    tab.click("text=Continue with Op")
    tab.click("text=Allow")
    tab.wait_for_url(f"{url}/page/1")
