"""`AllowedHosts`: which hosts are one's own."""

from __future__ import annotations

import pytest

from growler import App
from growler.middleware import AllowedHosts

OWN = ("Shop.example", "*.shop.example", "localhost", "192.0.2.7", "[2001:db8::7]")


def guarded(*hosts, **options):
    app = App()
    app.use(AllowedHosts(*hosts, **options))
    app.get("/", lambda req, res: res.send_text("shown"))
    return app


@pytest.mark.parametrize("host", [
    "shop.example", "SHOP.example", "shop.example:8000", "shop.example.", "a.shop.example", "a.b.shop.example:80",
    "localhost", "localhost:8000", "192.0.2.7", "192.0.2.7:8000", "[2001:db8::7]", "[2001:0db8:0:0::7]:8000",
])  # fmt: skip
def test_its_own_hosts_are_answered_to(serve, host):
    assert serve(guarded(*OWN)).get("/", headers={"Host": host}).text == "shown"


@pytest.mark.parametrize("host", [
    "evil.example", "shop.example.evil", "evilshop.example", ".shop.example", "shop", "localhost.evil.example",
    "192.0.2.8", "[2001:db8::8]", "192.0.2.7.evil.example", "127.0.0.1",
])  # fmt: skip
def test_others_are_misdirected_and_learn_nothing(serve, host):
    reply = serve(guarded(*OWN)).get("/", headers={"Host": host})
    assert reply.status == 421
    assert "shown" not in reply.text
    assert host not in reply.text


@pytest.mark.parametrize(("host", "answered"), [
    ("127.0.0.1", True), ("10.1.2.3", True), ("[::1]", True), ("[fe80::1]", True), ("localhost", True),
    ("rebound.evil.example", False), ("127.0.0.1.evil.example", False), ("127.1", False), ("[::g]", False), ("", False),
])  # fmt: skip
def test_every_address_passes_where_that_was_asked_for(host, answered):
    assert AllowedHosts("localhost", addresses=True).allow(host) is answered


def test_behind_a_proxy_it_is_the_host_that_the_proxy_was_asked_for(serve):
    app = App(trust_proxy=["127.0.0.1"])
    app.use(AllowedHosts("shop.example"))
    app.get("/", lambda req, res: res.send_text("shown"))
    client = serve(app)
    fields = {"Host": "127.0.0.1:8000"}
    assert client.get("/", headers=fields | {"X-Forwarded-Host": "shop.example"}).text == "shown"
    assert client.get("/", headers=fields | {"X-Forwarded-Host": "evil.example"}).status == 421


@pytest.mark.parametrize(
    "wrong",
    [
        "https://shop.example",
        "shop.example:80",
        "*",
        "*.",
        "shop.*.example",
        "",
        "a b",
        ".shop.example",
        "[::1",
    ],
)
def test_what_is_no_host_is_refused(wrong):
    with pytest.raises(ValueError, match="a host is a name or an address") as error:
        AllowedHosts("shop.example", wrong)
    assert repr(wrong) in str(error.value)


def test_nobody_at_all_is_a_mistake():
    with pytest.raises(ValueError, match="lets nobody pass"):
        AllowedHosts()
