"""Signed values: whatever is not a whole token of this place, this time and these keys is None."""

import base64
import hashlib
import hmac
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from growler_ext.cookieparser import CookieParser
from growler_ext.cookieparser.signer import context, cookie_context, decode_signed, encode_signed
from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner
from support.clock import Clock

OLD, NEW = "old-secret-old-secret", "new-secret-new-secret"


@pytest.fixture
def clock():
    return Clock(1_700_000_000.0)


@pytest.fixture
def signer(clock):
    return ItsdangerousSigner(NEW, clock=clock)


@pytest.mark.parametrize("value", ["", "alice", "a.b.c", "two words", "é"])
def test_what_was_signed_is_opened(signer, value):
    assert signer.unsign(signer.sign(value, "c"), "c") == value


def test_any_byte_flipped_is_none(signer):
    token = signer.sign("alice", "c")
    for place in range(len(token) - 1):  # the last character carries bits that base64 does not use
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert signer.unsign(forged, "c") is None, place


@pytest.mark.parametrize("forge", [
    lambda token: token[:-1], lambda token: token[:-10], lambda token: token.rpartition(".")[0],
    lambda token: token.rpartition(".")[0] + ".", lambda token: "alice",
    lambda token: "", lambda token: ".", lambda token: "..", lambda token: "." * 1000, lambda token: "\ud800",
    lambda token: "x." + "A" * 5000 + ".x", lambda token: "é", lambda token: token * 2,
])  # fmt: skip
def test_what_is_no_whole_token_is_none(signer, forge):
    assert signer.unsign(forge(signer.sign("alice", "c")), "c") is None


def test_a_signature_spelled_differently_opens_to_nothing_else(signer):
    # base64 has several spellings of the same bytes: tokens are no keys and no entries of a block list.
    token = signer.sign("alice", "c")
    assert {signer.unsign(token + junk, "c") for junk in ("=", "==", "=x")} <= {"alice", None}


def test_another_secret_is_none(signer):
    assert signer.unsign(ItsdangerousSigner(OLD).sign("alice", "c"), "c") is None


def test_another_context_is_none(signer):
    assert (
        signer.unsign(signer.sign("alice", context("cookieparser", "a")), context("cookieparser", "b"))
        is None
    )
    assert signer.unsign(signer.sign("alice", context("session", "a")), context("cookieparser", "a")) is None


def test_contexts_cannot_be_shifted_into_each_other():
    assert context("p", "ab") + "c" != context("p", "abc")
    pairs = [("p:1:1", "a"), ("p", "1:1:a"), ("p", "a"), ("p:1", "a"), ("p:1:1:a", "")]
    assert len({context(*pair) for pair in pairs}) == len(pairs)


def test_a_token_of_plain_itsdangerous_under_the_same_key_is_none(signer):
    assert signer.unsign(TimestampSigner(NEW).sign("alice").decode(), "c") is None


def test_rotation_accepts_the_old_secret_and_signs_with_the_new(clock):
    old = ItsdangerousSigner(OLD, clock=clock)
    new = ItsdangerousSigner(NEW, clock=clock)
    both = ItsdangerousSigner([NEW, OLD], clock=clock)
    assert both.unsign(old.sign("alice", "c"), "c") == "alice"
    assert new.unsign(both.sign("alice", "c"), "c") == "alice"  # signed with the first
    assert old.unsign(both.sign("alice", "c"), "c") is None
    assert new.unsign(old.sign("alice", "c"), "c") is None  # dropped


def test_max_age_is_kept_and_zero_is_a_limit(signer, clock):
    token = signer.sign("alice", "c")
    assert signer.unsign(token, "c", 0) == "alice"
    clock.now += 1
    assert signer.unsign(token, "c", 0) is None
    assert signer.unsign(token, "c", 1) == "alice"
    assert signer.unsign(token, "c") == "alice"


def test_a_token_from_the_future_is_none(signer, clock):
    token = signer.sign("alice", "c")
    clock.now -= 10
    assert signer.unsign(token, "c") is None
    assert signer.unsign(token, "c", 60) is None


@pytest.mark.parametrize("secret", ["", b"", [], [""], [NEW, ""]])
def test_no_secret_raises(secret):
    with pytest.raises(ValueError, match="secret"):
        ItsdangerousSigner(secret)


def test_a_short_secret_warns_and_is_not_shown():
    with pytest.warns(UserWarning, match="16 bytes") as caught:
        ItsdangerousSigner([NEW, "hunter2"])
    assert "hunter2" not in str(caught[0].message)


def test_a_short_secret_is_reported_where_the_parser_is_made():
    with pytest.warns(UserWarning, match="secret under 16 bytes") as caught:
        CookieParser(secret="hunter2")
    assert caught[0].filename == __file__
    assert "python -c 'import secrets; print(secrets.token_urlsafe(32))'" in str(caught[0].message).split(
        "with "
    )


@pytest.mark.parametrize("secret", ["x" * 16, b"x" * 16, "é" * 8])
def test_sixteen_bytes_are_enough(secret):
    with warnings.catch_warnings(action="error"):
        ItsdangerousSigner(secret)


def test_a_secret_in_bytes_is_the_same_as_in_text(clock):
    token = ItsdangerousSigner(NEW, clock=clock).sign("alice", "c")
    assert ItsdangerousSigner(NEW.encode(), clock=clock).sign("alice", "c") == token


def test_it_is_hmac_sha256_with_a_key_for_each_context(signer, clock):
    """Written down once more, so that tokens stay good when the library or its defaults change."""
    seconds = base64.urlsafe_b64encode(int(clock.now).to_bytes(4)).rstrip(b"=")
    key = hmac.digest(NEW.encode(), context("cookieparser", "a").encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(hmac.digest(key, b"alice." + seconds, hashlib.sha256)).rstrip(b"=")
    expected = b".".join((b"alice", seconds, signature)).decode()
    assert signer.sign("alice", context("cookieparser", "a")) == expected


def test_a_context_names_this_project_the_purpose_its_version_and_the_name():
    assert context("session", "sid") == "growler_ext.session:1:3:sid"
    assert cookie_context("sid") == "growler_ext.cookieparser:1:3:sid"


def test_what_a_cookie_can_hold_stays_readable_when_signed():
    octets = "".join(
        map(chr, [0x21, *range(0x23, 0x2C), *range(0x2D, 0x3B), *range(0x3C, 0x5C), *range(0x5D, 0x7F)])
    )
    assert encode_signed(octets) == octets.replace("%", "%25")
    assert encode_signed('a b",;\\é\r\n%') == "a%20b%22%2C%3B%5C%C3%A9%0D%0A%25"


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_the_encoding_of_signed_values(text):
    assert decode_signed(encode_signed(text)) == text
    assert encode_signed(text).isascii()
