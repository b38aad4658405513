"""The listing as a value: names, hrefs, totals, the way from the root."""

from datetime import UTC, datetime

import pytest

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.listing import Crumb, Item, Listing, Totals, crumbs, href, totals


def test_listing_holds_what_an_entry_says() -> None:
    moment = datetime(2024, 5, 1, 13, 37, 9, tzinfo=UTC)
    listing = Listing.of(("a", "b c"), [Entry("x y.png", "file", 12, moment, link=True)])
    assert listing == Listing(
        "/a/b c/",
        "../",
        1,
        [Item("x y.png", "./x%20y.png", "file", 12, "2024-05-01T13:37:09Z", "image/png", True)],
    )


def test_root_has_no_parent() -> None:
    assert Listing.of((), []) == Listing("/", None, 0, [])


def test_folder_has_neither_size_nor_media_type() -> None:
    item = Listing.of((), [Entry("a.png", "directory")]).entries[0]
    assert (item.type, item.size, item.mime, item.href) == ("directory", None, None, "./a.png/")


def test_name_that_is_no_utf_8_is_shown_by_signs_and_linked_by_its_bytes() -> None:
    listing = Listing.of(("\udcff",), [Entry("caf\udce9", "file")])
    assert listing.path == "/\ufffd/"
    assert (listing.entries[0].name, listing.entries[0].href) == ("caf\ufffd", "./caf%E9")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
        ("a/b?c#d".replace("/", "\\"), "./a%5Cb%3Fc%23d"),
        ("%2e%2e", "./%252e%252e"),
        ("...", "./..."),
        ("~a_b-c.d", "./~a_b-c.d"),
        ("\n", "./%0A"),
    ],
)
def test_href_is_a_path_whatever_the_name(name: str, expected: str) -> None:
    assert href(name, "file") == expected


def test_crumbs_lead_back_to_the_root_and_never_name_a_path() -> None:
    assert crumbs("/a/b/", "files") == [Crumb("files", "../../"), Crumb("a", "../"), Crumb("b", "./")]
    assert crumbs("/", "files") == [Crumb("files", "./")]


def test_totals_count_what_is_not_known_as_nothing() -> None:
    entries = [
        Entry("d", "directory"),
        Entry("a", "file", 5),
        Entry("vanished", "file"),
        Entry("pipe", "other"),
    ]
    assert totals(Listing.of((), entries).entries) == Totals(folders=1, files=3, size=5)
