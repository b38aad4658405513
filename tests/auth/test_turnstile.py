"""`Turnstile` on plain values: which rates a try is counted under, who is told, and what a device is known by."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from growler_ext.auth import Rate, Throttle
from growler_ext.auth.shared import SharedError
from growler_ext.auth.shared.memory import MemoryShared
from growler_ext.auth.throttle import DEVICE_SECONDS, Turnstile, network

HERE, THERE = "192.0.2.1", "192.0.2.2"
LOOSE = Rate(100, 100)


class Recording(MemoryShared):
    """Counts as it does, and says what it was asked."""

    def __init__(self, answer=None):
        super().__init__()
        self.asked, self.forgiven, self.answer = [], [], answer

    async def allow(self, limits):
        self.asked.append(dict(limits))
        return await super().allow(limits) if self.answer is None else self.answer

    async def forgive(self, keys):
        self.forgiven += keys
        await super().forgive(keys)


class Broken(MemoryShared):
    async def allow(self, limits):
        raise SharedError("away")

    async def forgive(self, keys):
        raise SharedError("away")


class Signer:
    """Signs with a mark, and says how old a token may be."""

    ages: list

    def __init__(self):
        self.ages = []

    def sign(self, value):
        return "signed:" + value

    def unsign(self, token, max_age=None):
        self.ages.append(max_age)
        return token.removeprefix("signed:") if token.startswith("signed:") else None


def turnstile(rates=None, shared=None, signer=None):
    """One, and what it has told."""
    told = []

    async def tell(event):
        told.append((event.name, event.login, event.ip, event.reason))

    rates = Throttle(LOOSE, LOOSE, LOOSE, LOOSE) if rates is None else rates
    return Turnstile(rates, shared or MemoryShared(), signer or Signer(), tell), told


def waits(turnstile, *tries, step=""):
    async def all_of_them():
        return [await turnstile.wait(*one, step=step) for one in tries]

    return asyncio.run(all_of_them())


def succeed(turnstile, *one, **options):
    return asyncio.run(turnstile.succeeded(*one, **options))


def test_the_rates_are_those_of_the_documentation():
    rates = Throttle()
    assert (rates.address, rates.account) == (Rate(60, 600), Rate(50, 3600))
    assert (rates.pair, rates.device) == (Rate(5, 60), Rate(10, 600))
    assert rates.shared == "memory"
    assert DEVICE_SECONDS == 90 * 86400


def test_the_password_of_a_backend_is_not_shown():
    assert "hunter2" not in repr(Throttle(shared="redis://:hunter2@redis.internal"))


def test_a_try_is_counted_for_its_address_its_account_and_both():
    shared = Recording()
    throttled, told = turnstile(Throttle(Rate(1, 1), Rate(2, 2), Rate(3, 3), Rate(4, 4)), shared)
    assert waits(throttled, (HERE, "alice", None)) == [0]
    (asked,) = shared.asked
    alice = "2bd806c97f0e00af1a1fc3328fa763a9"  # what the same name is under in Redis tomorrow
    assert asked == {
        f"address:{HERE}": Rate(1, 1),
        f"account::{alice}": Rate(2, 2),
        f"pair::{HERE} {alice}": Rate(3, 3),
    }
    assert told == []


def test_a_try_without_a_name_is_counted_for_its_address_alone():
    shared = Recording()
    throttled, _ = turnstile(shared=shared)
    waits(throttled, (HERE, "", "signed:x"), ("2001:db8::1", "", None), (None, "", None))
    assert [list(asked) for asked in shared.asked] == [
        [f"address:{HERE}"], ["address:2001:db8::/64"], ["address:"],
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "held_up"), [
    ("address", [True, True, False, False]), ("account", [True, False, True, False]),
    ("pair", [True, False, False, False]),
])  # fmt: skip
def test_each_rate_holds_up_those_it_is_for(kind, held_up):
    tries = (HERE, "alice", None), (HERE, "bob", None), (THERE, "alice", None), (THERE, "bob", None)
    for attempt, expected in zip(tries, held_up, strict=True):
        throttled, _ = turnstile(replace(Throttle(LOOSE, LOOSE, LOOSE), **{kind: Rate(1, 100)}))
        assert waits(throttled, (HERE, "alice", None)) == [0]
        assert (waits(throttled, attempt) == [100]) is expected


def test_an_account_is_counted_wherever_the_tries_come_from():
    throttled, _ = turnstile(Throttle(LOOSE, Rate(2, 100), LOOSE))
    assert waits(throttled, (HERE, "alice", None), (THERE, "alice", None), (None, "alice", None)) == [
        0,
        0,
        50,
    ]
    assert waits(throttled, (HERE, "bob", None)) == [0]


def test_without_a_step_it_is_the_password():
    shared = Recording()
    throttled, _ = turnstile(shared=shared)
    asyncio.run(throttled.wait(HERE, "alice", None))
    asyncio.run(throttled.wait(HERE, "alice", None, step=""))
    assert shared.asked[0] == shared.asked[1]


def test_tries_at_one_step_hold_up_no_other():
    throttled, _ = turnstile(Throttle(LOOSE, Rate(1, 100), Rate(1, 100), Rate(1, 100)))
    device = succeed(throttled, HERE, "alice", None)
    for cookie in (None, device):
        for step in ("", "code"):
            assert waits(throttled, (HERE, "alice", cookie), step=step) == [0]
            assert waits(throttled, (HERE, "alice", cookie), step=step) == [100]


def test_without_rates_nobody_is_counted_nor_known():
    shared = Recording()

    async def tell(event): ...

    throttled = Turnstile(None, shared, Signer(), tell)
    assert waits(throttled, *[(HERE, "alice", None)] * 100) == [0] * 100
    assert succeed(throttled, HERE, "alice", None) is None
    assert shared.asked == shared.forgiven == []


@pytest.mark.parametrize(("seconds", "told"), [(0.001, 1), (1, 1), (1.001, 2), (59.5, 60)])
def test_a_wait_is_told_in_whole_seconds_and_never_as_none(seconds, told):
    throttled, events = turnstile(shared=Recording(seconds))
    assert waits(throttled, (HERE, "alice", None)) == [told]
    assert events == [("throttled", "alice", HERE, "")]


def test_with_a_broken_backend_it_counts_by_itself_and_says_so(caplog):
    throttled, told = turnstile(Throttle(LOOSE, LOOSE, Rate(1, 100)), Broken())
    with caplog.at_level(logging.ERROR, logger="growler.auth"):
        assert waits(throttled, (HERE, "alice", None), (HERE, "alice", None)) == [0, 100]
    failed = ("provider_error", "", None, "the throttle's backend failed")
    assert told == [failed, failed, ("throttled", "alice", HERE, "")]
    record = caplog.records[0]
    assert record.name == "growler.auth"
    assert record.getMessage() == "tries cannot be counted in common, each process counts for itself"
    assert record.exc_info is not None
    assert record.exc_info[0] is SharedError
    assert succeed(throttled, HERE, "alice", None)
    assert waits(throttled, (HERE, "alice", None)) == [0], "forgiven where it was counted"


def test_a_login_forgives_the_pair_of_its_step_and_nothing_else():
    one = Rate(1, 100)
    shared = Recording()
    throttled, _ = turnstile(Throttle(LOOSE, LOOSE, one), shared)
    for step in ("", "code"):
        waits(throttled, (HERE, "alice", None), (HERE, "bob", None), (THERE, "alice", None), step=step)
    succeed(throttled, HERE, "Alice ", None, step="code")
    assert len(shared.forgiven) == 1
    tries = (HERE, "alice", None), (HERE, "bob", None), (THERE, "alice", None)
    assert [wait > 0 for wait in waits(throttled, *tries)] == [True, True, True]
    assert [wait > 0 for wait in waits(throttled, *tries, step="code")] == [False, True, True]
    succeed(throttled, HERE, "alice", None)
    assert waits(throttled, (HERE, "alice", None)) == [0]


def test_a_login_makes_the_device_known_for_ninety_days_once():
    signer = Signer()
    throttled, _ = turnstile(signer=signer)
    cookie = succeed(throttled, HERE, "alice", None)
    assert succeed(throttled, HERE, "alice", cookie) is None
    assert signer.ages == [90 * 86400]
    another = succeed(throttled, HERE, "alice", None)
    assert cookie != another
    owner, _, id = cookie.removeprefix("signed:").partition(".")
    assert len(owner) == 32
    assert len(id) == 16, "12 random bytes"
    for no_good in ("forged", "signed:" + owner, "signed:x." + id, f"signed:x{owner}.{id}"):
        assert succeed(throttled, HERE, "alice", no_good)
    assert succeed(throttled, HERE, "bob", cookie), "of another account"


def test_a_known_device_is_counted_by_itself_and_by_that_alone():
    shared = Recording()
    throttled, _ = turnstile(Throttle(Rate(1, 100), Rate(1, 100), Rate(1, 100), Rate(2, 100)), shared)
    cookies = [succeed(throttled, HERE, "alice", None) for _ in range(2)]
    assert waits(throttled, (HERE, "alice", None), (HERE, "alice", None)) == [0, 100]
    shared.asked.clear()
    for cookie in cookies:
        assert waits(throttled, *[(HERE, "ALICE", cookie)] * 3) == [0, 0, 50]
    assert [list(asked) for asked in shared.asked[:1]] == [["device::" + cookies[0].removeprefix("signed:")]]
    assert shared.asked[0].popitem()[1] == Rate(2, 100)
    assert waits(throttled, (THERE, "bob", cookies[0])) == [0]
    assert waits(throttled, (THERE, "bob", cookies[0])) == [100], "alice's device is none of bob's"


@pytest.mark.parametrize(
    "spelled",
    [
        "ALICE",
        " alice\t",
        "\uff41lice",
        "al\u200bice",
        "\u200b alice",
        "\uff21LICE ",
        "\xe1lice",
        "alic\xe9",
        "ali\u0327ce",
        "alic\ufe0fe",
        "a\x85lice",
        "a\u20ddlice",
    ],
)
def test_other_spellings_of_a_name_are_the_same_account(spelled):
    throttled, _ = turnstile(Throttle(LOOSE, Rate(1, 100), LOOSE))
    assert waits(throttled, (HERE, "alice", None), (HERE, spelled, None)) == [0, 100]


@pytest.mark.parametrize("other", ["alice1", "al ice", "\u0430lice", "alice\ud800", "x\ud800", "?"])
def test_other_names_are_other_accounts(other):
    throttled, _ = turnstile(Throttle(LOOSE, Rate(1, 100), LOOSE))
    assert waits(throttled, (HERE, "alice", None), (HERE, other, None)) == [0, 0]


def test_sharp_s_is_ss_and_lone_surrogates_are_told_apart():
    throttled, _ = turnstile(Throttle(LOOSE, Rate(1, 100), LOOSE))
    assert waits(throttled, (HERE, "stra\xdfe", None), (HERE, "STRASSE", None)) == [0, 100]
    assert waits(throttled, (HERE, "\ud800", None), (HERE, "\ud801", None)) == [0, 0]


@pytest.mark.parametrize(("ip", "customer"), [
    ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:192.0.2.1", "192.0.2.1"),
    ("fe80::1%eth0", "fe80::/64"), ("fe80::1%", "fe80::/64"), ("192.0.2.1%eth0", "192.0.2.1"),
    ("::1", "::/64"), (None, ""), ("unix:", "unix:"), ("x%y", "x%y"),
])  # fmt: skip
def test_a_customer_is_an_address_or_a_network(ip, customer):
    assert network(ip) == customer
