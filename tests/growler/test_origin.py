"""Where an unsafe request comes from."""

import pytest

from growler.http.origin import SAFE_METHODS, is_same_origin

OWN = ("https", "our.example")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_site_itself_and_the_address_bar_may(site):
    assert is_same_origin(site, None, *OWN)


@pytest.mark.parametrize(
    "site", ["cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, same-origin", "x"]
)
def test_any_other_sec_fetch_site_may_not(site):
    assert not is_same_origin(site, None, *OWN)


def test_sec_fetch_site_goes_before_origin():
    assert not is_same_origin("cross-site", "https://our.example", *OWN)
    # A proxy that ends TLS makes the scheme look wrong; what the browser says outright still counts.
    assert is_same_origin("same-origin", "https://our.example", "http", "our.example")


@pytest.mark.parametrize("origin", ["https://our.example", "https://OUR.example"])
def test_our_own_origin_may(origin):
    assert is_same_origin(None, origin, *OWN)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://our.example",
        "https://our.example:8443",
        "https://evil.example",
        "https://our.example.evil.example",
        "https://sub.our.example",
        "https://our.example, https://our.example",
    ],
)
def test_any_other_origin_may_not(origin):
    assert not is_same_origin(None, origin, *OWN)


def test_an_origin_without_a_host_to_compare_it_with_may_not():
    assert not is_same_origin(None, "https://None", "https", None)


def test_a_program_sends_neither_field_and_may():
    assert is_same_origin(None, None, *OWN)


def test_only_the_methods_of_rfc_9110_9_2_1_are_safe():
    assert {"GET", "HEAD", "OPTIONS", "TRACE"} == SAFE_METHODS
