"""Header fields on plain values: what is read of a request's, and every way of building those of a response."""

from __future__ import annotations

import re

import pytest

from growler.http import headers as headers_module
from growler.http.headers import Headers, RequestHeaders, check_value

SENT = [
    (b"Host", b"x"),
    (b"Accept", b"text/html \t"),
    (b"ACCEPT", b" */*"),
    (b"Cookie", b"a=1"),
    (b"cookie", b"b=2"),
    (b"X-Name", b"\xe9\xa0"),
    (b"X-\xe9", b"1"),
    (b"X-X", b"XX"),
    (b"x-?", b"mark"),
]


# RequestHeaders


def test_fields_of_a_request_are_a_mapping_without_case():
    fields = RequestHeaders(SENT)
    assert fields["host"] == fields["HOST"] == fields["Host"] == "x"
    assert list(fields) == ["host", "accept", "cookie", "x-name", "x-é", "x-x", "x-?"]
    assert len(fields) == 7
    with pytest.raises(KeyError):
        fields["nothing"]


def test_repeated_fields_join_with_a_comma_and_cookies_with_a_semicolon():
    fields = RequestHeaders(SENT)
    assert fields["Accept"] == "text/html, */*"
    assert fields["Cookie"] == "a=1; b=2"
    assert dict(RequestHeaders([(b"A", b"1"), (b"a", b"2"), (b"A", b"3")])) == {"a": "1, 2, 3"}


def test_only_space_and_tab_are_no_part_of_a_value():
    # 0xA0 is a space to str.strip and a letter to HTTP (RFC 9110 5.5: obs-text).
    fields = RequestHeaders(SENT)
    assert fields["X-Name"] == "é\xa0"
    assert fields.getall("x-name") == ["é\xa0"]
    assert fields["X-X"] == "XX"
    assert fields.getall("X-X") == ["XX"]


def test_what_was_not_sent_is_the_default():
    fields = RequestHeaders(SENT)
    assert fields.get("HOST") == "x"
    assert fields.get("Nothing") is None
    assert fields.get("Nothing", 7) == 7
    assert fields.get("host", 7) == "x"


def test_a_field_is_there_or_not_whatever_its_case_and_no_other_type_is():
    fields = RequestHeaders(SENT)
    assert "HOST" in fields
    assert "Nothing" not in fields
    assert 7 not in fields
    assert b"host" not in fields


def test_getall_has_a_value_for_each_line():
    fields = RequestHeaders(SENT)
    assert fields.getall("accept") == ["text/html", "*/*"]
    assert fields.getall("COOKIE") == ["a=1", "b=2"]
    assert fields.getall("X-é") == ["1"]
    assert fields.getall("nothing") == []


def test_a_name_that_no_field_can_have_is_none():
    assert RequestHeaders(SENT).getall("x-€€") == []


def test_fields_are_decoded_once():
    fields = RequestHeaders(SENT)
    assert fields._by_name() is fields._by_name()
    assert RequestHeaders([])._by_name() == {}


def test_the_repr_of_a_request_shows_names_only():
    assert repr(RequestHeaders([(b"Host", b"x"), (b"Cookie", b"secret")])) == "<RequestHeaders host, cookie>"


def test_who_looks_at_fields_while_a_thread_is_sorting_them_misses_none():
    """Requests with the same fields share these, and a handler may look at them in a thread."""

    class Sorting(list):
        others = 1

        def __iter__(self):
            for field in super().__iter__():
                yield field
                while self.others:  # comes in between
                    self.others -= 1
                    seen.append(dict(headers))

    seen: list[dict[str, str]] = []
    headers = RequestHeaders(Sorting([(b"A", b"1"), (b"B", b"2"), (b"A", b"3")]))
    assert dict(headers) == {"a": "1, 3", "b": "2"}
    assert seen == [dict(headers)]


# Headers


def test_a_field_of_a_response_is_found_whatever_its_case():
    headers = Headers({"ETag": "a"})
    assert headers.get("etag") == headers.get("ETAG") == headers["eTAG"] == "a"
    assert "etag" in headers
    assert "ETAG" in headers
    assert headers.get("nothing") is None
    assert headers.get("nothing", 7) == 7
    assert "nothing" not in headers
    assert 7 not in headers


@pytest.mark.parametrize("value", ["a\r\nX: 1", "\n", "\0", "€", "\x7f", ["nested"], 7, None])
def test_a_line_that_would_split_a_message_is_not_appended(value):
    headers = Headers({"Link": "<a>"})
    with pytest.raises(ValueError, match=r"^Link "):
        headers.append("Link", value)
    assert headers.fields() == [(b"Link", b"<a>")]


def test_a_line_is_appended_to_none_to_one_and_to_several():
    headers = Headers({"Empty": None, "Number": 7, "Late": lambda: 8})
    for value in ("a", "b", "é\tx"):
        headers.append("Set-Cookie", value)
    for name in ("empty", "number", "late"):
        headers.append(name, "x")
    headers.append("SET-COOKIE", "c")
    assert headers.fields() == [
        (b"empty", b"x"), (b"number", b"7"), (b"number", b"x"), (b"late", b"8"), (b"late", b"x"),
        (b"SET-COOKIE", b"a"), (b"SET-COOKIE", b"b"), (b"SET-COOKIE", b"\xe9\tx"), (b"SET-COOKIE", b"c"),
    ]  # fmt: skip


def test_appending_asks_what_is_late_and_checks_it():
    headers = Headers({"Link": lambda: "a\r\nb"})
    with pytest.raises(ValueError, match=r"^Link holds"):
        headers.append("Link", "c")


@pytest.mark.parametrize("name", ["", "a b", "a:", "é"])
def test_names_that_are_appended_are_tokens(name):
    with pytest.raises(ValueError, match="no header name"):
        Headers().append(name, "1")


def test_several_parameters_follow_each_other():
    headers = Headers()
    headers.add_header("X-A", "form", first_name="a", b="2")
    assert headers["X-A"] == 'form; first-name="a"; b="2"'


@pytest.mark.parametrize(("before", "added", "after"), [
    (None, ("Cookie",), "Cookie"), (None, ("Cookie", "Accept"), "Cookie, Accept"), ("Cookie", ("cookie",), "Cookie"),
    ("Cookie", ("Accept", "COOKIE", "Range"), "Cookie, Accept, Range"), ("a ,b", ("B", "c"), "a, b, c"),
    (["a", "b"], ("b", "c"), "a, b, c"), (lambda: "a", ("b",), "a, b"), ("*", ("Cookie",), "*"),
    ("a, *", ("Cookie",), "a, *"), ("X*X", ("Cookie",), "X*X, Cookie"),
])  # fmt: skip
def test_vary_names_each_field_once_unless_it_is_a_star(before, added, after):
    headers = Headers() if before is None else Headers({"vary": before})
    headers.vary(*added)
    (value,) = [value for name, value in headers.fields() if name.lower() == b"vary"]
    assert value == after.encode()


def test_vary_says_which_field_is_wrong():
    headers = Headers({"Vary": lambda: "a\nb"})
    with pytest.raises(ValueError, match=r"^Vary holds"):
        headers.vary("Cookie")


def test_a_callable_may_give_a_callable_a_number_lines_or_nothing():
    headers = Headers(
        {"A": lambda: lambda: "1", "B": lambda: 2, "C": lambda: ["3", "4"], "D": lambda: None, "E": 5}
    )
    assert headers.fields() == [(b"A", b"1"), (b"B", b"2"), (b"C", b"3"), (b"C", b"4"), (b"E", b"5")]


def test_what_a_callable_gives_late_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^X-A holds a control"):
        Headers({"X-A": lambda: lambda: ["ok", "a\nb"]}).fields()


@pytest.mark.parametrize("value", ["é", "a\tb", "~", "\x80\xff", "a b"])
def test_values_may_hold_any_visible_character_of_latin_1_and_tabs(value):
    headers = Headers({"A": value, "B": [value]})
    assert headers.fields() == [(b"A", value.encode("latin-1")), (b"B", value.encode("latin-1"))]
    assert check_value("A", value) == value


def test_space_around_a_value_is_not_sent_and_other_characters_are():
    headers = Headers(
        {"A": " \t1 2\t ", "B": [" 1", "2 "], "C": lambda: "\t3", "D": "\xa01X", "E": ["\xa01X"]}
    )
    assert headers.fields() == [
        (b"A", b"1 2"), (b"B", b"1"), (b"B", b"2"), (b"C", b"3"), (b"D", b"\xa01X"), (b"E", b"\xa01X"),
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "why"), [
    ("a\rb", "control character"), ("\uffff", "outside latin-1"), ("\U0001f600", "control character"),
    ("\u0100", "outside latin-1"), ([7], "not int"), ([["a"]], "not list"),
])  # fmt: skip
def test_the_error_names_the_field_and_says_what_is_wrong(value, why):
    for put in (lambda: Headers({"X-A": value}), lambda: check_value("X-A", value)):
        with pytest.raises(ValueError, match=f"^X-A .*{re.escape(why)}"):
            put()


@pytest.mark.parametrize("name", ["A", "z", "0", "9", "!#$%&'*+-.^_`|~", "AZaz09"])
def test_every_token_is_a_name(name):
    assert Headers({name: "1"}).fields() == [(name.encode(), b"1")]


@pytest.mark.parametrize(
    "code", sorted(set(range(0x21)) | set(b'"(),/:;<=>?@[\\]{}\x7f') | {0x80, 0xFF, 0x130})
)
def test_nothing_else_is_part_of_a_name(code):
    with pytest.raises(ValueError, match="no header name"):
        Headers()["a" + chr(code)] = "1"


def test_names_that_were_looked_at_are_remembered_up_to_a_limit(monkeypatch):
    # Whoever takes names from outside must not be able to fill the memory with them.
    monkeypatch.setattr(headers_module, "_LOWERED", remembered := {})
    headers = Headers()
    for n in range(1100):
        headers[f"X-{n}"] = "1"
        headers.append(f"X-{n}", "2")
    assert remembered == {f"X-{n}": f"x-{n}" for n in range(1024)}
    assert len(headers) == 1100
    headers["X-7"] = "again"
    assert headers["x-7"] == "again"


def test_a_name_that_was_looked_at_is_not_looked_at_again(monkeypatch):
    Headers({"X-Once": "1"})
    monkeypatch.setattr(headers_module, "_lowered", None)
    headers = Headers({"X-Once": "2"})
    headers.append("X-Once", "3")
    assert headers.fields() == [(b"X-Once", b"2"), (b"X-Once", b"3")]


def test_the_repr_of_a_response_shows_names_only():
    assert repr(Headers({"Set-Cookie": "secret", "ETag": "x"})) == "<Headers Set-Cookie, ETag>"
