"""The page in a real browser: it fits a phone, sorts without a script, and asks for nothing but itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from growler import App
from growler.ext import Indexer
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "folder" / "below").mkdir(parents=True)
    (tmp_path / ("x" * 200)).write_bytes(b"")
    (tmp_path / "folder" / ("y" * 200) / ("z" * 200)).mkdir(parents=True)
    for name, size in (("small.txt", 1), ("large.bin", 5000), ("middle 10.png", 60), ("middle 9.png", 50)):
        (tmp_path / name).write_bytes(b"x" * size)
    (tmp_path / "<img src=x onerror=alert(1)>").touch()
    app = App()
    app.use("/files", Indexer(tmp_path))
    with Running("native", app) as port:
        yield f"http://127.0.0.1:{port}/files/"


def shown_names(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


@pytest.fixture
def phone(browser: Browser) -> Page:  # noqa: F811 - the fixture imported above
    context = browser.new_context(
        viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True, java_script_enabled=False
    )
    return context.new_page()


def test_phone_in_dark_mode_has_no_horizontal_scroll(browser: Browser, url: str) -> None:  # noqa: F811
    for width in (390, 320):
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme="dark", has_touch=True, is_mobile=True
        )
        page = context.new_page()
        for path in ("", "folder/", f"folder/{'y' * 200}/{'z' * 200}/"):
            page.goto(url + path)
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 16, 20)"


def test_rows_and_titles_are_large_enough_for_a_thumb(phone: Page, url: str) -> None:
    phone.goto(url)
    for target in phone.locator("tbody tr, thead a, nav a").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_whole_row_is_the_link_on_a_phone(phone: Page, url: str) -> None:
    phone.goto(url)
    phone.get_by_role("row", name="folder").locator("td.t").tap(force=True)
    expect(phone).to_have_url(url + "folder/")


def test_sorting_works_by_clicking_without_a_script(phone: Page, url: str) -> None:
    phone.goto(url)
    by_name = [
        "folder/",
        "<img src=x onerror=alert(1)>",
        "large.bin",
        "middle 9.png",
        "middle 10.png",
        "small.txt",
    ]
    assert [name for name in shown_names(phone) if "xxx" not in name] == by_name
    phone.get_by_role("link", name="Size").click()
    expect(phone).to_have_url(url + "?sort=size&order=desc")
    assert shown_names(phone)[:3] == ["folder/", "large.bin", "middle 10.png"]
    expect(phone.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")
    phone.get_by_role("link", name="Size").click()
    assert shown_names(phone)[-1] == "large.bin"
    phone.get_by_role("link", name="folder/").click()
    expect(phone).to_have_url(url + "folder/?sort=size&order=asc")
    phone.get_by_role("link", name="parent folder").click()
    expect(phone).to_have_url(url + "?sort=size&order=asc")


def test_page_asks_for_nothing_but_itself_and_breaks_no_rule_of_its_own(
    browser: Browser,  # noqa: F811
    url: str,
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(url, wait_until="networkidle")
    assert asked == [url]
    assert said == []


def test_keyboard_reaches_the_list_first_and_sees_where_it_is(browser: Browser, url: str) -> None:  # noqa: F811
    page = browser.new_page()
    page.goto(url)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the list")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["width"] > 100
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Name")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_table_is_one_for_screen_readers_on_a_phone_too(phone: Page, url: str) -> None:
    phone.goto(url)
    session = phone.context.new_cdp_session(phone)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("table") == 1
    assert roles.count("row") == 1 + 7
    assert roles.count("columnheader") == 3
    assert roles.count("rowheader") == 7


def test_text_has_the_contrast_that_wcag_asks_for(browser: Browser, url: str) -> None:  # noqa: F811
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()  # type: ignore[arg-type]  # one of its literals
        page.goto(url)
        assert page.evaluate(CONTRAST) >= 4.5


# WCAG 2.2 1.4.3: the least contrast of any text with what is painted behind it.
CONTRAST = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length === 3) return colour;
    }
    return [255, 255, 255];
  };
  return Math.min(...[...document.querySelectorAll('nav a, caption, th, td, small, footer *')].map(element => {
    const [a, b] = [parse(getComputedStyle(element).color), behind(element)].map(light);
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  }));
}"""
