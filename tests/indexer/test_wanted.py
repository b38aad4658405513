"""What a query asks for, and the query that asks for it."""

import pytest

from growler.http.query import Query
from growler_ext.indexer.order import Order
from growler_ext.indexer.wanted import Wanted

DEFAULT = Order("size", "desc")


def wanted(query: str, default: Order = DEFAULT) -> Wanted:
    return Wanted.from_query(Query.parse(query, max_fields=100), default)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Order("size", "desc")),
        ("sort=name", Order("name", "asc")),
        ("order=asc", Order("size", "asc")),
        ("sort=date&order=desc", Order("date", "desc")),
        ("sort=modified", Order("date", "asc")),
        ("sort=mtime&order=desc", Order("date", "desc")),
        ("sort=type", Order("type", "asc")),
    ],
)
def test_query_overrules_the_default_order(query: str, expected: Order) -> None:
    assert wanted(query).order == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sort=colour", "sort is one of name, size, date, type"),
        ("order=up", "order is asc or desc"),
        ("sort=&order=", "sort is one of name, size, date, type"),
        ("sort=Name", "sort is one of name, size, date, type"),
        ("page=0", 'page is a number from 1, or "all"'),
        ("page=-1", 'page is a number from 1, or "all"'),
        ("page=", 'page is a number from 1, or "all"'),
        ("page=%D9%A3", 'page is a number from 1, or "all"'),
        ("page=" + "9" * 5000, 'page is a number from 1, or "all"'),
        ("q=" + "x" * 256, "q has at most 255 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_words_of_its_own(query: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence.replace('"', '"') + "$"):
        wanted(query)


@pytest.mark.parametrize("query", ["", "?sort=name&order=asc&q=a%26b%20%22c%22&page=2", "?page=all"])
def test_a_query_written_is_the_query_read(query: str) -> None:
    assert wanted(query.removeprefix("?")).query == query


def test_what_is_the_default_is_not_said() -> None:
    assert wanted("sort=size&order=desc&page=1&q=").query == ""


def test_titles_keep_the_search_and_begin_at_the_first_page() -> None:
    assert wanted("q=a&page=3").sorted_by("name") == "?sort=name&order=asc&q=a"
    assert wanted("q=a&page=all").sorted_by("size") == "?sort=size&order=asc&q=a"


def test_other_folders_get_order_and_search_but_no_page() -> None:
    assert wanted("q=a&page=3&sort=name").carried == "?sort=name&order=asc&q=a"


def test_the_first_page_of_a_plain_listing_has_an_address_too() -> None:
    assert wanted("page=2").at_page(1) == "./"
