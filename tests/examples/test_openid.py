"""Login by OpenID Connect, against the provider of tests/support/idp.py: a real one over real sockets."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name
from support.clients import LiveClient
from support.idp import Provider
from support.program import Program
from support.redis_server import free_port
from support.servers import Running

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def provider():
    provider = Provider()
    with Running("native", provider.app) as port:
        provider.issuer = f"http://127.0.0.1:{port}"
        yield provider


@pytest.fixture
def site(provider, start):
    port = str(free_port())  # the site has to know its address before it starts
    return start(
        "openid", "--port", port, BASE_URL=f"http://127.0.0.1:{port}", SECRET="s" * 32,
        OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID="app", OIDC_CLIENT_SECRET=provider.secret,
        GITHUB_CLIENT_ID="x", GITHUB_CLIENT_SECRET="y" * 32,
    )  # fmt: skip


def log_in(client, next_url="/me"):
    """Go to the provider and back, as a browser does; the answer to the way back."""
    away = client.get(f"/auth/oidc?next={next_url}")
    assert away.status in (302, 303), away.text
    there = urlsplit(away.headers["location"])
    provider = LiveClient(there.port)
    back = urlsplit(provider.get(f"{there.path}?{there.query}").headers["location"])
    provider.close()
    return client.get(f"{back.path}?{back.query}", headers={"Accept": "text/html"})


def test_who_is_vouched_for_comes_in_and_out(site):
    assert site.get("/me").status == 401
    back = log_in(site)
    assert (back.status, back.headers["location"]) == (303, "/me")
    assert "alice@example.org" in site.get("/me").text
    site.post("/auth/logout")
    assert site.get("/me").status == 401


def test_the_same_account_is_found_again_whatever_its_address(site, provider):
    log_in(site)
    provider.user = {**provider.user, "email": "alice@new.example"}
    other = site.another()
    log_in(other)
    page = other.get("/me").text
    assert "no 1<" in page
    assert "alice@example.org" in page


def test_an_address_that_somebody_has_here_does_not_open_their_account(site, provider):
    log_in(site)
    provider.user = {"sub": "2", "email": "alice@example.org", "email_verified": True}
    other = site.another()
    assert log_in(other).status >= 400
    assert other.get("/me").status == 401


def test_an_address_that_nobody_has_proved_is_not_shown(site, provider):
    provider.user = {"sub": "3", "name": "<i>Eve</i>", "email": "alice@example.org", "email_verified": False}
    log_in(site)
    page = site.get("/me").text
    assert "<h1>&lt;i&gt;Eve&lt;/i&gt;</h1>" in page
    assert "alice@example.org" not in page


@pytest.mark.parametrize("fault", ["nonce", "sig", "aud", "authz_iss", "expired"])
def test_what_is_not_the_provider_s_word_opens_nothing(site, provider, fault):
    provider.fault = fault
    assert log_in(site).status >= 400
    assert site.get("/me").status == 401


def test_without_a_provider_it_says_what_to_set(start):
    with pytest.raises(AssertionError, match="No provider: set OIDC_ISSUER"):
        start("openid")


@pytest.mark.browser
def test_the_provider_for_trying_it_lets_in_whom_one_says_to_be(start, browser):  # noqa: F811 - imported above
    base = f"http://127.0.0.1:{free_port()}"
    words = [("BASE_URL", base), ("PROVIDER_PORT", str(free_port()))]
    with Program("provider.py", folder=EXAMPLES / "openid", environment=words) as provider:
        printed = provider.until("export ").removeprefix("export ").split()
        provider.url()
        environment = dict(setting.split("=", 1) for setting in printed)
        site = start("openid", "--port", base.rpartition(":")[2], BASE_URL=base, **environment)
        page = browser.new_page()
        for name in ("Ada Lovelace", "Grace Hopper"):
            page.goto(f"{site.url}/login")
            page.get_by_role("link", name="Continue with OpenID").click()
            page.get_by_role("link", name=name).click()
            page.goto(f"{site.url}/me")
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            page.get_by_role("button", name="Log out").click()


@pytest.mark.browser
def test_a_browser_logs_in_by_the_button(site, browser):  # noqa: F811 - imported above
    page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
    complaints = complaints_of(page)
    page.goto(site.url)
    page.get_by_role("link", name="What we know of you").click()
    expect(page.get_by_role("link", name="Continue with GitHub")).to_be_visible()
    page.get_by_role("link", name="Continue with OpenID").click()
    expect(page).to_have_url(f"{site.url}/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("alice@example.org")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
    # The way out leads on to the provider's own logout.
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout?*")
    page.goto(site.url)
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
