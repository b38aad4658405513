"""What the formats make of a listing: the JSON's shape, figures, and a page without holes."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.formats import FORMATS
from growler_ext.indexer.formats.contract import View
from growler_ext.indexer.formats.figures import counted, exact_size, human_size, minute
from growler_ext.indexer.listing import Listing
from growler_ext.indexer.order import Order

LISTING = Listing.of(
    ("a",),
    [
        Entry("sub", "directory", None, datetime(2024, 1, 2, tzinfo=UTC)),
        Entry("b.txt", "file", 1500, datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        Entry("gone", "other", link=True),
    ],
)


def page(listing: Listing = LISTING, **view: object) -> str:
    return FORMATS["html"].render(listing, View(**{"order": Order(), **view})).decode()  # type: ignore[arg-type]


def test_json_has_exactly_the_fields_of_a_listing() -> None:
    assert json.loads(FORMATS["json"].render(LISTING, View(Order()))) == {
        "path": "/a/",
        "parent": "../",
        "total": 3,
        "entries": [
            {"name": "sub", "href": "./sub/", "type": "directory", "size": None,
             "mtime": "2024-01-02T00:00:00Z", "mime": None, "link": False},
            {"name": "b.txt", "href": "./b.txt", "type": "file", "size": 1500,
             "mtime": "2024-01-02T03:04:05Z", "mime": "text/plain", "link": False},
            {"name": "gone", "href": "./gone", "type": "other", "size": None,
             "mtime": None, "mime": None, "link": True},
        ],
    }  # fmt: skip


def test_style_goes_out_under_its_hash() -> None:
    style = re.search(r"<style>(.*?)</style>", page(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert FORMATS["html"].headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    )


def test_page_has_nothing_its_own_policy_would_block() -> None:
    shown = page()
    assert not re.search(r"""<script|<img|\sstyle=|\son[a-z]+=|\ssrc=|url\(|@import|<form|<base""", shown)


def test_sorted_column_says_so_and_links_to_the_other_direction() -> None:
    shown = page(order=Order("size", "asc"))
    assert shown.count("aria-sort") == 1 + page().count(
        "[aria-sort"
    )  # in the table; the rest is in the style
    assert 'aria-sort="ascending"><a href="?sort=size&amp;order=desc"' in shown
    assert 'aria-sort="descending"' in page(order=Order("size", "desc"))


def test_order_asked_for_is_carried_to_other_folders_only() -> None:
    shown = page(carried="?sort=size&order=desc")
    assert 'href="./sub/?sort=size&amp;order=desc"' in shown
    assert 'href="../?sort=size&amp;order=desc"' in shown
    assert 'href="./b.txt"' in shown


def test_size_is_exact_in_the_title_and_short_in_the_cell() -> None:
    assert 'title="1,500 bytes">1.5 kB</td>' in page()


def test_time_is_for_machines_to_the_second() -> None:
    assert '<time datetime="2024-01-02T03:04:05Z">2024-01-02 03:04</time>' in page()


def test_caption_counts() -> None:
    assert '<caption>1 folder and 2 files, <span title="1,500 bytes">1.5 kB</span></caption>' in page()


def test_empty_folder_says_so_and_still_leads_up() -> None:
    shown = page(Listing.of(("a",), []))
    assert "This folder is empty." in shown
    assert 'href="../"' in shown


def test_unreadable_folder_says_so() -> None:
    shown = page(Listing.of(("a",), []), readable=False)
    assert "This folder cannot be read." in shown
    assert "empty" not in shown.partition("<main>")[2]


def test_what_cannot_be_served_is_shown_without_a_link() -> None:
    shown = page()
    assert "<span><bdi>gone</bdi></span><small>broken link</small>" in shown
    assert "./gone" not in shown


def test_title_is_the_path_unless_one_was_given() -> None:
    assert "<title>Index of /files/a/</title>" in page(mount="/files")
    assert "<title>Down &amp; loads: /a/</title>" in page(mount="/files", title="Down & loads")


def test_control_and_override_characters_are_shown_as_signs() -> None:
    shown = page(Listing.of((), [Entry("a\nb\x1b\u202egpj.exe\x85", "file")]))
    assert "<bdi>a␊b␛\ufffdgpj.exe\ufffd</bdi>" in shown


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


def test_words_agree_with_their_numbers() -> None:
    assert [exact_size(1), exact_size(1234)] == ["1 byte", "1,234 bytes"]
    assert [counted(0, "file"), counted(1, "file"), counted(1234, "file")] == [
        "0 files",
        "1 file",
        "1,234 files",
    ]
    assert minute("2024-05-01T13:37:59Z") == "2024-05-01 13:37"
