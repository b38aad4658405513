"""Signed values: whatever is not a whole token of this place, this time and these keys is None."""

import pytest
from itsdangerous import TimestampSigner

from growler_ext.cookieparser.signer import context
from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner

OLD, NEW = "old-secret-old-secret", "new-secret-new-secret"


class Clock:
    now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


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
