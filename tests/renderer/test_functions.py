"""`json` and `attrs`, which every engine with expressions has."""

import json as library

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from growler_ext.renderer.functions import attrs, json

TEXT = st.text(alphabet=st.sampled_from("<>&'\"\\/ab\u2028\u2029\n!-=` "))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(JSON)
def test_json_is_json_and_has_nothing_that_ends_a_script_or_an_attribute(value: object) -> None:
    text = json(value)
    assert library.loads(text) == value
    assert not set(text) & set("<>&'\u2028\u2029")


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"x", object()])
def test_json_refuses_what_it_has_not(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        json(value)


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({}, ""),
        ({"id": "x"}, ' id="x"'),
        ({"hidden": True, "title": None, "checked": False}, " hidden"),
        ({"class": ["a", None, "b"]}, ' class="a b"'),
        ({"data-x": {"a": 1}}, ' data-x="{&#34;a&#34;:1}"'),
        ({"@click": "f()", ":v": 5, "x.y_z": ""}, ' @click="f()" :v="5" x.y_z=""'),
        ({"title": Markup('<b>"x"</b> &amp;')}, ' title="<b>&#34;x&#34;</b> &amp;"'),
        ({"title": "<'\">"}, ' title="&lt;&#39;&#34;&gt;"'),
    ],
)  # fmt: skip
def test_attrs(attributes: dict[str, object], text: str) -> None:
    assert attrs(attributes) == text
    assert isinstance(attrs(attributes), Markup)


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a>", "a/b", 'a"', "a'", "a\n", "\x00", "ä", "<a"])
def test_attrs_refuses_names_that_would_end_the_attribute(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for an attribute"):
        attrs({name: "x"})


def test_attrs_refuses_bytes() -> None:
    with pytest.raises(TypeError, match="decode it first"):
        attrs({"title": b"x"})
