"""`SameOrigin`: whose forms are refused. The rule itself: test_origin.py."""

from __future__ import annotations

import pytest

from growler import App
from growler.middleware import SameOrigin


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
