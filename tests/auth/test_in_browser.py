"""The login in a real browser: from a closed page to the login and back, without a script, on every screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name
from support.servers import Running

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}


@pytest.fixture
def url(make_app, make_auth):
    auth = make_auth()
    app = make_app(auth)
    app.name = "An application whose name is longer than the telephone is wide"

    @app.get("/me")
    @auth.require()
    def me(req, res):
        res.send_html(
            f"<h1>{req.user.id}</h1><form method=post action=/auth/logout><button>Out</button></form>"
        )

    with Running("native", app) as port:
        yield f"http://127.0.0.1:{port}"


def log_in(page: Page, password: str) -> None:
    page.fill("[name=password]", password)
    page.click("button")
    page.wait_for_load_state()


def test_from_a_closed_page_through_a_typing_error_to_the_page_and_out(browser: Browser, url) -> None:  # noqa: F811
    page = browser.new_context(java_script_enabled=False).new_page()
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(f"{url}/me?x=1")
    assert page.url == f"{url}/login?next=/me%3Fx%3D1"
    page.fill("[name=username]", "alice")
    log_in(page, "wrong")
    assert page.inner_text("[role=alert]") == "Wrong username or password."
    assert page.input_value("[name=username]") == "alice"
    assert asked == [], "the challenge of the 401 opens no window"
    log_in(page, "correct horse")
    assert (page.url, page.inner_text("h1")) == (f"{url}/me?x=1", "alice")
    page.click("button")
    page.wait_for_url(f"{url}/")
    page.go_back()
    assert page.inner_text("h1") == "Sign in", "the page of the user is not shown from a cache"


def test_the_keyboard_alone_logs_in(browser: Browser, url) -> None:  # noqa: F811
    page = browser.new_page()
    page.goto(f"{url}/login?next=/me")
    for key in ("alice", "Tab", "wrong", "Enter"):
        page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert page.evaluate("document.activeElement.name") == "password", "the name is there already"
    # What is typed before a page is painted reaches nobody.
    page.wait_for_function("performance.getEntriesByType('paint').length > 0")
    page.keyboard.type("correct horse")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.is_checked("[name=remember]")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", (
        "it is seen where"
    )
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/me")
    assert page.inner_text("h1") == "alice"


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_styled_and_fits(browser: Browser, url, screen, scheme) -> None:  # noqa: F811
    page = browser.new_context(viewport=screen, color_scheme=scheme).new_page()
    complaints = complaints_of(page)
    page.goto(f"{url}/login")
    assert complaints == [], "the style sheet passes the Content-Security-Policy"
    assert page.evaluate("document.documentElement.scrollWidth") == screen["width"]
    assert page.evaluate("document.activeElement.name") == "username"
    back = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert back == {"light": "rgb(255, 255, 255)", "dark": "rgb(26, 29, 33)"}[scheme]
    field = page.locator("[name=password]").bounding_box()
    assert field is not None
    assert field["height"] >= 44, "a finger hits it"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(browser: Browser, url, scheme) -> None:  # noqa: F811
    page = browser.new_context(color_scheme=scheme).new_page()
    page.goto(f"{url}/login")
    page.fill("[name=username]", "alice")
    log_in(page, "wrong")
    colours = page.evaluate(
        """() => ["header p", "h1", "label", "input[name=username]", "button", "[role=alert]"].map(name => {
            let node = document.querySelector(name), text = getComputedStyle(node).color
            while (getComputedStyle(node).backgroundColor == "rgba(0, 0, 0, 0)") node = node.parentElement
            return [name, text, getComputedStyle(node).backgroundColor]
        })"""
    )
    for name, text, back in colours:
        assert contrast(text, back) >= 4.5, f"{name}: {text} on {back} (WCAG 2.2, 1.4.3)"


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)` as WCAG defines it."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
