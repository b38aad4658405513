"""Tokens of our own: each reason to refuse one, at its edge, and what one that is good says."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from growler_ext.auth.tokens import (
    LEEWAY,
    MAX_LENGTH,
    Claims,
    Expected,
    OwnTokens,
    check,
    issuer_of,
    subject_of,
)
from support.clock import Clock

NOW = 1_000_000
OLD, NEW, OTHER = (letter * 32 for letter in (b"o", b"n", b"x"))
HUGE = pytest.param(10**400, id="more than a float holds")
EXPECTED = Expected(frozenset({"at+jwt"}), "shop", "https://op.example")
GOOD = {"iss": "https://op.example", "aud": "shop", "iat": NOW, "exp": NOW + 60, "sub": "alice"}


def problem(header=None, expected=EXPECTED, **claims):
    """What is wrong with a good token after these changes; None takes a claim away."""
    merged = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
    return check({"typ": "at+jwt"} if header is None else header, merged, expected, NOW)


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"])
def test_a_type_is_read_without_case_and_prefix(typ):
    assert problem({"typ": typ}) == ""


@pytest.mark.parametrize(
    "header", [{}, {"typ": "JWT"}, {"typ": ""}, {"typ": 7}, {"typ": "at+jwtapplication/"}]
)
def test_a_token_of_another_type_is_refused(header):
    assert problem(header) == "a token of another type"


def test_a_type_may_be_left_out_where_that_is_expected():
    expected = Expected(frozenset({"", "jwt"}), "shop", "https://op.example")
    assert problem({}, expected) == ""
    assert problem({"typ": "JWT"}, expected) == ""


def test_what_demands_more_than_is_known_is_refused():
    assert problem({"typ": "at+jwt", "crit": []}) == "it demands what is not known here"


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["soon", True, float("nan"), float("inf"), [NOW], HUGE])
def test_times_that_are_none_are_refused(name, value):
    assert problem(**{name: value}) == "times that are none"


def test_clocks_may_be_half_a_minute_apart_and_tokens_8_kb_long():
    assert (LEEWAY, MAX_LENGTH) == (30, 8192)


def test_times_end_with_the_leeway_and_no_sooner():
    assert problem(exp=NOW - LEEWAY + 1) == ""
    assert problem(exp=NOW - LEEWAY) == "expired"
    assert problem(exp=None) == "expired"
    for name in ("iat", "nbf"):
        assert problem(**{name: NOW + LEEWAY}) == ""
        assert problem(**{name: NOW + LEEWAY + 1}) == "not valid yet"
    assert problem(iat=None) == ""


@pytest.mark.parametrize("audience", [None, "", "sho", [], ["other"], {"shop": 1}, 7])
def test_a_token_for_somebody_else_is_refused(audience):
    assert problem(aud=audience) == "for somebody else"


def test_one_of_several_audiences_is_enough():
    assert problem(aud=["other", "shop"]) == ""


@pytest.mark.parametrize("issuer", [None, "https://op.example/", 7])
def test_another_issuer_is_refused(issuer):
    assert problem(iss=issuer) == "of another issuer"
    assert problem(iss=issuer, expected=Expected(frozenset({"at+jwt"}), "shop")) == ""


@pytest.mark.parametrize("subject", [None, "", 7, ["alice"]])
def test_a_token_of_nobody_is_refused(subject):
    assert problem(sub=subject) == "of nobody"


def unsigned(claims):
    return f"x.{urlsafe_b64encode(claims).decode().rstrip('=')}.y"


@pytest.mark.parametrize(
    "issuer", ["https://op.example", "https://op.example/a", "https://op.example/ab", ""]
)
def test_whose_keys_to_look_for_is_read_without_belief(issuer):
    assert issuer_of(unsigned(json.dumps({"iss": issuer}).encode())) == issuer


def test_of_whom_a_token_is_is_read_without_belief():
    token = unsigned(json.dumps({"iss": "https://op.example", "sub": "alice"}).encode())
    assert (issuer_of(token), subject_of(token)) == ("https://op.example", "alice")
    assert subject_of(token + ".z.w") == "alice"
    assert subject_of(unsigned(b'{"iss": "https://op.example", "sub": 7}')) is None
    assert subject_of("x") is None


@pytest.mark.parametrize("token", [
    "", ".", "..", "x", "x.y", "x.!!!.y", "x.é.y", unsigned(b"[]"), unsigned(b"7"), unsigned(b"{}"),
    unsigned(b'{"iss": 7}'), unsigned(b"\xff"), unsigned(b"[" * 100_000),
])  # fmt: skip
def test_what_is_no_token_has_no_issuer(token):
    assert issuer_of(token) is None


@pytest.fixture
def clock():
    return Clock(NOW + 0.9)


@pytest.fixture
def tokens(clock):
    return OwnTokens([NEW, OLD], "shop", clock=clock)


def test_what_was_issued_is_read(tokens):
    claims = tokens.read(tokens.issue("alice", 59.5, {"role": "owner"}))
    assert claims.problem == ""
    jti = claims.values["jti"]
    assert dict(claims.values) == {
        "sub": "alice", "aud": "shop", "iat": NOW, "exp": NOW + 60, "jti": jti, "role": "owner"
    }  # fmt: skip
    assert len(jti) == 16
    assert tokens.read(tokens.issue("alice", 60, {})).values["jti"] != jti


def test_a_token_ends(tokens, clock):
    token = tokens.issue("alice", 60, {})
    clock.now = NOW + 60 + LEEWAY - 1
    assert tokens.read(token).problem == ""
    clock.now += 1
    assert tokens.read(token) == Claims(problem="expired")


def test_the_newest_key_signs_and_each_opens(tokens, clock):
    old = OwnTokens([OLD], "shop", clock=clock).issue("alice", 60, {})
    assert tokens.read(old).values["sub"] == "alice"
    new = tokens.issue("alice", 60, {})
    assert OwnTokens([NEW], "shop", clock=clock).read(new).values["sub"] == "alice"
    assert OwnTokens([OLD], "shop", clock=clock).read(new).problem == "not a token of ours: KeyError"


def signed(tokens, key=NEW, **header):
    """A token whose claims are good, with another header or key."""
    newest = jwt.decode(tokens.issue("alice", 60, {}), OctKey.import_key(NEW)).header["kid"]
    head = {"alg": "HS256", "typ": "at+jwt", "kid": newest, **header}
    head = {name: value for name, value in head.items() if value is not None}
    claims = {**GOOD, "jti": "j"}
    return jwt.encode(head, claims, OctKey.import_key(key), algorithms=[head["alg"]])


@pytest.mark.parametrize(
    "header", [{"kid": None}, {"kid": "other"}, {"kid": "../../dev/null"}, {"alg": "HS512"}]
)
def test_a_header_that_we_did_not_write_is_refused(tokens, header):
    assert tokens.read(signed(tokens)).problem == ""
    assert tokens.read(signed(tokens, **header)).problem.startswith("not a token of ours: ")


@pytest.mark.parametrize("kid", [["x"], {"x": 1}, 7, True])
def test_a_key_that_is_no_name_is_refused(tokens, kid):
    head, claims, signature = tokens.issue("alice", 60, {}).split(".")
    written = json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": kid}).encode()
    head = urlsafe_b64encode(written).decode().rstrip("=")
    assert tokens.read(f"{head}.{claims}.{signature}").problem.startswith("not a token of ours: ")


@pytest.mark.parametrize("crit", [None, True, 7, "exp", {"exp": 1}, [None], [["exp"]], ["b64"]])
def test_whatever_is_called_critical_is_refused(tokens, crit):
    head, claims, signature = tokens.issue("alice", 60, {}).split(".")
    written = json.dumps({"alg": "HS256", "typ": "at+jwt", "crit": crit}).encode()
    head = urlsafe_b64encode(written).decode().rstrip("=")
    assert tokens.read(f"{head}.{claims}.{signature}").problem.startswith("not a token of ours: ")


def test_what_another_key_signed_is_refused(tokens):
    assert tokens.read(signed(tokens, OTHER)).problem == "not a token of ours: BadSignatureError"


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "..", "é", "a.b.c.d", "x" * 9000])
def test_what_is_no_token_is_refused(tokens, token):
    assert tokens.read(token).problem.startswith("not a token of ours: ")


def test_a_token_without_a_signature_is_refused(tokens):
    head, claims, _ = tokens.issue("alice", 60, {}).split(".")
    assert tokens.read(f"{head}.{claims}.").problem != ""
    none = urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    assert tokens.read(f"{none}.{claims}.").problem != ""


def test_claims_are_not_shown():
    assert repr(Claims({"sub": "alice"}, "expired")) == "Claims(problem='expired')"
