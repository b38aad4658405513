"""`SameOrigin`: which requests are taken for forged ones."""

from __future__ import annotations

import pytest

from growler import App
from growler.middleware import SameOrigin
from growler.middleware.same_origin import is_own

OWN = "https://example.org:8443"


@pytest.mark.parametrize(
    ("site", "origin", "own"),
    [
        (None, None, True),
        ("same-origin", None, True),
        ("none", None, True),
        ("same-site", None, False),
        ("cross-site", OWN, False),
        ("SAME-ORIGIN", OWN, False),
        ("", OWN, False),
        (None, OWN, True),
        (None, "https://EXAMPLE.org:8443", True),
        (None, "http://example.org:8443", False),
        (None, "https://example.org", False),
        (None, "https://example.org:8443.evil.example", False),
        (None, "null", False),
        (None, "", False),
    ],
)
def test_what_browsers_say_decides(site, origin, own):
    assert is_own(site, origin, OWN) is own


def guarded(**options):
    app = App(trust_proxy=["127.0.0.1"])
    app.use(SameOrigin(**options))
    app.get("/", lambda req, res: res.send_text("form"))
    app.post("/", lambda req, res: res.send_text("posted"))
    return app


def test_a_page_of_another_site_cannot_post_and_everybody_can_read(serve):
    client = serve(guarded())
    for fields in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert client.post("/", headers=fields).status == 403
        assert client.get("/", headers=fields).text == "form"
    assert client.post("/").text == "posted"
    own = {"Host": "shop.example", "X-Forwarded-Proto": "https", "Origin": "https://shop.example"}
    assert client.post("/", headers=own).text == "posted"


def test_origins_that_are_allowed_may_post(serve):
    client = serve(guarded(allow=["https://Shop.example"]))
    for origin, status in (("https://shop.example", 200), ("https://shop.example.evil", 403), ("null", 403)):
        assert client.post("/", headers={"Sec-Fetch-Site": "cross-site", "Origin": origin}).status == status
    assert client.post("/", headers={"Sec-Fetch-Site": "cross-site"}).status == 403


@pytest.mark.parametrize(
    "wrong", ["shop.example", "https://shop.example/", "https://", "null", "*", "https://a@b"]
)
def test_what_is_no_origin_is_refused(wrong):
    with pytest.raises(ValueError, match="an origin is"):
        SameOrigin(allow=[wrong])
