"""Hashes and the pool that makes them."""

import asyncio
import threading

import bcrypt
import pytest
from passlib.hash import pbkdf2_sha256

from growler_ext.auth import PasswordHasher
from growler_ext.auth.hash_pool import Floor, HashPool, PoolFull
from growler_ext.auth.old_hashes import seconds_of
from growler_ext.auth.passwords import Verdict

# Both halves of the same letter, and the letter: é.
NFD, NFC = "cafe\u0301", "caf\u00e9"


def test_the_default_is_argon2id_with_19_mib_two_passes_one_lane():
    assert PasswordHasher().hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_right_password_matches_and_needs_no_new_hash(cheap):
    verdict = cheap.verify("secret", cheap.hash("secret"))
    assert (verdict.matches, verdict.renewed, verdict.problem) == (True, None, "")


@pytest.mark.parametrize("wrong", ["", "Secret", "secret ", "secret\0", "x" * 1024])
def test_another_password_does_not_match(cheap, wrong):
    assert not cheap.verify(wrong, cheap.hash("secret")).matches


@pytest.mark.parametrize("password", ["", "a\0b", "p" * 73, "p" * 1024, "пароль", "🔑", " "])
def test_any_text_can_be_a_password(cheap, password):
    hashed = cheap.hash(password)
    assert cheap.verify(password, hashed).matches
    assert not cheap.verify(password + "x", hashed).matches


def test_the_way_an_accent_was_typed_does_not_matter(cheap):
    assert cheap.verify(NFD, cheap.hash(NFC)).matches
    assert cheap.verify(NFC, cheap.hash(NFD)).matches


def test_a_hash_with_other_costs_is_renewed(cheap):
    verdict = cheap.verify("secret", PasswordHasher(memory_kib=16, rounds=1).hash("secret"))
    assert verdict.matches
    assert verdict.renewed.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert cheap.verify("secret", verdict.renewed).renewed is None


def test_a_hash_of_an_older_scheme_is_renewed(cheap):
    verdict = cheap.verify("secret", pbkdf2_sha256.using(rounds=1000).hash("secret"))
    assert verdict.matches
    assert verdict.renewed.startswith("$argon2id$")


def test_a_wrong_password_renews_nothing(cheap):
    assert cheap.verify("wrong", pbkdf2_sha256.using(rounds=1000).hash("secret")).renewed is None


CORRUPT = [
    "",
    "x",
    "é",
    "secret",
    "!",
    "$argon2id$v=19$m=8,t=1",
    "$argon2id$v=19$m=8,t=1,p=1$abc$!!",
    "$argon2id$v=19$m=4000000000,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
    "$6$rounds=5000$salt$hash",
    "$2b$12$" + "a" * 53,
    "$2b$12$short",
]


@pytest.mark.parametrize("stored", CORRUPT)
def test_a_hash_that_cannot_be_read_matches_nothing_and_says_why(cheap, stored):
    verdict = cheap.verify("secret", stored)
    assert not verdict.matches
    assert verdict.problem.isidentifier(), "the kind of error alone, none of the hash"


@pytest.mark.parametrize("stored", [None, *CORRUPT])
def test_nobody_costs_a_hash_like_everybody(stored):
    hasher = PasswordHasher(memory_kib=8, rounds=1)
    checked = []
    verify = hasher._context.verify
    hasher._context.verify = lambda text, stored: checked.append(stored) or verify(text, stored)
    hasher.verify("secret", stored)
    assert checked[-1].startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_a_verdict_does_not_show_its_hash(cheap):
    verdict = cheap.verify("secret", pbkdf2_sha256.using(rounds=1000).hash("secret"))
    assert "argon2" not in repr(verdict)


@pytest.mark.parametrize(("workers", "queue"), [(0, 1), (-1, 1), (1, -1)])
def test_a_pool_needs_a_worker(workers, queue):
    with pytest.raises(ValueError, match="at least one worker"):
        HashPool(workers, queue)


def test_the_pool_works_off_the_loop():
    async def ask() -> int:
        return await HashPool(1, 0).run(threading.get_ident)

    assert asyncio.run(ask()) != threading.get_ident()


def test_the_pool_refuses_at_once_when_workers_and_queue_are_full():
    hold = threading.Event()

    async def flood() -> None:
        pool = HashPool(2, 3)
        held = [asyncio.ensure_future(pool.run(hold.wait, 5)) for _ in range(5)]
        await asyncio.sleep(0)  # each of them takes its place
        with pytest.raises(PoolFull):
            await pool.run(int)
        hold.set()
        await asyncio.gather(*held)
        assert await pool.run(int) == 0

    asyncio.run(flood())


def test_a_client_that_leaves_makes_no_room_while_its_thread_works():
    hold = threading.Event()

    async def leave() -> None:
        pool = HashPool(1, 0)
        running = asyncio.ensure_future(pool.run(hold.wait, 5))
        while not pool._executor or not pool._executor._threads:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(PoolFull):
            await pool.run(int)
        hold.set()

    asyncio.run(leave())


def test_an_error_in_a_thread_frees_its_place():
    async def fail_twice() -> None:
        pool = HashPool(1, 0)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                await pool.run(lambda: 1 // 0)

    asyncio.run(fail_twice())


def test_verifying_leaves_the_loop_free():
    async def count() -> int:
        hasher, pool, ticks = PasswordHasher(), HashPool(1, 0), 0
        stored = hasher.hash("secret")
        verifying = asyncio.ensure_future(pool.run(hasher.verify, "secret", stored))
        while not verifying.done():
            ticks += 1
            await asyncio.sleep(0)
        assert verifying.result().matches
        return ticks

    assert asyncio.run(count()) > 10


# bcrypt


def of_bcrypt(password: str, form: str = "$2b$") -> str:
    """As programs of old made it: what is beyond 72 bytes is left out."""
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    return form + made.removeprefix("$2b$")


@pytest.mark.parametrize("form", ["$2a$", "$2b$", "$2y$"])
def test_a_hash_of_bcrypt_is_verified_and_renewed(cheap, form):
    verdict = cheap.verify("correct horse", of_bcrypt("correct horse", form))
    assert verdict.matches
    assert verdict.renewed is not None
    assert verdict.renewed.startswith("$argon2id$")
    assert not cheap.verify("wrong", of_bcrypt("correct horse", form)).matches


@pytest.mark.parametrize("password", ["x" * 72, "x" * 73, "x" * 1000, "é" * 40, "é" * 36 + "x"])
def test_a_password_longer_than_bcrypt_takes_is_verified_and_kept_whole(cheap, password):
    verdict = cheap.verify(password, of_bcrypt(password))
    assert verdict.matches
    assert verdict.renewed is not None
    assert cheap.verify(password, verdict.renewed).matches
    assert not cheap.verify(password + "y", verdict.renewed).matches, "argon2 reads all of it"


@pytest.mark.parametrize("password", ["", "nul\0inside", "x" * 73 + "\0", "\ud800"])
def test_what_bcrypt_cannot_hash_matches_nothing_and_is_no_fault_of_the_hash(cheap, password):
    verdict = cheap.verify(password, of_bcrypt("correct horse"))
    assert (verdict.matches, verdict.problem) == (False, "")


def test_old_schemes_can_be_left_out(cheap):
    strict = PasswordHasher(memory_kib=8, rounds=1, accept=[])
    assert not strict.verify("correct horse", of_bcrypt("correct horse")).matches
    assert strict.verify("correct horse", cheap.hash("correct horse")).matches
    with pytest.raises(ValueError, match="md5"):
        PasswordHasher(accept=["md5"])


def test_a_hash_of_lower_costs_is_refused_no_sooner_than_nobody(cheap, monkeypatch):
    today = PasswordHasher(memory_kib=16, rounds=1, accept=[])
    compared = []
    verify = today._context.verify
    monkeypatch.setattr(
        today._context, "verify", lambda given, stored: compared.append(stored) or verify(given, stored)
    )
    weak = cheap.hash("right")
    assert today.verify("wrong", weak) == Verdict(False, outdated=True)
    assert compared == [weak, today._nobody]
    assert today.verify("right", weak).matches
    assert compared[2:] == [weak], "who has the password need not wait"


# The floor


def test_without_old_hashes_nobody_waits(cheap):
    assert cheap.verify("wrong", cheap.hash("right")).outdated is False
    assert Floor().missing(0.0) == 0.0


def test_at_first_refusals_take_as_long_as_the_slowest_hash_accepted(monkeypatch):
    costs = {"bcrypt": 0.24, "scrypt": 0.2, "pbkdf2_sha256": 0.01, "pbkdf2_sha512": 0.02}
    monkeypatch.setattr("growler_ext.auth.passwords.seconds_of", costs.get)
    cheap = {"memory_kib": 8, "rounds": 1}
    assert PasswordHasher(**cheap).slowest_old() == 0.24
    assert PasswordHasher(**cheap, accept=["pbkdf2_sha512", "pbkdf2_sha256"]).slowest_old() == 0.02
    assert PasswordHasher(**cheap, accept=[]).slowest_old() == 0.0
    floor = Floor()
    floor.expect(0.24)
    assert floor.missing(0.02) == pytest.approx(0.28)
    floor.saw_outdated(0.5)
    assert floor.missing(0.02) == pytest.approx(0.48)


def test_what_an_old_hash_costs_is_measured_once():
    first = seconds_of("pbkdf2_sha512")
    assert first > 0.0
    assert seconds_of("pbkdf2_sha512") is first


def test_refusals_take_as_long_as_the_slowest_old_hash_seen():
    floor = Floor()
    for seconds in (0.25, 0.27, 0.26):
        floor.saw_outdated(seconds)
    assert floor.missing(0.02) == pytest.approx(0.25)
    assert floor.missing(0.30) == 0.0


def test_a_machine_that_stood_still_does_not_hold_up_everybody_for_ever():
    floor = Floor()
    floor.saw_outdated(60.0)
    assert floor.missing(0.0) == 2.0
    for _ in range(16):
        floor.saw_outdated(0.3)
    assert floor.missing(0.0) == 0.3
