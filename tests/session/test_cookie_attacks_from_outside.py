"""Attacks by cookies over sockets, against a process of its own for each kind of store: what is sent as one, what is
written as one, and values that are signed.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from session.outside import IN_COOKIES, Browser

from support.raw import Raw, get


def cookie_lines(browser: Browser, *lines: bytes, target: bytes = b"/plain/?do=keys") -> tuple[int, bytes]:
    """Status and body of the answer to Cookie lines as they are."""
    with Raw(browser.port) as raw:
        raw.send(get(target, *(b"Cookie: " + line for line in lines), b"Connection: close"))
        status, _, body = raw.read_reply()
    return status, body


@pytest.fixture
def victim(browser: Browser) -> Browser:
    browser.do("set:mine:1")
    return browser


def sid(browser: Browser) -> bytes:
    return b"plain-sid=" + browser.cookies["plain-sid"].encode()


# What is sent as a cookie


@pytest.mark.parametrize(
    "junk",
    [
        b'a="' + b'\\"' * 3000, b'a="' + b"\\042" * 1500 + b'"', b"{bad}=1", "b=\u00e9".encode(), b"b=\xff\xfe", b"bad",
        b'b={"x":1,"y":2}', b"path=/", b"expires=5", b"=", b"=x", b"x=", b";;;,;", b"$Version=1", b"b[0]=2", b"b@c=2",
        b"b=two words", b'x="unfinished', b"a=b=c==", b"plain-sid", b"plain-sid=", b"; " * 150,
    ],
    ids=lambda junk: repr(junk[:12]),
)  # fmt: skip
def test_bad_pairs_around_it_do_not_harm_a_session(victim, junk):
    for header in (junk + b"; " + sid(victim), sid(victim) + b"; " + junk):
        assert cookie_lines(victim, header) == (200, b'[["mine"]]')


@pytest.mark.parametrize("space", ["\u2000", "\u3000", "\u0085", "\u00a0", "\ufeff"])
def test_space_that_is_none_does_not_make_another_name_ours(victim, space):
    attacker = victim.another()
    attacker.do("set:planted:1")
    header = space.encode() + sid(attacker) + b"; " + sid(victim)
    assert cookie_lines(victim, header) == (200, b'[["mine"]]')
    assert cookie_lines(victim, space.encode() + sid(attacker)) == (200, b"[[]]")


@pytest.mark.parametrize("control", [b"\x0b", b"\x0c", b"\x1f", b"\x1c", b"\0"])
def test_control_characters_are_refused_or_no_space(victim, control):
    attacker = victim.another()
    attacker.do("set:planted:1")
    status, body = cookie_lines(victim, control + sid(attacker) + b"; " + sid(victim))
    assert status == 400 or body == b'[["mine"]]'


def test_no_quoted_string_hides_a_pair(victim):
    attacker = victim.another()
    attacker.do("set:planted:1")
    header = b'$Version=1; x="a; ' + sid(attacker) + b'"; ' + sid(victim)
    assert cookie_lines(victim, header) == (200, b'[["mine"]]')


@pytest.mark.parametrize("tossed", [["x", ""], ["V" * 43, "W" * 43], ["a" * 3000, '"'], ["x.y.z", "../.."]])
def test_cookies_that_were_tossed_in_front_do_not_log_anybody_out(victim, tossed):
    pairs = [b"plain-sid=" + value.encode() for value in tossed]
    assert cookie_lines(victim, b"; ".join([*pairs, sid(victim)])) == (200, b'[["mine"]]')
    assert cookie_lines(victim, *pairs, sid(victim)) == (200, b'[["mine"]]')


def test_what_is_beyond_the_bounds_of_a_header_is_ignored(victim):
    many = b"; ".join(b"c%d=1" % number for number in range(300))
    assert cookie_lines(victim, sid(victim) + b"; " + many) == (200, b'[["mine"]]')
    assert cookie_lines(victim, many + b"; " + sid(victim)) == (200, b"[[]]")


def test_a_folded_or_endless_header_is_refused_and_no_500(victim):
    with Raw(victim.port) as raw:
        raw.send(b"GET /plain/?do=keys HTTP/1.1\r\nHost: x\r\nCookie: a=1;\r\n " + sid(victim) + b"\r\n\r\n")
        assert raw.read_reply()[0] == 400
    with Raw(victim.port) as raw:
        raw.send(get(b"/plain/?do=keys", b"Cookie: a=" + b"x" * 200_000))
        assert raw.read_reply()[0] == 431


@pytest.mark.parametrize(
    "value",
    ["x", "A" * 42, "A" * 44, "../../etc/passwd", "sess:*", "A" * 4000, "A" * 42 + "%00", "V" * 43, "-" * 43],
)
def test_an_id_that_nobody_gave_out_is_never_adopted(browser, value):
    stranger = browser.with_cookies(plain_sid=value)
    assert stranger.ask("/plain/", "keys").set_cookie == []
    stranger.do("set:k:v")
    assert stranger.cookies["plain-sid"] != value
    assert browser.with_cookies(plain_sid=value).do("keys", "new") == [[], True]


# What is written as a cookie


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a", "b\r\nSet-Cookie: evil=1"), ("a", "b\nevil: 1"), ("a", "b\0"), ("a", "x" * 5000), ("a b", "1"),
        ("a\r\nevil", "1"), ("a;evil", "1"), ("__Host-a\r\n", "1"),
    ],
)  # fmt: skip
def test_nothing_can_be_smuggled_into_a_set_cookie_line(browser, name, value):
    target = f"/plain/?do=set:k:v&do={quote(f'cookie:{name}:{value}')}"
    answer = browser.send("GET", target, {})
    # It is the handler's error, or a value that was encoded.
    assert answer.status in (200, 500)
    assert "evil" not in "".join(answer.headers)
    assert not any(line.startswith("evil") for line in answer.set_cookie)
    if answer.status == 500:
        assert answer.set_cookie == []


# Signed values


def test_a_signed_cookie_is_good_as_it_is_and_under_its_name_alone(browser):
    browser.do("sign:a:secret-value")
    token = browser.cookies["a"]
    assert browser.do("signed:a") == ["secret-value"]
    for name, bad in [
        ("b", token), ("a", token[:-1]), ("a", token + "A"), ("a", "X" + token[1:]), ("a", "secret-value"), ("a", ""),
        ("a", token.rpartition(".")[0]), ("a", token.rpartition(".")[0] + "."),
    ]:  # fmt: skip
        assert browser.with_cookies(**{name: bad}).do(f"signed:{name}") == [None]


def test_session_cookies_and_signed_cookies_are_not_each_other(browser):
    browser.do("set:k:v")
    session = browser.cookies["plain-sid"]
    assert browser.with_cookies(a=session).do("signed:a") == [None]
    browser.do("sign:a:x")
    assert browser.with_cookies(plain_sid=browser.cookies["a"]).do("keys") == [[]]
    # Nor is the cookie of one session that of another, though the secret is the same.
    if browser.kind in IN_COOKIES:
        assert browser.with_cookies(rolling_sid=session).ask("/rolling/", "keys").values == [[]]
