"""What the formats make of a folder: the JSON's shape, the lines of the text, figures, and a page without holes."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from growler.http.query import Query
from growler_ext.indexer.contents import Contents, unreadable
from growler_ext.indexer.entry import EARLIEST, LATEST, Entry
from growler_ext.indexer.figures import Days, counted, exact_size, human_size, minute, rfc3339
from growler_ext.indexer.formats import FORMATS
from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.order import Order
from growler_ext.indexer.readme import Readme
from growler_ext.indexer.wanted import Wanted

ENTRIES = [
    Entry("sub", "directory", None, 1_704_153_600),
    Entry("b.txt", "file", 1500, 1_704_164_645),
    Entry("gone", "other", link=True),
]


def contents(
    entries: list[Entry] = ENTRIES,
    query: str = "",
    parts: tuple[str, ...] = ("a",),
    total: int | None = None,
    **rest: Any,
) -> Contents:
    wanted = Wanted.from_query(Query.parse(query, max_fields=10), Order())
    count = len(entries) if total is None else total
    return Contents(parts, wanted, entries, count, rest.pop("unfiltered", count), **rest)


def written(form: str, given: Contents, **view: Any) -> str:
    return "".join(FORMATS[form].pieces(given, View(**view)))


def page(given: Contents | None = None, **view: Any) -> str:
    return written("html", contents() if given is None else given, **view)


def body(given: Contents | None = None, **view: Any) -> str:
    return page(given, **view).partition("<body>")[2].partition("<script>")[0]


def test_json_has_exactly_the_fields_of_a_listing() -> None:
    assert json.loads(written("json", contents())) == {
        "path": "/a/",
        "parent": "../",
        "total": 3,
        "page": 1,
        "entries": [
            {"name": "sub", "href": "./sub/", "type": "directory", "size": None,
             "mtime": "2024-01-02T00:00:00Z", "mime": None, "link": False},
            {"name": "b.txt", "href": "./b.txt", "type": "file", "size": 1500,
             "mtime": "2024-01-02T03:04:05Z", "mime": "text/plain", "link": False},
            {"name": "gone", "href": "./gone", "type": "other", "size": None,
             "mtime": None, "mime": None, "link": True},
        ],
    }  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000, 1234])
def test_pieces_make_one_document_however_many_there_are(count: int) -> None:
    many = contents([Entry(f"f{number}", "file", 1, 1) for number in range(count)])
    assert len(json.loads(written("json", many))["entries"]) == count
    assert body(many).count("<tr ") == 2 + count
    assert len(written("txt", many).splitlines()) == count


def test_text_has_a_line_for_each_name_whatever_it_holds() -> None:
    names = ["two\nlines", "tab\tbed", "caf\udce9", "<b>", "\u2028"]
    text = written("txt", contents([Entry("d", "directory"), *(Entry(name, "file") for name in names)]))
    assert text == "d/\ntwo␊lines\ntab␉bed\ncaf\ufffd\n<b>\n\ufffd\n"


def test_style_and_script_go_out_under_their_hashes() -> None:
    shown = page()
    hashes = {}
    for tag in ("style", "script"):
        (found,) = re.findall(rf"<{tag}>(.*?)</{tag}>", shown, re.DOTALL)
        hashes[tag] = base64.b64encode(hashlib.sha256(found.encode()).digest()).decode()
    assert FORMATS["html"].headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


def test_page_has_nothing_its_own_policy_would_block() -> None:
    shown = page(contents(readme=Readme("README", "text", True)))
    assert shown.count("<script") == shown.count("<style") == 1
    assert not re.search(r"""<img|\sstyle=|\son[a-z]+=|\ssrc=|url\(|@import|<base|fetch\(|XMLHttp""", shown)


def test_sorted_column_says_so_and_links_to_the_other_direction() -> None:
    shown = body(contents(query="sort=size"))
    assert shown.count("aria-sort") == 1
    assert 'aria-sort="ascending"><a href="?sort=size&amp;order=desc"' in shown
    assert 'aria-sort="descending"' in body(contents(query="sort=date&order=desc"))


def test_order_and_search_are_carried_to_other_folders_only() -> None:
    shown = body(contents(query="sort=size&order=desc&q=%22b"))
    carried = "?sort=size&amp;order=desc&amp;q=%22b"
    assert f'href="./sub/{carried}"' in shown
    assert f'href="../{carried}"' in shown
    assert 'href="./b.txt"' in shown
    assert (
        '<input type="hidden" name="sort" value="size"><input type="hidden" name="order" value="desc">'
        in shown
    )
    assert 'value="&quot;b"' in shown


def test_size_is_exact_in_the_title_and_short_in_the_cell() -> None:
    assert 'title="1,500 bytes">1.5 kB</td>' in body()


def test_time_is_for_machines_to_the_second() -> None:
    assert '<time datetime="2024-01-02T03:04:05Z">2024-01-02 03:04</time>' in body()


@pytest.mark.parametrize(
    ("given", "caption"),
    [
        (contents(), '1 folder and 2 files, <span title="1,500 bytes">1.5 kB</span>'),
        (contents([]), "Empty"),
        (contents(query="q=b", unfiltered=1234), "3 of 1,234 entries"),
        (contents(query="page=2", total=2500, pages=3), "2,500 entries, page 2 of 3"),
        (contents(query="q=b&page=2", total=2500, unfiltered=4000, pages=3), "2,500 of 4,000 entries, page 2 of 3"),
        (unreadable(("a",), Wanted()), "Not readable"),
    ],
)  # fmt: skip
def test_caption_counts(given: Contents, caption: str) -> None:
    assert f"<caption>{caption}</caption>" in body(given)


def test_empty_folder_says_so_and_still_leads_up() -> None:
    shown = body(contents([]))
    assert "This folder is empty." in shown
    assert 'href="../"' in shown
    assert "<form" not in shown
    assert "archive=" not in body(contents([]), archives=("zip",))


def test_unreadable_folder_says_so() -> None:
    shown = body(unreadable(("a",), Wanted()))
    assert "This folder cannot be read." in shown
    assert "empty" not in shown


def test_search_that_finds_nothing_says_so_and_leads_back() -> None:
    shown = body(contents([], query="q=<b>&sort=size", unfiltered=12))
    assert "Nothing here has &ldquo;<b><bdi>&lt;b&gt;</bdi></b>&rdquo; in its name." in shown
    assert '<a href="?sort=size&amp;order=asc">Show all 12 entries</a>' in shown
    assert "empty" not in shown


def test_what_cannot_be_served_is_shown_without_a_link() -> None:
    shown = body()
    assert "<span><bdi>gone</bdi></span>" in shown
    assert "Broken link</td>" in shown
    assert "./gone" not in shown


def test_title_is_the_path_unless_one_was_given() -> None:
    assert "<title>Index of /files/a/</title>" in page(mount="/files")
    assert "<title>Down &amp; loads: /a/</title>" in page(mount="/files", title="Down & loads")


def test_control_and_override_characters_are_shown_as_signs() -> None:
    shown = body(contents([Entry("a\nb\x1b\u202egpj.exe\x85", "file"), Entry("plain", "file")]))
    assert "<bdi>a␊b␛\ufffdgpj.exe\ufffd</bdi>" in shown
    assert "<bdi>plain</bdi>" in shown


@pytest.mark.parametrize(
    ("page_number", "pages", "linked", "rels"),
    [
        (1, 3, ["1", "2", "3"], ["next"]),
        (2, 3, ["1", "2", "3"], ["prev", "next"]),
        (3, 3, ["1", "2", "3"], ["prev"]),
        (1, 20, ["1", "2", "3", "&hellip;", "20"], ["next"]),
        (10, 20, ["1", "&hellip;", "8", "9", "10", "11", "12", "&hellip;", "20"], ["prev", "next"]),
        (20, 20, ["1", "&hellip;", "18", "19", "20"], ["prev"]),
    ],
)
def test_pages_link_to_their_neighbours(
    page_number: int, pages: int, linked: list[str], rels: list[str]
) -> None:
    shown = page(contents(query=f"page={page_number}&q=x", total=pages * 3, pages=pages))
    nav = shown.partition('<nav class="pages"')[2].partition("</nav>")[0]
    assert re.findall(r"<li><(?:a|span)[^>]*>([^<]+)<", nav) == linked
    assert re.findall(r'rel="(prev|next)"', nav) == rels
    assert re.findall(r'<link rel="(prev|next)"', shown) == rels
    assert f'aria-current="page">{page_number}<' in nav
    assert f'<a href="?q=x&amp;page=all">Show all {pages * 3}</a>' in nav


def test_one_page_has_no_links_to_pages() -> None:
    assert 'class="pages"' not in body()
    assert '<a href="./">Show in pages</a>' in body(contents(query="page=all"))


def test_readme_is_text() -> None:
    shown = body(contents(readme=Readme("READ<ME>", "# <b>&amp;\n\n\tcode \x1b[0m", False)))
    assert '<h2 id="readme"><bdi>READ&lt;ME&gt;</bdi></h2>' in shown
    assert '<pre tabindex="0">\n# &lt;b&gt;&amp;amp;\n\n        code ␛[0m</pre>' in shown
    assert "Only the first 66 kB are shown." in shown


def test_archives_are_offered_if_allowed() -> None:
    shown = body(archives=("zip", "tar.gz"))
    assert re.findall(r'href="\?archive=([a-z.]+)"', shown) == ["zip", "tar.gz"]
    assert "archive=" not in body()


def test_a_row_remembered_is_written_anew_when_anything_of_it_changes() -> None:
    entry = Entry("z" * 9, "file", 1, 1)
    first = body(contents([entry]))
    assert body(contents([Entry("z" * 9, "file", 1, 1)])) == first
    for changed in (
        Entry("z" * 9, "file", 2, 1), Entry("z" * 9, "file", 1, 61), Entry("z" * 9, "directory", None, 1),
        Entry("z" * 9, "file", 1, 1, link=True), Entry("y" * 9, "file", 1, 1),
    ):  # fmt: skip
        assert body(contents([changed])) != first


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_536_000, "1.5 MB"),
        (2**63, "9.2 EB"),
        (10**30, "1000000000000 EB"),
    ],
)
def test_human_size(size: int, expected: str) -> None:
    assert human_size(size) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (1_714_570_679, "2024-05-01T13:37:59Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (EARLIEST, "0001-01-01T00:00:00Z"),
        (LATEST, "9999-12-31T23:59:59Z"),
    ],
)
def test_moments(moment: int, expected: str) -> None:
    assert rfc3339(moment) == expected
    assert minute(moment, Days()) == expected[:16].replace("T", " ")


def test_words_agree_with_their_numbers() -> None:
    assert [exact_size(1), exact_size(1234)] == ["1 byte", "1,234 bytes"]
    assert [counted(0, "file"), counted(1, "entry", "entries"), counted(1234, "entry", "entries")] == [
        "0 files",
        "1 entry",
        "1,234 entries",
    ]
