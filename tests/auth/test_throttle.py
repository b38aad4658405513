"""How often somebody may try, over HTTP and on values."""

from __future__ import annotations

import asyncio

import pytest

from growler_ext.auth import Rate, Throttle
from growler_ext.auth.keys import Keys
from growler_ext.auth.shared import SharedError
from growler_ext.auth.shared.memory import MemoryShared
from growler_ext.auth.throttle import Turnstile, network

ALICE = {"username": "alice", "password": "correct horse"}
WRONG = {"username": "alice", "password": "wrong"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}
FEW = Throttle(pair=Rate(3, 600))


def test_a_right_password_is_refused_as_a_wrong_one_when_there_were_too_many(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=FEW)))
    assert [client.post("/auth/login", form=WRONG).status for _ in range(4)] == [401, 401, 401, 429]
    reply = client.post("/auth/login", form=ALICE)
    assert reply.status == 429
    assert 190 < int(reply.headers["retry-after"]) <= 200
    assert reply.text == client.post("/auth/login", form=WRONG).text


def test_a_browser_is_told_on_the_login_page(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=FEW)))
    for _ in range(3):
        client.post("/auth/login", form=WRONG, headers=PAGE)
    reply = client.post("/auth/login", form=WRONG, headers=PAGE)
    assert reply.status == 429
    assert "Too many tries. Try again in 4 minutes." in reply.text
    assert 'value="alice"' in reply.text


def test_other_names_are_not_held_up(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=FEW)))
    for _ in range(4):
        client.post("/auth/login", form=WRONG)
    assert client.post("/auth/login", form={"username": "bob", "password": "battery staple"}).status == 200


def test_a_login_forgets_the_tries_before_it(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=FEW)))
    for _ in range(3):
        client.post("/auth/login", form=WRONG)
        client.post("/auth/login", form=WRONG)
        assert client.post("/auth/login", form=ALICE).status == 200
        client.cookies.clear()


def test_nobody_locks_out_a_user_on_a_known_device(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=Throttle(account=Rate(3, 600)))))
    assert client.post("/auth/login", form=ALICE).status == 200
    device = {name: value for name, value in client.cookies.items() if "device" in name}
    client.cookies.clear()
    assert 429 in [client.post("/auth/login", form=WRONG).status for _ in range(4)]
    client.cookies.update(device)
    assert client.post("/auth/login", form=ALICE).status == 200


def test_a_device_is_counted_too(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=Throttle(device=Rate(2, 600)))))
    assert client.post("/auth/login", form=ALICE).status == 200
    assert [client.post("/auth/login", form=WRONG).status for _ in range(3)] == [401, 401, 429]


def test_throttled_is_told(serve, make_app, make_auth):
    auth = make_auth(throttle=Throttle(pair=Rate(1, 600)))
    told = []
    auth.on("throttled", told.append)
    client = serve(make_app(auth))
    for _ in range(2):
        client.post("/auth/login", form=WRONG)
    assert [(event.name, event.login, bool(event.ip)) for event in told] == [("throttled", "alice", True)]


def test_of_two_hundred_guesses_at_once_as_many_go_on_as_may(make_auth):
    turnstile = make_auth(throttle=Throttle(pair=Rate(5, 600)))._services.turnstile

    async def guesses():
        return await asyncio.gather(*(turnstile.wait("192.0.2.1", "alice", None) for _ in range(200)))

    assert sum(wait == 0 for wait in asyncio.run(guesses())) == 5


class Broken(MemoryShared):
    async def allow(self, limits):
        raise SharedError("away")

    async def forgive(self, keys):
        raise SharedError("away")


def test_with_a_broken_backend_tries_are_counted_in_memory_and_that_is_told(
    serve, make_app, make_auth, caplog
):
    auth = make_auth(throttle=Throttle(pair=Rate(2, 600), shared=Broken()))
    told = []
    auth.on("provider_error", told.append)
    client = serve(make_app(auth))
    assert [client.post("/auth/login", form=WRONG).status for _ in range(3)] == [401, 401, 429]
    assert len(told) == 3
    assert "each process counts for itself" in caplog.text


def test_without_a_throttle_nobody_waits(serve, make_app, make_auth):
    client = serve(make_app(make_auth(throttle=None)))
    assert {client.post("/auth/login", form=WRONG).status for _ in range(20)} == {401}


@pytest.mark.parametrize(
    ("ip", "customer"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, ""),
        ("unix:", "unix:"),
    ],
)
def test_a_customer_is_an_address_or_a_network(ip, customer):
    assert network(ip) == customer


@pytest.mark.parametrize("other", ["bob", "ALICE"])
def test_names_differ_but_not_by_case(other):
    keys = Keys("s" * 32)

    async def nobody(event): ...

    turnstile = Turnstile(Throttle(pair=Rate(1, 600)), MemoryShared(), keys.signer("device"), nobody)

    async def test():
        await turnstile.wait("192.0.2.1", "alice", None)
        return await turnstile.wait("192.0.2.1", other, None)

    assert (asyncio.run(test()) > 0) is (other == "ALICE")


def test_a_device_cookie_of_another_account_or_signed_by_others_is_none():
    keys, others = Keys("s" * 32), Keys("t" * 32)

    async def nobody(event): ...

    turnstile = Turnstile(Throttle(), MemoryShared(), keys.signer("device"), nobody)
    forger = Turnstile(Throttle(), MemoryShared(), others.signer("device"), nobody)

    async def test():
        mine = await turnstile.succeeded(None, "alice", None)
        forged = await forger.succeeded(None, "alice", None)
        assert turnstile._known(mine, "alice") is not None
        assert turnstile._known(mine, "bob") is None
        assert turnstile._known(forged, "alice") is None
        assert await turnstile.succeeded(None, "alice", mine) is None, "a good one is kept"

    asyncio.run(test())
