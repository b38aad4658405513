"""Pure functions of the core: headers, negotiation, patterns, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler import HTTPMethod, Limits
from growler.events import Events
from growler.http.accept import best
from growler.http.headers import Headers
from growler.http.request import split_mount


@pytest.mark.parametrize("value", ["a\r\nX: 1", "a\nb", "a\0b", "a\x1fb", "a\x7fb", ["ok", "a\r"], "€"])
def test_header_values_that_would_split_or_break_a_message_are_refused(value):
    headers = Headers()
    with pytest.raises(ValueError, match=r"X-A holds a"):
        headers["X-A"] = value
    assert "x-a" not in headers


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\r\n", "é"])
def test_header_names_are_tokens(name):
    with pytest.raises(ValueError, match="no header name"):
        Headers()[name] = "1"


def test_what_a_callable_gives_is_checked_when_it_is_asked():
    headers = Headers({"X-A": lambda: "a\r\nb"})
    with pytest.raises(ValueError, match="split the message"):
        headers.fields()


def test_headers_are_a_mapping_without_case():
    headers = Headers({"Content-Type": "a"}, ETag="b")
    headers["content-type"] = "c"
    assert dict(headers) == {"content-type": "c", "ETag": "b"}
    assert headers["CONTENT-TYPE"] == "c"
    del headers["etag"]
    assert len(headers) == 1


def test_lists_make_lines_none_makes_none_and_callables_are_asked_late():
    values = ["early"]
    headers = Headers({"A": ["1", "2"], "B": None, "C": lambda: values[0], "D": 7})
    values[0] = "late"
    assert headers.fields() == [(b"A", b"1"), (b"A", b"2"), (b"C", b"late"), (b"D", b"7")]
    assert str(headers) == "A: 1\r\nA: 2\r\nC: late\r\nD: 7\r\n\r\n"


def test_add_header_quotes_its_parameters():
    headers = Headers()
    headers.add_header("Content-Disposition", "attachment", filename='a"b\\c.txt')
    assert headers["Content-Disposition"] == 'attachment; filename="a\\"b\\\\c.txt"'


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        (None, ["html", "json"], "html"),
        ("*/*", ["html", "json"], "html"),
        ("application/json", ["html", "json"], "json"),
        ("text/html;q=0.5, application/json", ["html", "json"], "json"),
        ("text/*, application/json;q=0.9", ["json", "html"], "html"),
        ("text/html;q=0, */*", ["html", "json"], "json"),
        ("image/png", ["html", "json"], None),
        ("text/html;q=nonsense", ["html"], None),
        ("text/html;q=5", ["html"], "html"),
        ("TEXT/HTML ; Q=0.1", ["html"], "html"),
        (",,;;", ["html"], None),
        ("image/png", ["image/*"], "image/*"),
        ("image/*;q=0.2, image/png;q=0.7, text/html;q=0.5", ["html", "image/*"], "image/*"),
        ("image/png;q=0, image/*;q=0.3", ["image/*"], "image/*"),
        ("image/*;q=0, */*", ["image/*", "html"], "html"),
        ("*/*;q=0.1", ["image/*"], "image/*"),
        ("text/html", ["*/*"], "*/*"),
        ("application/json;charset=utf-8", ["json"], "json"),
        ("text/html;level=1, text/html;q=0.4", ["html", "text/html;level=1"], "text/html;level=1"),
        ("text/html;q=0.4, text/html;level=1", ["html", "text/html;level=1"], "text/html;level=1"),
        ("text/html;level=1;q=0.9, text/html;q=0.4, text/plain;q=0.5", ["html", "text"], "text"),
        ("image/png", ["png"], "png"),
        ("text/html;q=nan", ["html"], None),
        ("text/html;q=inf", ["html"], "html"),
        ("*", ["html"], None),
        ("/", ["html"], None),
        ("text/", ["html"], None),
        ("a/b," * 64 + "text/html", ["html"], None),
        (None, [], None),
        ("*/*", [], None),
    ],
)
def test_negotiation_follows_rfc_9110_12_5_1(accept, offers, chosen):
    assert best(accept, offers) == chosen


@given(st.text(max_size=200), st.lists(st.sampled_from(["html", "text/*", "a/b;c=d", "*/*"])))
def test_any_accept_field_chooses_an_offer_or_none(accept, offers):
    assert best(accept, offers) in (None, *offers)


@pytest.mark.parametrize("offer", ["jsn", "", "application"])
def test_an_offer_that_means_nothing_is_an_error(offer):
    for accept in (None, "*/*"):
        with pytest.raises(ValueError, match="write it out"):
            best(accept, [offer])


@pytest.mark.parametrize(
    ("path", "depth", "parts"),
    [
        (b"/", 0, (b"", b"/")),
        (b"/a/b", 1, (b"/a", b"/b")),
        (b"/a", 1, (b"/a", b"/")),
        (b"/a/", 1, (b"/a", b"/")),
        (b"/a/b/c/", 2, (b"/a/b", b"/c/")),
    ],
)
def test_a_mount_is_cut_at_slashes(path, depth, parts):
    assert split_mount(path, depth) == parts


def test_methods_equal_their_names():
    assert HTTPMethod.POST == "POST"
    assert HTTPMethod.POST == HTTPMethod.POST
    assert HTTPMethod.POST != "GET"
    assert (HTTPMethod.GET | HTTPMethod.POST) == 3
    assert {HTTPMethod.GET: 1}[HTTPMethod.GET] == 1
    assert HTTPMethod.GET in HTTPMethod.ALL


def test_a_method_is_written_as_its_name():
    assert str(HTTPMethod.GET) == f"{HTTPMethod.GET}" == "GET"
    assert f"{HTTPMethod.GET:>4}|{HTTPMethod.GET | HTTPMethod.POST}|{HTTPMethod(0)}" == " GET|GET|POST|0"


def test_limits_must_be_positive_and_all_mistakes_are_told():
    with pytest.raises(ValueError, match=r"max_head=0, max_body=-1"):
        Limits(max_head=0, max_body=-1)


def test_events_with_names_refuse_others():
    events = Events("a")
    with pytest.raises(KeyError):
        events.on("b", print)
    seen = []
    events.on("a", seen.append)
    events.sync_emit("a", 1)
    assert seen == [1]
