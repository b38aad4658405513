"""The edges of the parser, one character to each side: what a changed sign or a dropped condition would let through."""

from __future__ import annotations

import pytest

from growler_ext.cookieparser.pairs import TOKEN, find_values, header_of, read_pairs, unquote


def pairs(header, max_cookies=180, max_header=16384):
    return read_pairs(header, max_cookies=max_cookies, max_header=max_header)


TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"


def test_a_name_is_of_the_characters_of_a_token_and_no_others():
    for character in map(chr, range(256)):
        alone = TOKEN(character) is not None
        if character.isascii() and character.isalnum():
            assert alone
        else:
            assert alone is (character in TOKEN_CHARACTERS), repr(character)
        read = {f"a{character}": "1"} if alone else {"a": "1"} if character in " \t" else {}
        assert character in ";=" or pairs(f"a{character}=1")[0] == read, repr(character)
    assert TOKEN("") is None
    assert TOKEN("a b") is None


def test_only_cookie_fields_make_the_header():
    assert header_of([]) == ""
    assert header_of([(b"Accept", b"a=1"), (b"X-Cookie", b"b=2"), (b"cookie2", b"c=3")]) == ""
    assert header_of([(b"Cookie", b"a=1")]) == "a=1"
    assert header_of([(b"Cookie", b""), (b"cOOkie", b"a=1"), (b"Cookie", b"b=2")]) == "a=1; b=2"


@pytest.mark.parametrize(("max_header", "names"), [
    (0, ""), (2, ""), (3, "a"), (5, "a"), (7, "a"), (8, "ab"), (12, "ab"), (13, "abc"), (14, "abc"),
])  # fmt: skip
def test_a_header_is_cut_after_the_last_pair_within(max_header, names):
    assert "".join(pairs("a=1; b=2; c=3", max_header=max_header)[0]) == names
    assert "".join(n for n in "abc" if find_values("a=1; b=2; c=3", n, 180, max_header)) == names


@pytest.mark.parametrize("separator", [";", "; ", " ; "])
@pytest.mark.parametrize(("max_cookies", "names"), [(1, "a"), (2, "ab"), (3, "abc"), (4, "abc")])
def test_pairs_are_counted_at_their_semicolons(separator, max_cookies, names):
    header = separator.join(["a=1", "b=2", "c=3"])
    assert "".join(pairs(header, max_cookies=max_cookies)[0]) == names
    assert "".join(n for n in "abc" if find_values(header, n, max_cookies, 16384)) == names


@pytest.mark.parametrize(
    "sent", ["a= 1", "a=1 ", "a=1\t", "a=\t1", "a=1 ; b=2", "a=1\t; b=2", 'a="1"', 'b; a="1"; c=3']
)
def test_space_around_a_value_is_not_of_it(sent):
    assert pairs(sent)[0]["a"] == "1"
    assert find_values(sent, "a", 180, 16384) == ["1"]


@pytest.mark.parametrize(("sent", "read"), [
    ('"\\\n"', "\n"), ('"\\"', "\\"), ('"\\037"', "\\037"), ('"\\040"', " "), ('"\\176"', "~"), ('"\\177"', "\\177"),
    ('"\\237"', "\\237"), ('"\\240"', "\xa0"), ('"\\377"', "\xff"), ('"\\04"', "04"), ('"\\0a"', "0a"), ('"a', '"a'),
    ('a"', 'a"'), ('"', '"'), ("", ""), ("a", "a"), ('x"a"', 'x"a"'),
])  # fmt: skip
def test_quotes_and_escapes(sent, read):
    assert unquote(sent) == read


@pytest.mark.parametrize("header", [
    "a=1", "xa=1", "x-a=1; a=2", "b=1; a=2", "b=1;a=2", "b=1, a=2", "a=1; b=a", "b=a; a=2", "a =1", "ab=1; a=2", "a",
    "b; a=1", "a=", "a=;", "=a=1", "a=1; b=2; c=3", "b=1;;a=2", "b=1; ;a=2", "b=1;\ta=2", "ba; a=1", "a=1; a=2; a=3",
    'b="; a=1', "b=a=1", "b=; a=1",
])  # fmt: skip
@pytest.mark.parametrize("limits", [(180, 16384), (1, 16384), (2, 16384), (180, 3), (180, 8)])
def test_one_that_is_looked_for_is_what_reading_all_gives(header, limits):
    first, repeated = pairs(header, *limits)
    expected = repeated.get("a", [first["a"]] if "a" in first else [])
    assert find_values(header, "a", *limits) == expected


@pytest.mark.parametrize("value", ["X1X", "\x0b1", "1\x0c", "\xa01", "1\u2000", "\x1f1\x1f", "\r1", "1\n"])
@pytest.mark.parametrize("before", ["", " ", "\t"])
def test_nothing_but_space_and_tab_is_stripped_from_values(value, before):
    assert pairs(f"a={before}{value}{before}; b=2")[0]["a"] == value
    assert find_values(f"a={before}{value}{before}; b=2", "a", 180, 16384) == [value]
