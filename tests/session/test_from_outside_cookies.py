"""What users of express-session, starsessions and cookie-parser rely on about cookies: when one is sent, with which
attributes, and what is read. Asked over sockets, as in test_from_outside.
"""

from __future__ import annotations

import re

import pytest
from session.outside import APP, Browser

from support.program import Program

# The cookie is sent when there is a reason


def test_reading_sends_no_cookie(browser):
    browser.do("set:k:v")
    assert browser.ask("/plain/", "get:k", "keys", "id", "new").set_cookie == []
    assert browser.ask("/plain/").set_cookie == []


def test_setting_what_it_has_sends_no_cookie(browser):
    browser.do("set:user:bob")
    assert browser.ask("/plain/", "set:user:bob").set_cookie == []


def test_where_each_use_counts_each_use_sends_the_cookie_once_there_is_a_session(browser):
    assert browser.ask("/rolling/", "get:k").set_cookie == []
    browser.ask("/rolling/", "set:k:v")
    for words in (["get:k"], ["set:k:v"], ["incr:n"]):
        (line,) = browser.ask("/rolling/", *words).set_cookie
        assert "Max-Age=1209600" in line


def test_a_cookie_of_the_browsers_session_has_no_age_and_is_sent_once(browser):
    (line,) = browser.ask("/browser/", "set:k:v").set_cookie
    assert "max-age" not in line.lower()
    assert "expires" not in line.lower()
    assert browser.ask("/browser/", "get:k").set_cookie == []


def test_one_that_is_to_persist_has_an_age(browser):
    (line,) = browser.ask("/browser/", "set:k:v", "persist").set_cookie
    assert "Max-Age=1209600" in line


def test_what_looks_at_the_session_varies_by_cookie_and_nothing_else_does(browser):
    assert "Cookie" in browser.ask("/plain/", "get:k").headers["Vary"]
    assert "Vary" not in browser.ask("/plain/").headers


@pytest.mark.parametrize("answer", ["json", "stream", "redirect"])
def test_other_cookies_of_the_answer_stay(browser, answer):
    lines = browser.ask(
        "/plain/", "header:Set-Cookie:previous=value", "cookie:own:1", "set:k:v", answer=answer
    ).set_cookie
    assert sorted(line.partition("=")[0] for line in lines) == ["own", "plain-sid", "previous"]


# Its attributes


def test_attributes_by_default(browser):
    (line,) = browser.ask("/plain/", "set:k:v").set_cookie
    assert (
        re.sub("=[^;]*", "=...", line, count=1)
        == "plain-sid=...; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax"
    )


def test_attributes_that_were_chosen(browser):
    (line,) = browser.ask("/wide/", "set:k:v").set_cookie
    assert line.endswith("; Path=/; Domain=example.com; HttpOnly; SameSite=Strict")
    (line,) = browser.ask("/cross/", "set:k:v").set_cookie
    assert line.startswith("__Host-cross-sid=")
    assert line.endswith("; Path=/; Secure; HttpOnly; SameSite=None; Partitioned")


def test_clearing_says_the_same_attributes_or_browsers_would_keep_it(browser):
    browser.ask("/wide/", "set:k:v")
    (line,) = browser.ask("/wide/", "destroy").set_cookie
    assert line.startswith("wide-sid=;")
    assert "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=example.com;" in line
    assert browser.cookies == {}


def test_a_secure_cookie_is_not_set_over_http(browser):
    answer = browser.ask("/secure/", "set:k:v")
    assert (answer.status, answer.set_cookie) == (200, [])


def test_forwarded_https_is_believed_of_a_trusted_proxy_alone(browser):
    for forwarded in ("https", "https,http", "HTTPS"):
        answer = browser.send("GET", "/secure/?do=set:k:v", {"X-Forwarded-Proto": forwarded})
        assert answer.set_cookie == []
        (line,) = (
            browser.another().send("GET", "/plain/?do=set:k:v", {"X-Forwarded-Proto": forwarded}).set_cookie
        )
        assert "Secure" not in line


@pytest.mark.parametrize(
    ("path", "has"),
    [
        ("/area", False), ("/area/", False), ("/area/inner", True), ("/area/inner/", True), ("/area/inner/x/y", True),
        ("/area/innermost", False), ("/area/inner%2Fx", True), ("/area/area/inner", False), ("/area/Inner", False),
    ],
)  # fmt: skip
def test_there_is_a_session_inside_of_its_path_alone(browser, path, has):
    answer = browser.ask(path, "set:k:v")
    assert [line.partition("=")[0] for line in answer.set_cookie] == ["area-sid"] * has
    if has:
        assert "; Path=/area/inner;" in answer.set_cookie[0]


# Cookies that are no session's


def test_cookies_are_read_as_they_were_sent(browser):
    def seen(header: str) -> object:
        return browser.send("GET", "/seen", {"Cookie": header}).values

    assert browser.send("GET", "/seen", {}).values == {}
    assert seen("foo=bar; bar=baz") == {"foo": "bar", "bar": "baz"}
    assert seen('foo=j:{"foo":') == {"foo": 'j:{"foo":'}
    assert seen("foo=s:foobarbaz.CP7AWaXDfAKIRfH49dQ; a=b%20c") == {
        "foo": "s:foobarbaz.CP7AWaXDfAKIRfH49dQ",
        "a": "b%20c",
    }
    assert seen("foo=bar; {bad}=1; path=/; x=two words") == {"foo": "bar", "path": "/", "x": "two words"}
    assert browser.send("GET", "/json", {"Cookie": 'prefs={"a":[1]}'}).values == {"a": [1]}
    assert browser.send("GET", "/json", {"Cookie": 'prefs={"a":'}).values is None


# Behind a proxy


def test_behind_a_trusted_proxy():
    with Program(APP, "dict", "--behind-a-proxy") as program:
        browser = Browser(program.port(), "dict")

        def lines(path: str, forwarded: dict[str, str]) -> list[str]:
            return browser.another().send("GET", f"{path}?do=set:k:v", forwarded).set_cookie

        for proto in ("https", "HTTPS"):
            (line,) = lines("/secure/", {"X-Forwarded-Proto": proto})
            assert line.startswith("__Host-secure-sid=")
            (line,) = lines("/plain/", {"X-Forwarded-Proto": proto})
            assert (line.startswith("__Host-plain-sid="), "; Secure" in line) == (True, True)
        for forwarded in ({}, {"X-Forwarded-Proto": "http"}):
            assert lines("/secure/", forwarded) == []
            (line,) = lines("/plain/", forwarded)
            assert "Secure" not in line
