"""Who sent a request that came through proxies: what is believed, and from whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growler import App
from growler.http.headers import RequestHeaders
from growler.http.proxies import Origin, TrustedProxies, parse_address
from growler.testing import TestClient

PROXIES = TrustedProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"])


def client_of(peer: str, *forwarded: str) -> str:
    fields = [(b"X-Forwarded-For", value.encode("latin-1")) for value in forwarded]
    return PROXIES.origin(peer, "http", RequestHeaders(fields)).ip


@pytest.mark.parametrize(
    ("peer", "forwarded", "ip"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),  # what the client sent stands on the left
        ("127.0.0.1", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1, 10.1.2.3"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6, 192.0.2.1 ,10.1.2.3, 127.0.0.1"], "192.0.2.1"),
        ("127.0.0.1", ["10.0.0.9, 10.1.2.3"], "10.0.0.9"),  # all of them ours: the first
        ("192.0.2.9", ["6.6.6.6"], "192.0.2.9"),  # not a proxy of ours
        ("", ["6.6.6.6"], ""),  # a Unix socket that is not listed
        ("testclient", ["6.6.6.6"], "testclient"),
        ("::ffff:127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("2001:db8::1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["2001:DB9::1"], "2001:db9::1"),
        ("10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
        ("10.0.0.1", ["[2001:db9::1]:4711"], "2001:db9::1"),
        ("10.0.0.1", ["192.0.2.1, unknown"], "10.0.0.1"),  # nothing is believed behind what is no address
        ("10.0.0.1", ["192.0.2.1, , 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, ' OR 1=1"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6," + "10.0.0.2," * 2000 + "10.0.0.3"], "10.0.0.2"),  # bounded
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy(peer, forwarded, ip):
    assert client_of(peer, *forwarded) == ip


@pytest.mark.parametrize(
    ("fields", "protocol", "host"),
    [
        ({}, "http", "own"),
        ({"x-forwarded-proto": "https", "x-forwarded-host": "example.org:8443"}, "https", "example.org:8443"),
        ({"x-forwarded-proto": "HTTPS"}, "https", "own"),
        ({"x-forwarded-proto": "https, http", "x-forwarded-host": "evil, good"}, "https", "good"),
        ({"x-forwarded-proto": "https," * 5000 + "http"}, "https", "own"),  # bounded
        ({"x-forwarded-proto": "javascript", "x-forwarded-host": "a b"}, "http", "own"),
        ({"x-forwarded-host": "<script>"}, "http", "own"),
        ({"x-forwarded-host": "a/b"}, "http", "own"),
        ({"x-forwarded-host": "user@host"}, "http", "own"),
        ({"x-forwarded-host": "[::1]:80"}, "http", "[::1]:80"),
        ({"forwarded": "for=6.6.6.6;proto=https;host=evil"}, "http", "own"),
    ],
)
def test_scheme_and_host_are_what_the_nearest_proxy_says_if_it_makes_sense(fields, protocol, host):
    assert PROXIES.origin("10.0.0.1", "http", {"host": "own", **fields}) == Origin("10.0.0.1", protocol, host)
    assert PROXIES.origin("192.0.2.1", "http", {"host": "own", **fields}) == Origin(
        "192.0.2.1", "http", "own"
    )


@pytest.mark.parametrize(
    ("forwarded", "protocol", "host"),
    [
        ("192.0.2.1", "http", "near"),  # one proxy: what stands before is the client's
        ("6.6.6.6, 192.0.2.1", "http", "near"),
        ("192.0.2.1, 10.0.0.2", "https", "far"),
        ("6.6.6.6, 192.0.2.1, 10.0.0.2", "https", "far"),
        ("192.0.2.1, 10.0.0.3, 10.0.0.2", "ftp", "evil"),
        ("192.0.2.1, 10.0.0.4, 10.0.0.3, 10.0.0.2", "ftp", "evil"),  # not each of them added a value
    ],
)
def test_as_many_values_are_believed_as_proxies_have_written(forwarded, protocol, host):
    fields = {"x-forwarded-proto": "ftp, https, http", "x-forwarded-host": "evil, far, near"}
    origin = PROXIES.origin("10.0.0.1", "http", {**fields, "x-forwarded-for": forwarded})
    assert origin == Origin("192.0.2.1", protocol if protocol != "ftp" else "http", host)


def test_a_unix_socket_can_be_listed():
    proxies = TrustedProxies(["unix"])
    assert proxies.origin("", "http", {"x-forwarded-for": "192.0.2.1"}).ip == "192.0.2.1"
    assert proxies.origin("127.0.0.1", "http", {"x-forwarded-for": "192.0.2.1"}).ip == "127.0.0.1"
    assert repr(proxies) == "<TrustedProxies unix>"


FORGED = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example:8443",
    "Host": "inner:1",
}


@pytest.fixture(autouse=True)
def _uvicorn_believes_nobody(monkeypatch):
    """Uvicorn believes 127.0.0.1 by itself, before the app is asked; --no-proxy-headers on its command line."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")


def where(**options) -> App:
    app = App(**options)
    app.get("/", lambda req, res: res.send_json([req.ip, req.protocol, req.host, req.hostname]))
    return app


def test_a_listed_proxy_is_believed(serve):
    reply = serve(where(trust_proxy=["127.0.0.0/8"])).get("/", headers=FORGED)
    assert reply.json() == ["192.0.2.1", "https", "shop.example:8443", "shop.example"]


@pytest.mark.parametrize("options", [{}, {"trust_proxy": []}, {"trust_proxy": ["10.0.0.0/8", "unix"]}])
def test_nobody_else_is_believed(serve, options):
    assert serve(where(**options)).get("/", headers=FORGED).json() == [
        "127.0.0.1",
        "http",
        "inner:1",
        "inner",
    ]


def test_each_request_of_a_connection_is_asked_anew():
    with TestClient(where(trust_proxy=["127.0.0.1"])) as client:
        assert client.get("/", headers=FORGED).json()[0] == "192.0.2.1"
        assert client.get("/", headers={"X-Forwarded-For": "192.0.2.2"}).json()[0] == "192.0.2.2"
        assert client.get("/").json()[0] == "127.0.0.1"


def test_all_wrong_entries_are_told_at_once():
    with pytest.raises(ValueError, match="trust_proxy") as error:
        App(trust_proxy=["127.0.0.1", "10.0.0.1/8", "proxy.local", "10.0.0.0/33", 5, ""])
    message = str(error.value)
    assert "10.0.0.1/8 has host bits set (the network is 10.0.0.0/8)" in message
    for wrong in ("'proxy.local'", "'10.0.0.0/33'", "'5'", "''"):
        assert wrong in message


@pytest.mark.parametrize("wrong", [True, 1, "127.0.0.1"])
def test_trust_needs_a_list(wrong):
    with pytest.raises(
        ValueError, match=r'list the proxies, as in trust_proxy=\["127.0.0.1", "10.0.0.0/8"\]'
    ):
        App(trust_proxy=wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown",
        "_hidden",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.4:",
        "[::1",
        "::1]",
        "::g",
        "1",
        "٣.1.1.1",
    ],
)
def test_what_is_no_address_is_none(text):
    assert parse_address(text) is None


@given(st.text(max_size=60), st.sampled_from(["127.0.0.1", "10.2.3.4"]))
def test_any_field_is_read(text, peer):
    found = PROXIES.origin(peer, "http", {f"x-forwarded-{name}": text for name in ("for", "proto", "host")})
    assert parse_address(found.ip) is not None
    assert found.protocol in ("http", "https")
