"""`Cookies` on plain values: the mapping, its limits, and which signed values it opens."""

from datetime import timedelta

import pytest

from growler_ext.cookieparser import Cookies, find, parse
from growler_ext.cookieparser.signer import cookie_context, encode_signed
from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner
from support.clock import Clock

FIELDS = [(b"Host", b"x"), (b"Cookie", b"a=1; b=2"), (b"COOKIE", b"a=3")]


@pytest.fixture
def clock():
    return Clock(1_700_000_000.0)


@pytest.fixture
def signer(clock):
    return ItsdangerousSigner("secret-secret-secret", clock=clock)


def signed(signer, value, name="a"):
    return signer.sign(encode_signed(value), cookie_context(name))


def test_no_source_is_no_cookies():
    assert dict(Cookies()) == {}
    assert Cookies().find("a") == []
    assert Cookies().getall("a") == []


@pytest.mark.parametrize("source", [FIELDS, "a=1; b=2; a=3"])
def test_it_is_a_mapping_of_either_source(source):
    cookies = Cookies(source)
    assert cookies.find("a") == ["1", "3"]  # before anything else was read
    assert "a" in cookies
    assert "c" not in cookies
    assert (len(cookies), list(cookies), dict(cookies)) == (2, ["a", "b"], {"a": "1", "b": "2"})
    assert cookies.getall("a") == cookies.find("a") == ["1", "3"]
    assert cookies.getall("b") == cookies.find("b") == ["2"]
    assert cookies.getall("c") == cookies.find("c") == []
    with pytest.raises(KeyError):
        cookies["c"]


def test_what_is_found_is_a_list_of_its_own():
    cookies = parse("a=1; a=2")
    assert len(cookies) == 1
    cookies.find("a").clear()
    assert cookies.getall("a") == ["1", "2"]


def test_the_header_is_read_once():
    cookies = parse("a=1")
    assert cookies._read() is cookies._read()


def test_180_cookies_and_16_kib_are_read_by_default():
    header = "; ".join(f"c{n}=1" for n in range(181))
    for cookies in (Cookies(header), parse(header)):
        assert list(cookies) == [f"c{n}" for n in range(180)]
    assert Cookies(header).find("c179") == find(header, "c179") == ["1"]
    assert Cookies(header).find("c180") == find(header, "c180") == []
    for length, there in ((16384, ["x" * 16376]), (16385, [])):
        header = "a=1; b=".ljust(length, "x")
        value = [header[7:]] if there else []
        assert Cookies(header).find("b") == find(header, "b") == value
        assert Cookies(header).getall("b") == parse(header).getall("b") == value
        assert len(header) == length


def test_limits_are_kept_by_whichever_way_a_cookie_is_read():
    for limits, found in (({"max_cookies": 1}, []), ({"max_header": 7}, []), ({"max_cookies": 2}, ["2"])):
        header = "a=1; b=2"
        assert Cookies(header, **limits).find("b") == find(header, "b", **limits) == found
        assert Cookies(header, **limits).getall("b") == parse(header, **limits).getall("b") == found


def test_a_signed_value_is_opened_under_its_own_name_only(signer):
    token = signed(signer, "two words; é")
    cookies = Cookies(f"a={token}; b={token}; c=plain", signer=signer)
    assert cookies.signed("a") == "two words; é"
    assert cookies.signed("b") is None
    assert cookies.signed("c") is None
    assert cookies.signed("d") is None
    assert [cookies.signed(name, None, "none") for name in "abcd"] == ["two words; é", "none", "none", "none"]
    assert cookies.signed("b", default="none") == "none"


def test_a_signed_value_has_its_time(signer, clock):
    cookies = Cookies(f"a={signed(signer, 'x')}", signer=signer)
    clock.now += 60
    for long_enough in (60, timedelta(minutes=1), None, 60.5):
        assert cookies.signed("a", long_enough) == "x"
    for too_short in (59, timedelta(seconds=59), 0, timedelta(0)):
        assert cookies.signed("a", too_short) is None


def test_three_values_of_a_name_are_tried_and_no_more(signer):
    good = f"a={signed(signer, 'x')}"
    assert Cookies("a=1; a=2; " + good, signer=signer).signed("a") == "x"
    assert Cookies("a=1; a=2; a=3; " + good, signer=signer).signed("a") is None


def test_the_first_of_several_good_values_is_taken(signer):
    cookies = Cookies(f"a=1; a={signed(signer, 'x')}; a={signed(signer, 'y')}", signer=signer)
    assert cookies.signed("a") == "x"
