"""What a session's cookie is made of: payloads, compression, encryption, and the signature over all of it."""

import base64
import hashlib
import hmac
import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer, TimestampSigner, URLSafeTimedSerializer

from growler_ext.cookieparser.signer import context, cookie_context
from growler_ext.cookieparser.signers.itsdangerous import ItsdangerousSigner
from growler_ext.session.stores.cookie.cipher import AesGcm
from growler_ext.session.stores.cookie.seal import MAX_PAYLOAD, SignedSeal
from growler_ext.session.visits.payload import pack, unpack

NEW, OLD = b"the new secret of these tests", b"the old secret of these tests"
ID = "A" * 43
URL_SAFE = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def seal(*secrets, name="sid", cipher=None):
    return SignedSeal(secrets or (NEW,), name, cipher)


def encrypting(*secrets, name="sid"):
    return seal(name=name, cipher=AesGcm(secrets or (NEW,), name))


def signed(text, secret=NEW, name="sid"):
    """A token of our key around any text."""
    key = Signer(secret, salt=context("session", name), key_derivation="hmac", digest_method=hashlib.sha256)
    return (
        Signer(key.derive_key(), salt=b"", key_derivation="none", digest_method=hashlib.sha256)
        .sign(text)
        .decode()
    )


def base64_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


# Payloads

names = st.text(min_size=1)
values = st.binary().map(lambda data: base64.b64encode(data))


@given(st.dictionaries(names, values), st.floats(0, 4e9), st.floats(0, 4e9))
def test_every_name_and_value_comes_back(fields, created, issued):
    payload = unpack(pack(ID, created, issued, fields))
    assert payload is not None
    id, *times, unpacked = payload
    assert (id, unpacked) == (ID, fields)
    assert all(abs(time - given) <= 0.000_002 for time, given in zip(times, (created, issued), strict=True))


@pytest.mark.parametrize(
    "name", ['"', '"x"', "\1", "\1x", "x\1", '\1"x"', "\n", "a\nb", "\0user", "\ud800", "é", "[", " ", "null"]
)
def test_awkward_names_come_back(name):
    payload = unpack(pack(ID, 1, 2, {name: b"1", "other": b"2"}))
    assert payload is not None
    assert payload[3] == {name: b"1", "other": b"2"}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\n\n", b"{}", b"[1,2]", b"null", b"\x80\x04pickle", ID.encode(), f"{ID}\n1".encode(),
        f"{ID}\n1\nx".encode(), f"{ID}\n\n1".encode(), f"{ID}\n1e3\n1".encode(), f"{ID}\n{'9' * 5000}\n1".encode(),
        f"{ID}\n1\n{'9' * 999}".encode(), f"{ID[1:]}\n1\n1".encode(), f"{ID}A\n1\n1".encode(),
        f"{ID}\n1\n1\nname".encode(), f"{ID}\n1\n1\n\n1\n\1\"\"\n1".encode(),
        f"{ID}\n1\n1\n\n1".encode(), f"{ID}\n1\n1\n".encode() + b"\xff\n1", f"{ID}\n1\n1\n\1x\n1".encode(),
        f'{ID}\n1\n1\n\1""\n1'.encode(), f"{ID}\n\u0661\n1".encode(), f"{ID}\n1\n1\n\1\n1".encode(),
        f"{ID}\n1\n1\n\1{'[' * 9000}\n1".encode(), (ID[1:] + "é").encode() + b"\n1\n1", b"\xff" * 43 + b"\n1\n1",
    ],
)  # fmt: skip
def test_what_is_no_payload_is_none(data):
    assert unpack(data) is None


@given(st.binary())
def test_unpacking_anything_else_is_none(data):
    assert unpack(data) is None


# Signatures


@given(st.binary(max_size=3000))
def test_a_payload_comes_back(payload):
    for sealed in (seal(), encrypting()):
        token = sealed.seal(payload)
        assert set(token.encode()) <= URL_SAFE
        assert len(token) > 4096 or sealed.open(token) == payload


def test_only_padding_is_cut_off_a_text():
    token = seal().seal(b"\0\0\x17")
    assert token.startswith("AAAX.")
    assert seal().open(token) == b"\0\0\x17"


@pytest.mark.parametrize("encrypted", [False, True])
def test_no_changed_character_goes_unnoticed(encrypted):
    sealed = encrypting() if encrypted else seal()
    payload = pack(ID, 1, 1, {"user": b'"alice"'})
    token = sealed.seal(payload)
    for at, character in enumerate(token[:-1]):
        for other in ("A", "B", ".", "-", "\x00", "é", "\ud800", ""):
            if other != character:
                assert sealed.open(token[:at] + other + token[at + 1 :]) is None, at


def test_the_spare_bits_of_the_last_character_do_no_harm():
    sealed = seal()
    token = sealed.seal(b"payload")
    opened = {
        sealed.open(token[:-1] + last)
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    }
    assert opened == {b"payload", None}


@pytest.mark.parametrize("cut", [0, 1, 5, 10, -1, -5, -40])
def test_what_was_cut_short_is_none(cut):
    assert seal().open(seal().seal(b"payload")[:cut]) is None


@pytest.mark.parametrize(
    "token", ["", ".", "..", "x", ".x", "x.", "=" * 50, "é.é", "\ud800", "\0", "x" * 5000, "." * 4096]
)
def test_junk_is_none(token):
    assert seal().open(token) is None
    assert encrypting().open(token) is None


@given(st.text(max_size=200))
def test_opening_never_raises(token):
    assert seal().open(token) is None
    assert encrypting().open(token) is None


def test_an_unsigned_or_otherwise_signed_payload_is_none():
    payload = base64_of(pack(ID, 1, 1, {"user": b'"admin"'}))
    tokens = [
        payload.decode(),
        payload.decode() + ".",
        signed(payload, secret=OLD),
        signed(payload, name="other"),
        Signer(NEW).sign(payload).decode(),
        Signer(NEW, digest_method=hashlib.sha256).sign(payload).decode(),
        TimestampSigner(NEW).sign(payload).decode(),
        f"{payload.decode()}.{base64_of(hmac.digest(NEW, payload, 'sha256')).decode()}",
        URLSafeTimedSerializer(NEW).dumps({"user": "admin"}),
    ]
    assert [seal().open(token) for token in tokens] == [None] * len(tokens)


def test_tokens_are_those_of_itsdangerous():
    signer = Signer(
        [OLD, NEW], salt=context("session", "sid"), key_derivation="hmac", digest_method=hashlib.sha256
    )
    payload = pack(ID, 1, 1, {"k": b"1"})
    assert signer.unsign(seal().seal(payload)) == base64_of(payload)
    assert seal().open(signer.sign(base64_of(payload)).decode()) == payload


def test_a_cookie_of_another_name_is_none():
    token = seal(name="a").seal(b"payload")
    assert seal(name="a").open(token) == b"payload"
    assert seal(name="b").open(token) is None
    assert seal(name="a1").open(seal(name="a").seal(b"1payload")) is None


def test_signed_cookies_and_session_cookies_are_not_each_other():
    signer = ItsdangerousSigner(NEW)
    payload = base64_of(pack(ID, 1, 1, {})).decode()
    other = Signer(NEW, salt=cookie_context("sid"), key_derivation="hmac", digest_method=hashlib.sha256)
    assert seal().open(other.sign(payload).decode()) is None
    assert seal().open(signer.sign(payload, cookie_context("sid"))) is None
    assert signer.unsign(seal().seal(payload.encode()), cookie_context("sid")) is None
    assert signer.unsign(signed(payload + ".ZZZZ"), cookie_context("sid")) is None


def test_secrets_rotate_newest_first():
    by_old = seal(OLD).seal(b"payload")
    assert seal(NEW, OLD).open(by_old) == b"payload"
    assert seal(NEW).open(by_old) is None
    by_both = seal(NEW, OLD).seal(b"payload")
    assert seal(NEW).open(by_both) == b"payload"
    assert seal(OLD).open(by_both) is None


# Compression


def test_what_compresses_well_is_compressed_and_other_things_are_not():
    assert len(seal().seal(b"x" * 3000)) < 200
    small, random = b"x" * 100, os.urandom(2000)
    for payload in (small, random):
        assert len(seal().seal(payload)) == len(seal().seal(b"")) + len(base64_of(payload))


def bomb(size):
    return signed(b"." + base64_of(zlib.compress(bytes(size), 9)))


def test_what_inflates_too_far_is_none():
    assert seal().open(bomb(MAX_PAYLOAD)) == bytes(MAX_PAYLOAD)
    assert len(bomb(2_900_000)) < 4096
    assert seal().open(bomb(MAX_PAYLOAD + 1)) is None
    assert seal().open(bomb(2_900_000)) is None


def test_what_could_not_be_inflated_is_not_deflated():
    assert len(seal().seal(bytes(MAX_PAYLOAD))) < 4096
    assert len(seal().seal(bytes(MAX_PAYLOAD + 1))) > MAX_PAYLOAD


def test_a_payload_of_64_kib_is_inflated_and_no_more():
    assert seal().open(bomb(65536)) == bytes(65536)
    assert seal().open(bomb(65537)) is None


def test_a_token_of_4096_characters_is_looked_at_and_no_longer_one():
    longest = signed(base64_of(bytes(3039)))
    assert len(longest) == 4096
    assert seal().open(longest) == bytes(3039)
    longer = signed(b"." + base64_of(zlib.compress(os.urandom(3028))))
    assert len(longer) == 4097
    assert seal().open(longer) is None


def test_compression_begins_at_512_bytes():
    for size, compressed in ((511, False), (512, True)):
        token = seal().seal(bytes(size))
        assert token.startswith(".") is compressed
        assert seal().open(token) == bytes(size)


@pytest.mark.parametrize(
    "data", [b"", b"junk", zlib.compress(b"x" * 1000)[:-5], zlib.compress(b"x" * 1000)[:10]]
)
def test_signed_junk_that_does_not_inflate_is_none(data):
    assert seal().open(signed(b"." + base64_of(data))) is None


@pytest.mark.parametrize("text", [b"", b"A", b"*", b"..", b".A", b"AAAAA", b"="])
def test_signed_junk_that_is_no_base64_does_not_raise(text):
    assert unpack(seal().open(signed(text)) or b"") is None
    assert encrypting().open(signed(text)) is None


# Encryption


def test_what_is_encrypted_cannot_be_read():
    payload = pack(ID, 1, 1, {"user": b'"alice"'})
    token = encrypting().seal(payload)
    text = token.rpartition(".")[0]
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert b"alice" not in data
    assert ID.encode() not in data
    assert len(data) == 12 + len(payload) + 16


def test_no_two_encryptions_are_alike():
    sealed = encrypting()
    tokens = [sealed.seal(b"payload") for _ in range(100)]
    assert len({token[:16] for token in tokens}) == 100, "the nonces"


def test_encryption_keys_rotate_newest_first():
    by_old = encrypting(OLD).seal(b"payload")
    assert encrypting(NEW, OLD).open(by_old) == b"payload"
    assert encrypting(NEW).open(by_old) is None
    assert encrypting(NEW).open(encrypting(NEW, OLD).seal(b"payload")) == b"payload"


def test_an_encrypted_payload_is_bound_to_the_cookies_name():
    data = AesGcm([NEW], "a").encrypt(b"payload")
    assert AesGcm([NEW], "a").decrypt(data) == b"payload"
    assert AesGcm([NEW], "b").decrypt(data) is None


@given(st.binary(max_size=60))
def test_decrypting_anything_else_is_none(data):
    assert AesGcm([NEW, OLD], "sid").decrypt(data) is None


def test_no_changed_byte_of_a_ciphertext_goes_unnoticed():
    cipher = AesGcm([NEW], "sid")
    data = cipher.encrypt(b"payload")
    for at in range(len(data)):
        assert cipher.decrypt(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) is None


def test_where_cookies_are_encrypted_a_plain_one_is_none_and_the_other_way_round():
    payload = pack(ID, 1, 1, {})
    assert encrypting().open(seal().seal(payload)) is None
    assert unpack(seal().open(encrypting().seal(payload)) or b"") is None


def test_encrypted_sessions_are_not_compressed():
    lengths = {len(encrypting().seal(data)) for data in (b"x" * 2000, os.urandom(2000))}
    assert len(lengths) == 1, "the length would tell how much alike its parts are"
