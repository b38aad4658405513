"""Reading the Cookie header: nothing a client sends raises, drops another cookie or costs more than a pass."""

import json
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.cookieparser import Cookies, CookieValue, find, parse


def test_no_header_is_no_cookies():
    assert dict(parse("")) == {}


def test_two_pairs_are_both_read():
    assert dict(parse("a=1; b=2")) == {"a": "1", "b": "2"}


def test_the_fields_of_a_request_are_a_source_too():
    fields = [(b"Host", b"x"), (b"Cookie", b"a=1"), (b"COOKIE", b"b=2"), (b"cookies", b"c=3")]
    assert dict(parse(fields)) == {"a": "1", "b": "2"}


def test_utf8_is_read_and_other_bytes_do_not_raise():
    assert parse([(b"Cookie", "a=é; b=1".encode())])["a"] == "é"
    assert dict(parse([(b"Cookie", b"a=\xff; b=1")])) == {"a": "\ufffd", "b": "1"}


@pytest.mark.parametrize(
    "bad",
    ["{bad}=x", "b=é", "bad", 'b={"x":1,"y":2}', "path=/x", "expires=5", "b[0]=2", "b@c=2", "b/c=2", "=2", "",
     "b=two words", "a b=1", '"q"=1', 'b="open', "$Version=1"],
)  # fmt: skip
def test_a_bad_pair_never_drops_another(bad):
    for header in (f"{bad}; a=1; c=3", f"a=1; {bad}; c=3", f"a=1; c=3; {bad}"):
        cookies = parse(header)
        assert (cookies["a"], cookies["c"]) == ("1", "3")


@pytest.mark.parametrize("space", ["\u2000", "\x85", "\xa0", "\x0b", "\x0c", "\x1f", "\x00", "\n"])
def test_only_space_and_tab_are_stripped_from_names(space):
    assert dict(parse(f"{space}__Host-sid=evil")) == {}
    assert dict(parse(f"__Host-sid{space}=evil")) == {}
    assert dict(parse("a=1; \t __Host-sid\t=good")) == {"a": "1", "__Host-sid": "good"}


def test_no_quoted_string_spans_a_semicolon():
    cookies = parse('$Version=1; x="a; __Host-sid=evil"; b=2')
    assert cookies["x"] == '"a'
    assert cookies["__Host-sid"] == 'evil"'  # the quote stays, so no id check would take it
    assert cookies["b"] == "2"


def test_the_first_of_a_name_wins_and_getall_has_them_all():
    cookies = parse("a=1; b=x; a=2; a=3")
    assert cookies["a"] == "1"
    assert cookies.getall("a") == ["1", "2", "3"]
    assert cookies.getall("nothing") == []
    assert len(cookies) == 2


def test_what_is_beyond_max_cookies_is_ignored():
    header = "; ".join(f"c{n}=1" for n in range(500))
    assert list(parse(header)) == [f"c{n}" for n in range(180)]
    assert list(parse("a=1; b=2; c=3", max_cookies=2)) == ["a", "b"]


def test_what_is_beyond_max_header_is_ignored_and_no_pair_is_cut():
    assert dict(parse("a=1; b=2345", max_header=9)) == {"a": "1"}
    assert dict(parse("a=1; b=2345", max_header=11)) == {"a": "1", "b": "2345"}
    assert dict(parse("a=12345", max_header=3)) == {}
    assert dict(parse("a=1;b=2", max_header=3)) == {"a": "1"}


@pytest.mark.parametrize(
    ("sent", "read"),
    [('"a b"', "a b"), (r'"a\"b"', 'a"b'), (r'"a\\b"', "a\\b"), (r'"\054\073"', ",;"), ('""', ""), ('"', '"'),
     ('"a', '"a'), ('a"', 'a"'), (r'"a\"', "a\\"), (r'"\400"', "400")],
)  # fmt: skip
def test_quoted_values_are_unwrapped(sent, read):
    assert parse(f"a={sent}")["a"] == read


def test_escapes_cannot_make_control_characters():
    assert parse(r'a="x\015\012Set-Cookie: b=1\000"')["a"] == r"x\015\012Set-Cookie: b=1\000"


def test_many_escapes_take_linear_time():
    # Quadratic, as the standard library's parser was (CVE-2024-7592), this is an hour: pytest's timeout would tell.
    hostile = 'a="' + '\\"' * 1_000_000 + '"'
    assert parse(hostile, max_header=3_000_000)["a"] == '"' * 1_000_000
    assert dict(parse(hostile)) == {}  # over max_header by default


def test_what_the_standard_library_writes_is_read():
    jar = SimpleCookie()
    jar["a"] = 'two words, "quoted"; \\ and é'
    assert parse(jar.output(header="", attrs=[]).strip())["a"] == 'two words, "quoted"; \\ and é'


def test_values_have_the_value_of_old_growler():
    value = parse("a=1")["a"]
    assert isinstance(value, CookieValue)
    assert value.value == "1"
    assert type(value.value) is str


def test_json_is_read_and_anything_else_is_the_default():
    cookies = parse('a={"x":[1,2]}; b=nope; c=' + "[" * 10_000)
    assert cookies.json("a") == {"x": [1, 2]}
    assert cookies.json("b") is None
    assert cookies.json("c", 7) == 7
    assert cookies.json("absent", {}) == {}


def test_repr_shows_no_values():
    assert repr(parse("sid=secret")) == "<Cookies sid>"


def test_signed_without_a_secret_names_the_fix():
    with pytest.raises(RuntimeError, match=r"CookieParser\(secret="):
        parse("a=1").signed("a")


@given(st.text())
def test_no_text_raises(header):
    cookies = parse(header)
    assert json.dumps(dict(cookies), default=str)


# find: one cookie only, by the same rules


_names = st.sampled_from(["a", "b", "ab", "__Host-a"])
_pairs = st.tuples(
    st.sampled_from(["", " ", "\t ", "\u2000"]), _names, st.sampled_from(["=", " =", "\t= ", "", "=="]),
    st.sampled_from(["", "1", "a", '"x"', '"a=1', "b ", "\\", '"\\054"', "a=b"]),
)  # fmt: skip


@given(st.lists(_pairs.map("".join), max_size=12), st.sampled_from([";", "; ", ";;"]), _names,
       st.integers(1, 12), st.integers(1, 60))  # fmt: skip
def test_find_gives_what_getall_gives(pairs, semicolon, name, max_cookies, max_header):
    header = semicolon.join(pairs)
    limits = {"max_cookies": max_cookies, "max_header": max_header}
    expected = parse(header, **limits).getall(name)
    assert find(header, name, **limits) == expected
    cookies = Cookies(header, **limits)
    assert cookies.find(name) == expected
    len(cookies)
    assert cookies.find(name) == expected


@given(st.text(max_size=200), _names)
def test_find_gives_what_getall_gives_of_any_text(header, name):
    assert find(header, name) == parse(header).getall(name)


@pytest.mark.parametrize(
    ("header", "limits"),
    [
        ("ab=1", {}), ("ab=1; a=2", {}), ("a=b", {}), ("a=b=1", {}), ("x=; b=1", {}),
        ("a=1;b=2", {}), ("a=1;\tb=2", {}),
        ("b =2", {}), ("b", {}), ("b;", {}), ("b=", {}), ("b=2;", {}), ('b="2"', {}), ("xb=1; b=2; b=3", {}),
        ("x=1; b=2", {"max_cookies": 1}), ("x=1; b=2", {"max_cookies": 2}), (";;;; b=2", {"max_cookies": 5}),
        (";;;; b=2", {"max_cookies": 4}), ("x=1; b=2", {"max_header": 7}), ("x=1; b=2", {"max_header": 8}),
        ("b=2; x=1", {"max_header": 4}), ("b=2; x=1", {"max_header": 3}),
    ],
)  # fmt: skip
def test_find_gives_what_getall_gives_at_the_edges(header, limits):
    assert find(header, "b", **limits) == parse(header, **limits).getall("b")


def test_find_takes_the_fields_of_a_request():
    fields = [(b"Host", b"x"), (b"Cookie", b"a=1; b=2"), (b"COOKIE", b"b=3")]
    assert find(fields, "b") == ["2", "3"]
    assert find([(b"Host", b"x")], "b") == []


def test_finding_one_cookie_reads_no_other():
    cookies = parse("a=1; b=2")
    assert cookies.find("b") == ["2"]
    assert cookies._first is None
