"""The order of a listing, on plain entries."""

from datetime import UTC, datetime

import pytest

from growler_ext.indexer.entry import Entry
from growler_ext.indexer.order import Order, arrange, natural


def file(name: str, size: int | None = 0, day: int | None = 1) -> Entry:
    return Entry(name, "file", size, datetime(2024, 1, day, tzinfo=UTC) if day else None)


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def test_numbers_in_names_compare_as_numbers() -> None:
    given = ["part 10", "part 2", "part 1", "part 2b", "part 002"]
    assert sorted(given, key=natural) == ["part 1", "part 002", "part 2", "part 2b", "part 10"]


def test_names_compare_without_case() -> None:
    assert sorted(["b", "C", "A", "Ä"], key=natural) == ["A", "b", "C", "Ä"]


def test_names_that_differ_in_case_only_have_a_fixed_order() -> None:
    assert sorted(["readme", "README"], key=natural) == sorted(["README", "readme"], key=natural)


@pytest.mark.parametrize("name", ["9" * 5000, "٣", "²", "\udcff1", "", "0", "000"])
def test_every_name_can_be_compared(name: str) -> None:
    assert sorted([name, "1", "a"], key=natural)


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
    assert names(arrange(entries, Order("modified", "asc"))) == ["old", "new", "none"]
    assert names(arrange(entries, Order("modified", "desc"))) == ["new", "old", "none"]


def test_dates_before_1970_sort_before_later_ones() -> None:
    early = Entry("early", "file", 0, datetime(1950, 1, 1, tzinfo=UTC))
    assert names(arrange([file("late"), early], Order("modified", "asc"))) == ["early", "late"]


@pytest.mark.parametrize(
    ("sort", "order", "expected"),
    [
        (None, None, Order("size", "desc")),
        ("name", None, Order("name", "asc")),
        (None, "asc", Order("size", "asc")),
        ("modified", "desc", Order("modified", "desc")),
    ],
)
def test_query_overrules_the_default_order(sort: str | None, order: str | None, expected: Order) -> None:
    assert Order.from_query(sort, order, Order("size", "desc")) == expected


@pytest.mark.parametrize(("sort", "order"), [("colour", None), (None, "up"), ("", ""), ("Name", None)])
def test_unknown_order_is_refused_in_words_of_its_own(sort: str | None, order: str | None) -> None:
    with pytest.raises(ValueError, match=r"^(sort is one of name, size, modified|order is asc or desc)$"):
        Order.from_query(sort, order, Order())


def test_second_click_on_a_column_turns_it_around() -> None:
    for key in ("name", "size", "modified"):
        first = Order("name" if key != "name" else "size").next_for(key)
        assert first.key == key
        assert first.next_for(key).direction != first.direction
        assert first.next_for(key).next_for(key) == first


def test_first_click_on_size_shows_the_largest_first() -> None:
    assert Order().next_for("size") == Order("size", "desc")
