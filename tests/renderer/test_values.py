"""What may be a value, and how values are merged."""

import asyncio
from collections import ChainMap, OrderedDict
from types import MappingProxyType

import pytest

from growler.http.headers import RequestHeaders
from growler.http.query import Query
from growler_ext.renderer.values import check, check_reserved, merge


def test_values_go_over_locals_and_these_over_globals() -> None:
    merged = merge({"a": 1, "b": 1, "c": 1}, {"b": 2, "c": 2}, {"c": 3})
    assert merged == {"a": 1, "b": 2, "c": 3}


def test_nothing_is_changed_by_merging() -> None:
    shared, local, values = {"a": 1}, {"b": 2}, {"c": 3}
    merged = merge(shared, local, values)
    merged["d"] = 4
    assert (shared, local, values) == ({"a": 1}, {"b": 2}, {"c": 3})
    assert merge(shared, local, None) is not local


@pytest.mark.parametrize(
    "values", [{}, OrderedDict(a=1), ChainMap({"a": 1}), MappingProxyType({"a": [b"x"]})]
)
def test_any_mapping_is_taken(values: object) -> None:
    check(values)


@pytest.mark.parametrize("values", [["a"], "a", 5, [("a", 1)], {"a"}])
def test_values_are_a_mapping(values: object) -> None:
    with pytest.raises(TypeError, match="values are a mapping, not"):
        check(values)


@pytest.mark.parametrize("name", [5, None, b"a", ("a",)])
def test_names_of_values_are_strings(name: object) -> None:
    with pytest.raises(TypeError, match="names of values are str"):
        check({name: "x"})


def test_the_query_is_refused_as_the_values() -> None:
    with pytest.raises(TypeError, match=r'pass it as one of them, \{"query": \.\.\.\}'):
        check(Query.parse("a=1&title=x", max_fields=10))


def test_header_fields_are_refused_as_the_values() -> None:
    with pytest.raises(TypeError, match="would let the client choose their names"):
        check(RequestHeaders([(b"a", b"1")]))


def test_the_query_may_be_one_of_the_values() -> None:
    check({"query": Query.parse("a=1", max_fields=10)})


@pytest.mark.parametrize("value", [b"x", bytearray(b"x"), memoryview(b"x")])
def test_bytes_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"the value 'data' is .*: decode it first"):
        check({"data": value})


def test_a_coroutine_is_refused() -> None:
    async def rows() -> list[str]:
        return []

    pending = rows()
    with pytest.raises(TypeError, match="the value 'rows' is a coroutine: await it first"):
        check({"rows": pending})
    pending.close()


def test_a_future_is_refused() -> None:
    loop = asyncio.new_event_loop()
    with pytest.raises(TypeError, match="await it first"):
        check({"rows": loop.create_future()})
    loop.close()


def test_locals_are_checked_like_values() -> None:
    with pytest.raises(TypeError, match="decode it first"):
        merge({}, {"data": b"x"}, None)


def test_reserved_names_are_refused_with_the_engine() -> None:
    with pytest.raises(ValueError, match="mako keeps 'loop', 'self' for itself"):
        check_reserved({"self": 1, "loop": 2, "a": 3}, frozenset({"self", "loop"}), "mako")
    check_reserved({"a": 3}, frozenset({"self", "loop"}), "mako")
