"""Ids: unguessable, checked before the store is asked, hashed before it sees them."""

import hashlib

import pytest

from growler_ext.session import ids
from growler_ext.session.ids import candidates, key_of, new_id

GOOD = "A" * 43


def test_ids_have_256_bits_and_differ():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(id) for id in ids} == {43}
    assert all(candidates([id]) == [(id, key_of(id))] for id in ids)


@pytest.mark.parametrize(
    "bad",
    ["", "A" * 42, "A" * 44, "../" + "A" * 40, "sess:*", "A" * 10_000, "A" * 42 + "\0", "A" * 42 + "\n", GOOD + "\n",
     "A" * 42 + "=", "A" * 42 + "é", "A" * 42 + "+", '"' + "A" * 42, "attackerchosen"],
)  # fmt: skip
def test_what_cannot_be_an_id_is_no_candidate(bad):
    assert candidates([bad]) == []
    assert candidates([bad, GOOD]) == candidates([GOOD, bad]) == [(GOOD, key_of(GOOD))]


def test_three_candidates_are_enough():
    values = [new_id() for _ in range(5)]
    ids._with_key.cache_clear()
    assert candidates(values) == [(value, key_of(value)) for value in values[:3]]
    assert ids._with_key.cache_info().currsize == 3  # and no more are looked at


def test_the_key_is_a_hash_and_no_id():
    assert key_of(GOOD) == hashlib.sha256(GOOD.encode()).hexdigest()
    assert candidates([key_of(GOOD)]) == []


def test_no_number_of_ids_is_remembered_without_end():
    for number in range(1500):
        candidates([f"{number:043d}"])
        candidates([f"!{number:042d}"])
    assert ids._with_key.cache_info().currsize < 1100
