"""Writing Set-Cookie: what comes back is what was set, and what browsers would drop or misread raises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.cookieparser import parse, serialize


def test_all_attributes_are_written():
    line = serialize(
        "a", "1", max_age=timedelta(hours=1), expires=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), path="/app",
        domain="example.com", secure=True, httponly=True, samesite="None", partitioned=True, priority="High",
    )  # fmt: skip
    assert line == (
        "a=1; Max-Age=3600; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Path=/app; Domain=example.com; Secure; "
        "HttpOnly; SameSite=None; Partitioned; Priority=High"
    )


def test_without_attributes_it_is_a_pair():
    assert serialize("a", "") == "a="


@pytest.mark.parametrize(("seconds", "written"), [(0, 0), (-5, 0), (1, 1), (0.5, 1), (1e9, 1_000_000_000)])
def test_max_age_is_whole_seconds_and_not_negative(seconds, written):
    assert serialize("a", "", max_age=seconds) == f"a=; Max-Age={written}"


def test_expires_is_written_in_gmt():
    there = datetime(2030, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert serialize("a", "", expires=there) == "a=; Expires=Mon, 31 Dec 2029 23:00:00 GMT"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters=";"), max_size=200))
def test_every_value_it_takes_comes_back(value):
    line = serialize("a", value)
    assert ";" not in line
    assert parse(line)["a"] == value


BREAKS = ["\r\nX: 1", "\n", "\0", ";", "; HttpOnly", "\x7f", "é", "\u2028"]


@pytest.mark.parametrize("evil", BREAKS)
@pytest.mark.parametrize("where", ["name", "value", "path", "domain", "samesite", "priority"])
def test_what_could_end_or_split_a_cookie_raises(where, evil):
    given = {
        "name": "a",
        "value": "1",
        "path": "/",
        "domain": "example.com",
        "samesite": "Lax",
        "priority": "Low",
    }
    given[where] += evil
    with pytest.raises(ValueError, match="cookie "):
        serialize(**given)


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a;b", 'a"', "é", "a\t"])
def test_names_are_tokens(name):
    with pytest.raises(ValueError, match="token"):
        serialize(name, "1")


@pytest.mark.parametrize(
    "attributes",
    [{"secure": False}, {"domain": "example.com"}, {"path": "/app"}, {"path": None}],
)
@pytest.mark.parametrize("name", ["__Host-a", "__host-a", "__HOST-a"])
def test_a_host_name_keeps_its_promise(name, attributes):
    good = {"secure": True, "path": "/"}
    assert serialize(name, "1", **good)
    with pytest.raises(ValueError, match="__Host-"):
        serialize(name, "1", **good | attributes)


def test_a_secure_name_needs_secure():
    assert serialize("__Secure-a", "1", secure=True, domain="example.com")
    with pytest.raises(ValueError, match="__Secure-"):
        serialize("__Secure-a", "1")


@pytest.mark.parametrize("attributes", [{"samesite": "None"}, {"partitioned": True}])
def test_cross_site_cookies_need_secure(attributes):
    assert serialize("a", "1", secure=True, **attributes)
    with pytest.raises(ValueError, match="secure=True"):
        serialize("a", "1", **attributes)


def test_a_cookie_that_browsers_would_drop_for_its_size_raises():
    assert serialize("a", "x" * 4094)
    with pytest.raises(ValueError, match="4096"):
        serialize("a", "x" * 4095)
    with pytest.raises(ValueError, match="4096"):
        serialize("a", "x" * 4085, httponly=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_age": float("inf")},
        {"max_age": float("nan")},
        {"path": "app"},
        {"expires": datetime(2030, 1, 1)},
        {"domain": "http://x"},
        {"samesite": "lax"},
    ],
)
def test_other_mistakes_raise(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        serialize("a", "1", **wrong)


def test_all_mistakes_are_named_at_once_and_the_value_is_not():
    with pytest.raises(ValueError, match=r"name must be .*value must be .*path must .*domain must") as caught:
        serialize("a b", "secret;", path="x", domain="!")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("samesite", ["Strict", "Lax", "None", None])
@pytest.mark.parametrize("priority", ["Low", "Medium", "High", None])
def test_each_value_of_these_attributes_is_taken(samesite, priority):
    line = serialize("a", "1", secure=True, samesite=samesite, priority=priority)
    assert line == "a=1; Secure" + (f"; SameSite={samesite}" if samesite else "") + (
        f"; Priority={priority}" if priority else ""
    )


@pytest.mark.parametrize("domain", ["example.com", ".Example.COM", "localhost", "x-1.Z9", "AZaz09"])
def test_host_names_are_domains(domain):
    assert serialize("a", "1", domain=domain) == f"a=1; Domain={domain}"


@pytest.mark.parametrize("pair", [("a", 1), (1, "a"), ("a", None), (None, None), (b"a", "1")])
def test_name_and_value_are_text(pair):
    with pytest.raises(ValueError, match="name and value must be str"):
        serialize(*pair)
