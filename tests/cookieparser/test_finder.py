"""`finder` gives what `find` gives, whatever the header fields are."""

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from growler_ext.cookieparser import find, finder

LINES = st.one_of(
    st.text('sid=ab; \t",x', max_size=40).map(str.encode),
    st.lists(
        st.sampled_from(["sid=v1", "sid=v2", "xsid=v3", 'sid="q"', "sid", "sid =v", "a=b", ""]), max_size=6
    ).map(lambda pairs: "; ".join(pairs).encode()),
    st.binary(max_size=30),
)
NAMES = st.sampled_from([b"Cookie", b"cookie", b"COOKIE", b"Cookies", b"Accept"])


@given(st.lists(st.tuples(NAMES, LINES), max_size=3))
@example([(b"Cookie", b"a=b;" * 200 + b" sid=late")])
@example([(b"Cookie", b"sid=early; " + b"a=b; " * 200)])
@example([(b"Cookie", b"sid=v; " + b"x" * 20_000)])
@example([(b"Cookie", b"sid=v1; sid =v2")])
@example([(b"Accept", b"sid=v1")])
@example([(b"Cookie", b"a=b; " * 180 + b"sid=late")])
@example([(b"Cookie", b"a=b; " * 179 + b"sid=in-time")])
@example([(b"Cookie", b"sid=;sid =")])
def test_finder_agrees_with_find(fields):
    assert finder("sid")(fields) == find(fields, "sid")


def test_finder_takes_a_name_literally():
    assert finder("a.b")([(b"Cookie", b"axb=1; a.b=2")]) == ["2"]


@pytest.mark.parametrize("name", ["", "a=b", "a;b", "é"])
def test_finder_refuses_what_is_no_name(name):
    with pytest.raises(ValueError, match="token"):
        finder(name)


@pytest.mark.parametrize(("length", "most"), [(900, 2_000_000), (15_000, 500_000)])
def test_no_number_of_lines_fills_memory(length, most):
    find_sid = finder("sid")
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(3000):
            assert find_sid([(b"Cookie", b"sid=%d; b=%b" % (number, b"x" * length))]) == [str(number)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < most
