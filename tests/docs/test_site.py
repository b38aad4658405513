"""The whole site: it builds without a warning, its links lead somewhere, and what has to be on a page is on it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from _machinery import links, readmes, wrong

pytestmark = pytest.mark.timeout(300)  # these start other programs, which a busy machine takes its time for

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXTENSIONS = ("auth", "cookieparser", "indexer", "renderer", "session", "static")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, str(DOCS), "--out", str(folder)], capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(folder / "index.html")
    return folder


def test_the_site_has_every_page(site):
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS)).with_suffix(".html").exists()


def test_no_two_pages_have_one_title():
    titles = [re.search(r"^# (.+)$", page.read_text("utf-8"), re.MULTILINE) for page in DOCS.rglob("*.md")]
    named = [title[1] for title in titles if title is not None]
    assert len(named) == len(set(named)) > 50


def test_options_show_type_and_default_as_the_code_has_them(site):
    text = (site / "extensions" / "session.html").read_text("utf-8")
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*>idle<.*?</tr>", text, re.DOTALL)[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert words.startswith("idle float | timedelta timedelta(days=14) how long an unused session lives")


def test_a_wrong_use_is_followed_by_what_it_gives(site):
    text = (site / "extensions" / "static.html").read_text("utf-8")
    assert "there is no folder /srv/app/nowhere: create it or correct the path" in text


def test_new_lines_of_the_tutorial_are_marked(site):
    text = (site / "tutorial.html").read_text("utf-8")
    marked = re.findall(r'<span class="hll">(.*?)</span>\n', text)
    assert any("CookieParser" in line for line in marked)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_page_of_an_extension_has_all_its_parts(name):
    text = (DOCS / "extensions" / f"{name}.md").read_text("utf-8")
    assert re.search(rf"<!-- options: growler_ext\.{name}\.\w+ -->", text)
    assert "\n## Recipes\n" in text
    assert wrong.BLOCK.search(text)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_nothing_of_a_readme_is_left_out_but_what_the_page_says_in_its_own_way(name):
    page = DOCS / "extensions" / f"{name}.md"
    shown = "".join(
        readmes.wanted(name, names, page)
        for names in re.findall(r"<!-- readme: \w+ \| (.+) -->", page.read_text("utf-8"))
    )
    sections = readmes.sections((ROOT / name / "README.md").read_text("utf-8"))
    missing = [title for title in sections if title != "intro" and f"## {title}\n" not in shown]
    assert set(missing) <= {"Options", "The wrong way", "Your own method"}


def test_the_check_of_links_finds_what_is_wrong(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here">1</a><a href="#there">2</a><a href="b.html">3</a>'
        '<a href="https://example.org/">4</a><script src="https://example.org/x.js"></script>'
    )
    (tmp_path / "x.css").write_text("@font-face { src: url(https://example.org/font) }")
    found = links.check(tmp_path)
    assert found.external == ["https://example.org/", "https://example.org/x.js"]
    assert found.mistakes == [
        "a.html: loads https://example.org/x.js; the site has to stand alone",
        "a.html: #there: the page has no such anchor",
        "a.html: b.html: there is no such file",
        "x.css: a style sheet loads from another host",
    ]


def test_a_block_that_is_not_wrong_stops_the_build():
    with pytest.raises(ValueError, match="gives no error"):
        wrong.error_of("1 + 1")


def test_an_error_that_an_app_has_logged_is_shown():
    code = (
        "from growler import App\nfrom growler.testing import TestClient\napp = App()\n"
        "app.get('/', lambda req, res: 1 / 0)\nwith TestClient(app) as client:\n    client.get('/')\n"
    )
    assert wrong.error_of(code) == "ZeroDivisionError: division by zero"
