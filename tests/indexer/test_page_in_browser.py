"""The page in a real browser: on a phone, by keyboard, with and without its script, and for those who cannot see it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from growler import App
from growler.ext import Indexer
from support.browser import browser  # noqa: F401 - a fixture, found by its name
from support.servers import Running

PHONE = {"width": 360, "height": 780}
NAMES = [
    "folder/",
    "<img src=x onerror=alert(1)>",
    "large.bin",
    "middle 9.png",
    "middle 10.png",
    "README.md",
    "small.txt",
]

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    (root / "folder" / "below").mkdir(parents=True)
    (root / "folder" / ("x" * 200)).write_bytes(b"")
    (root / "folder" / ("y" * 200) / ("z" * 200)).mkdir(parents=True)
    for name, size in (("small.txt", 1), ("large.bin", 5000), ("middle 10.png", 60), ("middle 9.png", 50)):
        (root / name).write_bytes(b"x" * size)
    (root / "README.md").write_text("line\n" * 3 + "w" * 500)
    (root / "<img src=x onerror=alert(1)>").touch()
    (root / "empty").mkdir()
    (root / "empty").rename(root / "folder" / "empty")
    (root / "folder" / "large").mkdir()
    for number in range(10_000):
        (root / "folder" / "large" / f"entry {number}.txt").touch()
    return root


@pytest.fixture(scope="module")
def url(root: Path) -> Iterator[str]:
    app = App()
    app.use("/files", Indexer(root, readme=True))
    with Running("native", app) as port:
        yield f"http://127.0.0.1:{port}/files/"


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Open]:  # noqa: F811 - the fixture imported above
    """Opens a page below the listing's root. In the end no page may have said anything to the console."""
    said: list[str] = []

    def open_page(path: str = "", **options: Any) -> Page:
        page = browser.new_context(**options).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(url + path)
        return page

    yield open_page
    assert said == []


def phone(**options: Any) -> dict[str, Any]:
    return {"viewport": PHONE, "has_touch": True, "is_mobile": True, **options}


def rows(page: Page) -> list[str]:
    return page.locator("tbody tr:visible th a").all_inner_texts()


# What it looks like


def test_nothing_is_wider_than_a_phone(visit: Open) -> None:
    for width in (360, 320):
        for path in ("", "folder/", f"folder/{'y' * 200}/{'z' * 200}/", "folder/large/", "?q=nothing"):
            page = visit(path, **phone(viewport={"width": width, "height": 780}))
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_dark_and_light_follow_the_system(visit: Open) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit(color_scheme="dark").evaluate(ground) == "rgb(13, 16, 20)"
    assert visit(color_scheme="light").evaluate(ground) == "rgb(244, 245, 248)"


def test_rows_and_titles_are_large_enough_for_a_thumb(visit: Open) -> None:
    page = visit("folder/", **phone())
    for target in page.locator("tbody tr, thead a, header a, input, nav a").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_zoom_is_never_blocked(visit: Open) -> None:
    content = visit().locator("meta[name=viewport]").get_attribute("content")
    assert content == "width=device-width, initial-scale=1"


def test_whole_row_is_the_link_on_a_phone(visit: Open, url: str) -> None:
    page = visit(**phone())
    page.get_by_role("row", name="folder").locator("td").nth(1).tap(force=True)
    expect(page).to_have_url(url + "folder/")


def test_paper_has_the_table_and_none_of_the_tools(visit: Open) -> None:
    page = visit("folder/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    for gone in ("form", "header nav", "footer", ".archives", ".up"):
        expect(page.locator(gone)).to_be_hidden()
    assert len(rows(page)) == 5


# Without a script


def test_sorting_and_searching_work_without_a_script(visit: Open, url: str) -> None:
    page = visit(java_script_enabled=False)
    assert rows(page) == NAMES
    page.get_by_role("link", name="Size", exact=True).click()
    expect(page).to_have_url(url + "?sort=size&order=desc")
    assert rows(page)[:3] == ["folder/", "large.bin", "README.md"]
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("link", name="Size", exact=True).click()
    assert rows(page)[-1] == "large.bin"
    page.get_by_role("searchbox").fill("middle")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(url + "?sort=size&order=asc&q=middle")
    assert rows(page) == ["middle 9.png", "middle 10.png"]
    expect(page.get_by_role("caption")).to_have_text("2 of 7 entries")
    page.get_by_role("link", name="Name", exact=True).click()
    assert rows(page) == ["middle 9.png", "middle 10.png"]
    expect(page.get_by_role("searchbox")).to_have_value("middle")


def test_order_goes_along_to_other_folders_and_back(visit: Open, url: str) -> None:
    page = visit("?sort=size&order=asc", java_script_enabled=False)
    page.get_by_role("link", name="folder/").click()
    expect(page).to_have_url(url + "folder/?sort=size&order=asc")
    page.get_by_role("link", name="parent folder").click()
    expect(page).to_have_url(url + "?sort=size&order=asc")


def test_pages_can_be_turned_without_a_script(visit: Open, url: str) -> None:
    page = visit("folder/large/", java_script_enabled=False)
    assert len(rows(page)) == 1001
    pages = page.get_by_role("navigation", name="Pages")
    pages.get_by_role("link", name="Next").click()
    expect(page).to_have_url(url + "folder/large/?page=2")
    assert rows(page)[1] == "entry 1000.txt"
    expect(pages.locator("[aria-current=page]")).to_have_text("2")
    pages.get_by_role("link", name="Show all 10,000").click()
    expect(page.locator("tbody tr")).to_have_count(10_001)


# With its script


def test_filter_shows_what_matches_as_somebody_types(visit: Open, url: str) -> None:
    page = visit()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("MID")
    expect(page.get_by_role("status")).to_have_text("2 of 7 shown")
    assert rows(page) == ["middle 9.png", "middle 10.png"]
    page.keyboard.type("*")
    expect(page.get_by_role("status")).to_have_text("2 of 7 shown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("")
    assert rows(page) == NAMES
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_filter_that_finds_nothing_says_so(visit: Open) -> None:
    page = visit()
    page.get_by_role("searchbox").fill("<b>x")
    expect(page.locator("#nothing")).to_contain_text("Nothing here has “<b>x” in its name.")
    expect(page.get_by_role("status")).to_have_text("0 of 7 shown")
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#nothing")).to_be_hidden()


@pytest.mark.parametrize("text", ["o", "mid*9*", "M?DDLE", "<IMG", ".", "[", "\\", "*.md", "  large  "])
def test_filter_finds_what_the_server_finds(visit: Open, text: str) -> None:
    typed = visit()
    typed.get_by_role("searchbox").fill(text)
    expect(typed.get_by_role("status")).not_to_be_empty()
    sent = visit(java_script_enabled=False)
    sent.get_by_role("searchbox").fill(text)
    sent.get_by_role("button", name="Filter").click()
    sent.wait_for_url("**?q=**")
    assert rows(typed) == rows(sent)


def test_filter_with_many_stars_takes_no_time(visit: Open) -> None:
    page = visit("folder/")
    page.fill("#q", "*x" * 40)
    expect(page.locator("#status")).to_have_text("1 of 5 shown")
    page.fill("#q", "*x" * 40 + "*!")
    expect(page.locator("#status")).to_have_text("0 of 5 shown")


def test_filter_is_kept_when_sorting_and_when_coming_back(visit: Open, url: str) -> None:
    page = visit()
    page.get_by_role("searchbox").fill("middle")
    page.wait_for_url("**?q=middle")
    page.get_by_role("link", name="Size", exact=True).click()
    expect(page).to_have_url(url + "?sort=size&order=desc&q=middle")
    assert rows(page) == ["middle 10.png", "middle 9.png"]
    page.goto(url + "folder/")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("middle")
    assert rows(page) == ["middle 10.png", "middle 9.png"]


def test_filter_of_a_part_sends_to_the_whole(visit: Open, url: str) -> None:
    page = visit("folder/large/")
    page.get_by_role("searchbox").fill("9999")
    expect(page.get_by_role("status")).to_have_text(
        "0 of 1,000 on this page; Enter searches the whole folder"
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(url + "folder/large/?q=9999")
    assert rows(page) == ["../", "entry 9999.txt"]
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Escape")
    expect(page).to_have_url(url + "folder/large/")
    assert len(rows(page)) == 1001


def test_ten_thousand_rows_can_be_filtered(visit: Open) -> None:
    page = visit("folder/large/?page=all")
    page.get_by_role("searchbox").fill("entry 99?.txt")
    # A busy machine may take its time for ten thousand rows; what playwright does after its own time-out takes longer.
    expect(page.get_by_role("status")).to_have_text("10 of 10,000 shown", timeout=30_000)
    assert len(rows(page)) == 11


def test_times_are_in_the_reader_s_zone_with_a_script_only(visit: Open) -> None:
    east = visit(timezone_id="Australia/Adelaide")  # half an hour off UTC's minutes, summer and winter
    expect(east.locator("#zone")).to_have_text("Australia/Adelaide")
    time = east.locator("tbody time").last
    shown, meant = time.inner_text(), time.get_attribute("datetime") or ""
    minutes = int(shown[-2:]) - int(meant[14:16])
    assert minutes % 60 == 30
    expect(visit(java_script_enabled=False).locator("#zone")).to_have_text("UTC")


# By keyboard


def test_keyboard_reaches_the_list_first_and_sees_where_it_is(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the list")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["width"] > 100
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Name", exact=True)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_arrow_keys_go_from_row_to_row_and_enter_opens(visit: Open, url: str) -> None:
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("l")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="folder/")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="folder/")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(url + "folder/")


def test_everything_can_be_reached_by_tab(visit: Open) -> None:
    page = visit("folder/")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")
        if name in reached and name != "JSON":
            break
        reached.append(name)
    for name in ("Skip to the list", page.locator("header nav a").first.inner_text(), "q", "zip", "tar.gz", "Name",
                 "Size", "Modified", "Type", "../", "below/", "large/", "JSON"):  # fmt: skip
        assert name in reached


# For those who cannot see it


@pytest.mark.parametrize(
    "path", ["", "folder/", "folder/large/", "folder/empty/", "?q=nothing", "folder/large/?page=2"]
)
@pytest.mark.parametrize("options", [{"color_scheme": "light"}, phone(color_scheme="dark")])
def test_axe_finds_nothing(visit: Open, path: str, options: dict[str, Any]) -> None:
    page = visit(path, **options)
    # Best practices too; of a row's cells thirty are as good as a thousand.
    page.evaluate("[...document.querySelectorAll('tbody tr:nth-child(n+30)')].forEach(row => row.remove())")
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_table_is_one_for_screen_readers_on_a_phone_too(visit: Open) -> None:
    for options in ({}, phone()):
        page = visit(**options)
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        roles = [node["role"]["value"] for node in tree if not node["ignored"]]
        assert roles.count("table") == 1
        assert roles.count("row") == 1 + 7
        assert roles.count("columnheader") == 4
        assert roles.count("rowheader") == 7
        assert roles.count("cell") == 3 * 7


def test_breadcrumb_says_where_one_is(visit: Open) -> None:
    way = visit("folder/below/").get_by_role("navigation", name="Breadcrumb")
    assert way.get_by_role("link").all_inner_texts() == ["files", "folder", "below"]
    assert way.locator("[aria-current=page]").all_inner_texts() == ["below"]


def test_page_asks_for_nothing_but_itself_and_breaks_no_rule_of_its_own(visit: Open, url: str) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url, wait_until="networkidle")
    assert asked == [url]


def test_motion_is_left_out_for_those_who_want_none(visit: Open) -> None:
    duration = "getComputedStyle(document.querySelector('tbody tr')).transitionDuration"
    assert visit(reduced_motion="reduce").evaluate(duration) == "0s"
    assert visit(reduced_motion="no-preference").evaluate(duration) != "0s"
