"""The order of a listing, on plain entries."""

import pytest

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.order import Order, arrange


def file(name: str, size: int | None = 0, day: int | None = 1) -> Entry:
    return Entry(name, "file", size, day * 86400 if day is not None else None)


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def in_order(given: list[str]) -> list[str]:
    return names(arrange([file(name) for name in given], Order()))


def test_numbers_in_names_compare_as_numbers() -> None:
    given = ["part 10", "part 2", "part 1", "part 2b", "part 002"]
    assert in_order(given) == ["part 1", "part 002", "part 2", "part 2b", "part 10"]


def test_names_compare_without_case() -> None:
    assert in_order(["b", "C", "A", "Ä"]) == ["A", "b", "C", "Ä"]


def test_names_that_differ_in_case_only_have_a_fixed_order() -> None:
    assert in_order(["readme", "README"]) == in_order(["README", "readme"])


@pytest.mark.parametrize("name", ["9" * 5000, "٣", "²", "\udcff1", "0", "000", "\n"])
def test_every_name_can_be_compared(name: str) -> None:
    assert sorted(in_order([name, "1", "a"])) == sorted([name, "1", "a"])


def test_folders_come_first_in_both_directions() -> None:
    entries = [file("a"), Entry("z", "directory"), file("b"), Entry("y", "directory")]
    assert names(arrange(entries, Order("name", "asc"))) == ["y", "z", "a", "b"]
    assert names(arrange(entries, Order("name", "desc"))) == ["z", "y", "b", "a"]


def test_equal_sizes_stand_by_name() -> None:
    entries = [file("c", 5), file("a", 5), file("b", 9)]
    assert names(arrange(entries, Order("size", "asc"))) == ["a", "c", "b"]
    assert names(arrange(entries, Order("size", "desc"))) == ["b", "a", "c"]


def test_what_has_no_date_stands_at_the_end_in_both_directions() -> None:
    entries = [file("none", day=None), file("old", day=1), file("new", day=9)]
    assert names(arrange(entries, Order("date", "asc"))) == ["old", "new", "none"]
    assert names(arrange(entries, Order("date", "desc"))) == ["new", "old", "none"]


def test_dates_before_1970_sort_before_later_ones() -> None:
    assert names(arrange([file("late"), file("early", day=-1)], Order("date", "asc"))) == ["early", "late"]


def test_types_stand_by_what_the_column_says() -> None:
    given = [file("b.png"), file("z"), file("a.mp3"), Entry("d", "directory"), file("a.png")]
    assert names(arrange(given, Order("type", "asc"))) == ["d", "z", "a.mp3", "a.png", "b.png"]
    assert names(arrange(given, Order("type", "desc"))) == ["d", "a.png", "b.png", "a.mp3", "z"]


def test_a_listing_sorted_in_blocks_is_in_order_all_the_same() -> None:
    given = [f"file {number * 7919 % 10_007}" for number in range(10_007)]
    expected = [f"file {number}" for number in range(10_007)]
    assert in_order(given) == expected
    assert names(arrange([file(name) for name in given], Order("name", "desc"))) == expected[::-1]


def test_second_click_on_a_column_turns_it_around() -> None:
    for key in ("name", "size", "date", "type"):
        first = Order("name" if key != "name" else "size").next_for(key)
        assert first.key == key
        assert first.next_for(key).direction != first.direction
        assert first.next_for(key).next_for(key) == first


def test_first_click_on_size_shows_the_largest_first() -> None:
    assert Order().next_for("size") == Order("size", "desc")
