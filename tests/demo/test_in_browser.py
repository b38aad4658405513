"""The site in a real browser: on a phone, in the dark, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def url(site):
    with Running("native", site) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def said():
    """What the pages of `phone` complain about: blocked styles, missing files."""
    return []


@pytest.fixture
def phone(browser, said):  # noqa: F811 - the fixture imported above
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        color_scheme="dark",
        has_touch=True,
        is_mobile=True,
        java_script_enabled=False,
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    return page


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 16, 20)"


def type_in(page, name, password):
    page.get_by_label("Username").fill("")
    page.get_by_label("Username").press_sequentially(name)
    page.get_by_label("Password").press_sequentially(password)
    page.keyboard.press("Enter")


def test_a_member_comes_in_by_typing_and_opens_a_file(phone, url, said):
    phone.goto(url)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert_fits(phone)
    phone.get_by_role("link", name="Open the file room").tap()
    expect(phone.get_by_label("Username")).to_be_focused()
    assert_fits(phone)
    assert said == []

    type_in(phone, "demo", "wrong")
    expect(phone.get_by_role("alert")).to_have_text("Wrong username or password.")
    expect(phone.get_by_label("Username")).to_have_value("demo")
    assert_fits(phone)

    type_in(phone, "demo", "abcd-efgh-jkmn")
    expect(phone).to_have_url(f"{url}/files/")
    expect(phone.get_by_role("table")).to_be_visible()
    assert_fits(phone)
    phone.get_by_role("link", name="a.txt").tap()
    expect(phone.locator("body")).to_have_text("INSIDE")

    phone.goto(url)
    phone.get_by_role("button", name="Sign out").tap()
    expect(phone.get_by_role("link", name="Sign in")).to_be_visible()
    phone.goto(f"{url}/files/a.txt")
    expect(phone).to_have_url(f"{url}/login?next=/files/a.txt")


def test_a_name_however_long_breaks_no_page(phone, url, said):
    phone.goto(url)
    phone.get_by_label("What shall we call you?").fill("W" * 40)
    phone.get_by_role("button", name="Remember").tap()
    expect(phone.get_by_role("status")).to_contain_text("W" * 40)
    assert_fits(phone)
    assert said == []


def test_whatever_is_tapped_is_large_enough_for_a_thumb(phone, url):
    for path in ("/", "/login", "/nowhere"):
        phone.goto(url + path)
        for target in phone.locator("nav a, .button, button, input:not([type=hidden])").all():
            assert target.bounding_box()["height"] >= 44


def test_an_html_file_in_the_folder_cannot_act_for_who_opens_it(browser, url, folder):  # noqa: F811 - as above
    (folder / "evil.html").write_text("<title>page</title><script>document.title = 'ran'</script>")
    page = browser.new_page()
    page.goto(f"{url}/login?next=/files/evil.html")
    type_in(page, "demo", "abcd-efgh-jkmn")
    expect(page).to_have_url(f"{url}/files/evil.html")
    assert page.title() == "page"
