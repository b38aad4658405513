"""Every reason for which an ID token or a logout token is refused, on values, and each at its edge."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

import pytest

from growler_ext.auth.provider.id_token import (
    LOGOUT_EVENT,
    MAX_AGE_OF_LOGOUT,
    ExpectedID,
    half_hash,
    problem_of_id_token,
    problem_of_logout_token,
)
from growler_ext.auth.tokens import LEEWAY

NOW = 1_000_000
EXPECTED = ExpectedID("https://op.example", "app", "n-once", "at-value")
GOOD = {
    "iss": "https://op.example",
    "aud": "app",
    "iat": NOW,
    "exp": NOW + 600,
    "nonce": "n-once",
    "sub": "alice",
}
HEADER = {"alg": "RS256"}

LOGOUT = {
    "iss": "https://op.example", "aud": "app", "iat": NOW, "exp": NOW + 100, "jti": "j", "sub": "alice",
    "events": {LOGOUT_EVENT: {}},
}  # fmt: skip


def problem(expected=EXPECTED, header=HEADER, **claims):
    """What is wrong with a good ID token after these changes; None takes a claim away."""
    merged = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
    return problem_of_id_token(header, merged, expected, NOW)


def logout_problem(header=HEADER, **claims):
    merged = {name: value for name, value in {**LOGOUT, **claims}.items() if value is not None}
    return problem_of_logout_token(header, merged, "https://op.example", "app", NOW)


def test_a_good_one_has_no_problem():
    assert problem() == ""
    assert logout_problem() == ""


NO_TIME = [None, "soon", True, float("nan"), float("inf"), [NOW], 10**400]


@pytest.mark.parametrize("value", [None, "https://op.example/", "https://evil.example", "", 7])
def test_another_issuer_is_refused(value):
    assert problem(iss=value) == "iss"
    assert logout_problem(iss=value) == "iss"


@pytest.mark.parametrize("value", [None, "other", "ap", "", [], ["other"], {"app": 1}, 7])
def test_a_token_for_somebody_else_is_refused(value):
    assert problem(aud=value) == "aud"
    assert logout_problem(aud=value) == "aud"


def test_who_is_named_as_authorized_must_be_us():
    assert problem(azp="app") == ""
    assert problem(azp="other") == "azp"
    assert problem(aud=["app"]) == ""
    assert problem(aud=["app", "other"]) == "azp"
    assert problem(aud=["other", "app"], azp="app") == ""
    assert problem(aud=["app", "other"], azp="other") == "azp"
    assert logout_problem(aud=["app", "other"]) == "azp"


@pytest.mark.parametrize("value", NO_TIME, ids=lambda value: type(value).__name__)
def test_times_that_are_none_are_refused(value):
    assert problem(iat=value) == "iat"
    assert problem(exp=value) == "exp"
    assert logout_problem(iat=value) == "iat"
    assert logout_problem(exp=value) == ("exp" if value is not None else "")


def test_times_end_with_the_leeway_and_no_sooner():
    assert problem(exp=NOW - LEEWAY + 1) == ""
    assert problem(exp=NOW - LEEWAY) == "exp"
    assert problem(iat=NOW + LEEWAY) == ""
    assert problem(iat=NOW + LEEWAY + 1) == "iat"
    assert logout_problem(exp=NOW - LEEWAY + 1) == ""
    assert logout_problem(exp=NOW - LEEWAY) == "exp"
    assert logout_problem(iat=NOW + LEEWAY) == ""
    assert logout_problem(iat=NOW + LEEWAY + 1) == "iat"


def test_clocks_may_be_half_a_minute_apart_and_a_logout_two_minutes_late():
    assert (LEEWAY, MAX_AGE_OF_LOGOUT) == (30, 120)
    assert LOGOUT_EVENT == "http://schemas.openid.net/event/backchannel-logout"
    assert logout_problem(iat=NOW - MAX_AGE_OF_LOGOUT) == ""
    assert logout_problem(iat=NOW - MAX_AGE_OF_LOGOUT - 1) == "iat"


@pytest.mark.parametrize("value", [None, "", "n-onc", "N-ONCE", ["n-once"]])
def test_the_nonce_of_another_flow_is_refused(value):
    assert problem(nonce=value) == "nonce"


@pytest.mark.parametrize("value", [None, "", 7, ["alice"], "x" * 256])
def test_a_subject_that_is_none_is_refused(value):
    assert problem(sub=value) == "sub"


def test_a_subject_has_one_to_255_characters():
    assert problem(sub="x") == ""
    assert problem(sub="x" * 255) == ""


@pytest.mark.parametrize(("algorithm", "hashed"), [
    ("RS256", "sha256"), ("ES384", "sha384"), ("PS512", "sha512"), ("EdDSA", "sha512"), ("Ed25519", "sha512"),
])  # fmt: skip
def test_the_hash_of_the_access_token_is_that_of_the_algorithm(algorithm, hashed):
    digest = hashlib.new(hashed, b"at-value").digest()
    at_hash = urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
    assert half_hash("at-value", algorithm) == at_hash
    assert problem(header={"alg": algorithm}, at_hash=at_hash) == ""
    for wrong in ("", at_hash[:-1], at_hash + "=", half_hash("other", algorithm), 7):
        assert problem(header={"alg": algorithm}, at_hash=wrong) == "at_hash"


def test_a_token_that_is_no_text_has_another_hash_and_no_error():
    assert half_hash("\ud800", "RS256") != half_hash("\ud801", "RS256")


def test_the_hash_of_the_specification_s_example():
    # OpenID Connect Core 1.0, A.3: an access token and its at_hash under RS256.
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_a_half_hash_has_its_whole_length():
    # 24 bytes fill their letters, whatever the last of them is.
    assert {len(half_hash(str(n), "RS384")) for n in range(500)} == {32}
    assert {len(half_hash(str(n), "RS256")) for n in range(100)} == {22}


def test_half_a_surrogate_pair_has_a_hash_too():
    assert half_hash("\ud800", "RS256") != half_hash("?", "RS256")


def test_a_login_that_is_too_old_is_refused():
    fresh = ExpectedID("https://op.example", "app", "n-once", "at-value", max_age=60)
    assert problem(fresh, auth_time=NOW - 60 - LEEWAY) == ""
    assert problem(fresh, auth_time=NOW - 60 - LEEWAY - 1) == "auth_time"
    for value in NO_TIME:
        assert problem(fresh, auth_time=value) == "auth_time"
    assert problem(ExpectedID("https://op.example", "app", "n-once", "at-value", max_age=0)) == "auth_time"
    assert problem(auth_time="whenever") == ""


@pytest.mark.parametrize(("typ", "expected"), [
    (None, ""), ("JWT", ""), ("jwt", ""), ("logout+jwt", ""), ("application/Logout+JWT", ""), ("at+jwt", "typ"),
    ("", "typ"), ("logout+jwt;application/", "typ"), (7, "typ"),
])  # fmt: skip
def test_a_logout_token_is_of_its_type_or_of_none(typ, expected):
    header = HEADER if typ is None else {**HEADER, "typ": typ}
    assert logout_problem(header) == expected


@pytest.mark.parametrize(
    "events", [None, {}, [LOGOUT_EVENT], {LOGOUT_EVENT: None}, {"other": {}}, LOGOUT_EVENT]
)
def test_a_logout_token_without_its_event_is_refused(events):
    assert logout_problem(events=events) == "events"


def test_an_id_token_does_not_log_out():
    assert logout_problem(nonce="n-once") == "nonce"
    assert problem_of_logout_token(HEADER, GOOD, "https://op.example", "app", NOW) == "events"


def test_a_logout_token_says_of_whom_it_is():
    assert logout_problem(sub=None) == "sub and sid"
    assert logout_problem(sub=7, sid=["s"]) == "sub and sid"
    assert logout_problem(sub=None, sid="s") == ""


@pytest.mark.parametrize("jti", [None, 7, ["j"]])
def test_a_logout_token_without_a_name_of_its_own_is_refused(jti):
    assert logout_problem(jti=jti) == "jti"


def test_what_is_expected_shows_no_secret():
    assert repr(EXPECTED) == "ExpectedID(issuer='https://op.example', client_id='app', max_age=None)"
    with pytest.raises(AttributeError):
        EXPECTED.nonce = "other"
