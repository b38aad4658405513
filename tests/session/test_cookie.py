"""The session's cookie: which name, which attributes."""

import pytest

from growler_ext.session.cookie import CookieRule


def rule(**options):
    return CookieRule(
        **{"name": "sid", "secure": "auto", "samesite": "Lax", "path": "/", "domain": None} | options
    )


@pytest.mark.parametrize(
    ("options", "https", "name"),
    [
        ({}, True, "__Host-sid"),
        ({}, False, "sid"),
        ({"secure": True}, False, "__Host-sid"),
        ({"secure": False}, True, "sid"),
        ({"path": "/app"}, True, "sid"),
        ({"domain": "example.com"}, True, "sid"),
        ({"samesite": "None"}, False, "__Host-sid"),
        ({"name": "__Secure-sid"}, True, "__Secure-sid"),
        ({"name": "__Host-sid"}, True, "__Host-sid"),
    ],
)
def test_the_name_has_the_host_prefix_where_it_may(options, https, name):
    assert rule(**options).name_for(https) == name


def test_the_line_on_http():
    assert rule().send("x", 60, https=False) == "sid=x; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"


def test_the_line_on_https():
    assert (
        rule().send("x", 60, https=True) == "__Host-sid=x; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax"
    )


def test_clearing_has_the_same_attributes():
    cookie = rule(path="/app", domain="example.com", samesite="Strict", secure=True)
    assert cookie.clear(https=True) == (
        "sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/app; Domain=example.com; Secure; HttpOnly; "
        "SameSite=Strict"
    )
