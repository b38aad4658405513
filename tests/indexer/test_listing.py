"""The listing as a value: items, the path, the way from the root."""

from growler_ext.indexer.contents import Contents
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.listing import Crumb, Item, Listing, crumbs, items
from growler_ext.indexer.wanted import Wanted

MOMENT = 1_714_570_629  # 2024-05-01T13:37:09Z


def listing(parts: tuple[str, ...], *entries: Entry, total: int | None = None) -> Listing:
    count = len(entries) if total is None else total
    return Contents(parts, Wanted(), entries, count, count).listing()


def test_listing_holds_what_an_entry_says() -> None:
    assert listing(("a", "b c"), Entry("x y.png", "file", 12, MOMENT, link=True)) == Listing(
        "/a/b c/",
        "../",
        1,
        1,
        [Item("x y.png", "./x%20y.png", "file", 12, "2024-05-01T13:37:09Z", "image/png", True)],
    )


def test_root_has_no_parent() -> None:
    assert listing(()) == Listing("/", None, 0, 1, [])


def test_total_counts_all_pages() -> None:
    assert listing((), Entry("a", "file"), total=5).total == 5


def test_folder_has_neither_size_nor_media_type() -> None:
    (item,) = items([Entry("a.png", "directory")])
    assert (item.type, item.size, item.mime, item.href) == ("directory", None, None, "./a.png/")


def test_name_that_is_no_utf_8_is_shown_by_signs_and_linked_by_its_bytes() -> None:
    shown = listing(("\udcff",), Entry("caf\udce9", "file"))
    assert shown.path == "/\ufffd/"
    assert (shown.entries[0].name, shown.entries[0].href) == ("caf\ufffd", "./caf%E9")


def test_crumbs_lead_back_to_the_root_and_never_name_a_path() -> None:
    assert crumbs(("a", "b"), "files") == [Crumb("files", "../../"), Crumb("a", "../"), Crumb("b", "./")]
    assert crumbs((), "files") == [Crumb("files", "./")]
    assert crumbs(("\udcff",), "files")[1].name == "\ufffd"
