"""`SameOrigin` in memory: each method, each field, and which origins may be allowed, to the character."""

from __future__ import annotations

import pytest

from growler import App
from growler.middleware import SameOrigin
from growler.testing import TestClient

SHOP = "https://shop.example"


def status(method="POST", *, allow=(), scheme="http", **fields):
    app = App()
    app.use(SameOrigin(allow=allow))
    app.all("/", lambda req, res: res.send_text("passed"))
    with TestClient(app, scheme=scheme) as client:
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        return client.request(method, "/", headers=headers).status


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_who_only_reads_may_come_from_anywhere(method):
    assert status(method, Sec_Fetch_Site="cross-site", Origin="https://evil.example") != 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_who_changes_may_not_come_from_another_site(method):
    assert status(method, Sec_Fetch_Site="cross-site") == 403
    assert status(method, Origin="https://evil.example") == 403
    assert status(method) == 200


@pytest.mark.parametrize(
    ("site", "code"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("", 403)]
)
def test_what_the_browser_says_outright_counts(site, code):
    assert status(Sec_Fetch_Site=site) == code


@pytest.mark.parametrize(
    ("scheme", "host", "origin", "code"),
    [
        ("https", "shop.example", SHOP, 200),
        ("http", "shop.example", SHOP, 403),
        ("https", "other.example", SHOP, 403),
        ("http", "shop.example", "http://shop.example", 200),
        ("http", "shop.example:8000", "http://shop.example:8000", 200),
        ("http", "shop.example", "null", 403),
    ],
)
def test_an_origin_is_scheme_host_and_port_of_this_site(scheme, host, origin, code):
    assert status(scheme=scheme, Host=host, Origin=origin) == code


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        (SHOP, 200),
        ("https://SHOP.example", 200),
        ("https://other.example:8443", 200),
        ("https://other.example", 403),
        ("http://shop.example", 403),
        ("https://shop.example.evil", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_pages_of_allowed_origins_may_post(origin, code):
    allow = ["https://Shop.example", "https://other.example:8443"]
    assert status(allow=allow, Origin=origin) == code
    assert status(allow=allow, Sec_Fetch_Site="cross-site", Origin=origin) == code


def test_without_an_origin_nothing_is_allowed():
    assert status(allow=[SHOP], Sec_Fetch_Site="cross-site") == 403


def test_the_answer_says_why():
    app = App()
    app.use(SameOrigin())
    with TestClient(app) as client:
        reply = client.post("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert "a page of another site has sent this" in reply.text


@pytest.mark.parametrize(
    "origin", ["http://localhost:8000", "https://a", "HTTPS://Shop.Example", "https://[2001:db8::1]:8443"]
)
def test_what_is_an_origin_is_taken(origin):
    assert SameOrigin(allow=[origin])


@pytest.mark.parametrize(
    "wrong",
    [
        "", "*", "null", "shop.example", "https://", "https://a/", "https://a?b", "https://a#b", "https://u@a",
        "https://a b", "ftp://a", "xhttps://a", "https:/a", "https://a\n", "httpss://a",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_told(wrong):
    with pytest.raises(ValueError, match="an origin is"):
        SameOrigin(allow=[wrong])


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValueError, match=r"'\*', 'a/b'") as caught:
        SameOrigin(allow=["a/b", SHOP, "*"])
    assert SHOP not in str(caught.value)
