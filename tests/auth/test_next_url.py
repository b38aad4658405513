"""Where a login may lead."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler_ext.auth.next_url import MAX_LENGTH, is_local, safe_next

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "http:evil.example",
    "http://evil.example",
    "https:///evil.example",
    "HTTP://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/x\r\nSet-Cookie: a=1",
    "/x\0",
    "/x\x7f",
    "/a\\b",
    "/x\ud800",
    "//[evil",
    "",
    "relative",
    "?query",
    "#fragment",
    "@evil.example",
    "/" + "a" * MAX_LENGTH,
]
HERE = [
    "/",
    "/a?b=%2F%2Fx#f",
    "/a//b",
    "/%2F%2Fevil.example",
    "/%5Cevil.example",
    "/a?next=http://evil.example/",
    "/a:b@c",
    "/.//evil.example",
    "/!$&'()*+,;=~",
    "/café/\u2028",
    "/" + "a" * (MAX_LENGTH - 1),
]


@pytest.mark.parametrize("url", ELSEWHERE, ids=ascii)
def test_a_url_that_may_leave_the_site_leads_home(url):
    assert safe_next([url], "/home") == "/home"


@pytest.mark.parametrize("url", HERE, ids=ascii)
def test_a_path_of_this_site_is_kept(url):
    assert safe_next([url], "/home") == url


def test_2048_characters_are_kept_and_no_more():
    assert is_local("/" + "a" * 2047)
    assert not is_local("/" + "a" * 2048)


@pytest.mark.parametrize("values", [[], ["/a", "/b"], ["/a", "/a"]])
def test_anything_but_one_value_leads_home(values):
    assert safe_next(values, "/home") == "/home"


@given(st.text(st.sampled_from("/\\?#:@%.[]\t\r\n ahtp\u2028\xa0"), max_size=12))
def test_whatever_is_kept_stays_on_the_site(text):
    for url in (text, "/" + text):
        if is_local(url):
            target = urlsplit(urljoin("https://our.example/login", quote(url, safe="/?#:@%[]")))
            assert (target.scheme, target.netloc) == ("https", "our.example")
