"""Tokens of a provider that a login keeps: given to handlers, renewed once, and gone when the provider says so."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from growler_ext.auth import ApiKey, Auth, KeyRecord, MemoryUsers, Password, new_key
from growler_ext.auth.provider.grant import Grant
from growler_ext.auth.provider.refreshing import Refreshing
from growler_ext.auth.provider.refreshing import _worth as worth
from growler_ext.auth.provider.web import ProviderError
from growler_ext.auth.shared.memory import MemoryShared
from growler_ext.session import Session
from support.clients import LiveClient
from support.openid_login import BASE, back, begin, openid


@pytest.fixture
def people():
    users = MemoryUsers()
    users.add("alice")
    users.identity = lambda who: users.get("alice")
    return users


@pytest.fixture
def make(make_app, provider, people):
    """An app with `/token`, which answers the provider's token of this login."""

    def make(**options):
        op = openid(provider, **{"keep_tokens": True, **options})
        auth = Auth(op, users=people, secret="s" * 32, base_url=BASE)
        app = make_app(auth, Session())
        app.told, app.auth = [], auth
        for name in ("logout", "provider_error"):
            auth.on(name, app.told.append)

        @app.get("/token")
        async def token(req, res):
            found = await auth["op"].access_token(req)
            res.send_text(found or "none")

        return app

    return make


def log_in(client):
    assert back(client, begin(client)).status == 303


def test_a_token_that_lasts_is_given_as_it_is(serve, make, provider):
    client = serve(make())
    assert client.get("/token").text == "none", "nobody has logged in"
    log_in(client)
    first = client.get("/token").text
    assert first in provider._tokens
    assert client.get("/token").text == first
    assert provider.asked["token"] == 1


def test_a_token_that_is_about_to_end_is_renewed_and_kept(serve, make, provider):
    provider.expires_in = 20
    client = serve(make())
    log_in(client)
    provider.expires_in = 300
    second = client.get("/token").text
    assert second in provider._tokens
    assert client.get("/token").text == second
    assert (provider.asked["token"], provider.last_token_request["grant_type"]) == (2, "refresh_token")


def test_a_refresh_token_that_rotates_is_kept_each_time(serve, make, provider):
    provider.expires_in = 20
    client = serve(make())
    log_in(client)
    tokens = [client.get("/token").text for _ in range(4)]
    assert len(set(tokens)) == 4
    assert provider.asked["token"] == 5


def test_a_refresh_token_that_stays_is_used_again(serve, make, provider):
    provider.rotates_refresh_tokens, provider.expires_in = False, 20
    client = serve(make())
    log_in(client)
    assert [client.get("/token").status for _ in range(3)] == [200] * 3


def test_requests_at_once_renew_once(serve_live, make, provider):
    provider.expires_in = 20
    client = serve_live(make())
    log_in(client)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    provider.expires_in = 300

    def one(_):
        mine = LiveClient(client.port)
        try:
            reply = mine.get("/token", headers={"Cookie": cookie})
            return reply.status, reply.text
        finally:
            mine.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(one, range(16)))
    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1, "all have the same token"
    assert provider.asked["token"] == 2


def test_a_provider_that_has_ended_the_login_ends_it_here(serve, make, provider):
    provider.expires_in = 20
    app = make()
    client = serve(app)
    log_in(client)
    provider.withdraw()
    reply = client.get("/token")
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Cookie realm="session"')
    assert client.get("/").text == "nobody"
    assert [event.name for event in app.told] == ["logout"]
    assert client.get("/token").text == "none"


def test_a_provider_that_is_away_ends_nothing(serve, make, provider):
    provider.expires_in = 20
    app = make()
    client = serve(app)
    log_in(client)
    provider.fault = "down"
    reply = client.get("/token")
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert client.get("/").text == "alice"
    assert [event.name for event in app.told] == ["provider_error"]
    provider.fault = ""
    assert client.get("/token").status == 200, "it is asked again"


@pytest.mark.parametrize("fault", ["iss", "aud", "sig", "other user"])
def test_a_renewed_id_token_of_somebody_else_is_refused(serve, make, provider, fault):
    provider.expires_in = 20
    client = serve(make())
    log_in(client)
    if fault == "other user":
        provider.user = {**provider.user, "sub": "2"}
    else:
        provider.fault = fault
    assert client.get("/token").status == 503


def test_a_user_who_is_locked_gets_no_token(serve, make, people):
    client = serve(make())
    log_in(client)
    people.change("alice", active=False)
    assert client.get("/token").text == "none"


def test_who_keeps_no_tokens_is_told_how(serve, make, caplog):
    client = serve(make(keep_tokens=False))
    log_in(client)
    assert client.get("/token").status == 500
    assert "give it keep_tokens=True" in caplog.text


def test_a_login_by_another_method_has_no_token_of_the_provider(serve, make_app, users, cheap, provider):
    users.identity = lambda who: None
    op = openid(provider, keep_tokens=True)
    auth = Auth(Password(hasher=cheap), op, users=users, secret="s" * 32, base_url=BASE)
    app = make_app(auth, Session())

    @app.get("/token")
    async def token(req, res):
        res.send_text(await auth["op"].access_token(req) or "none")

    client = serve(app)
    client.post("/auth/login", form={"username": "alice", "password": "correct horse"})
    assert client.get("/token").text == "none"


def test_somebody_else_s_key_with_this_session_has_no_token_of_the_provider(
    serve, make_app, people, provider
):
    people.add("bob")
    key = new_key()
    op = openid(provider, keep_tokens=True)
    keys = ApiKey({key.digest: KeyRecord("bob")}.get)
    auth = Auth(keys, op, users=people, secret="s" * 32, base_url=BASE)
    app = make_app(auth, Session())

    @app.get("/token")
    async def token(req, res):
        res.send_text(await auth["op"].access_token(req) or "none")

    client = serve(app)
    log_in(client)
    assert client.get("/token").text in provider._tokens
    assert client.get("/token", headers={"Authorization": f"Bearer {key.text}"}).text == "none"


# The grant, and the single use, without a server


@pytest.mark.parametrize(
    ("ends", "lasts"),
    [
        (None, True),
        (1031, True),
        (1030, False),
        (900, False),
        (True, True),
        ("x", True),
        pytest.param(10**400, True, id="huge"),
    ],
)
def test_how_long_a_token_lasts(ends, lasts):
    assert Grant({"access_token": "a", "expires_at": ends}).lasts(1000) is lasts


def test_what_an_answer_leaves_out_stays_but_not_the_old_end():
    old = Grant({"access_token": "a", "refresh_token": "r", "id_token": "i", "expires_at": 5})
    new = old.renewed({"access_token": "b", "token_type": "Bearer"})
    assert new.tokens == {"access_token": "b", "refresh_token": "r", "id_token": "i"}
    assert "a" not in repr(Grant({"access_token": "aaa"})).replace("Grant", "")


class Across(MemoryShared):
    """As two processes see it."""

    across_processes = True


def answering(asked, answer=None):
    async def use():
        asked.append(1)
        await asyncio.sleep(0)
        if answer is None:
            raise ProviderError("down")
        return answer

    return use


def test_of_two_processes_one_renews_and_both_have_it():
    async def main():
        shared, asked = Across(), []
        processes = [Refreshing("op", shared, b"k" * 32) for _ in range(2)]
        use = answering(asked, {"access_token": "new"})
        found = await asyncio.gather(*(process.once("old", use) for process in processes for _ in range(5)))
        assert found == [{"access_token": "new"}] * 10
        assert len(asked) == 1
        assert b"new" not in b"".join(value for _, value in shared._values._entries.values()), "it is sealed"

    asyncio.run(main())


def test_a_late_process_gets_what_came_of_it():
    async def main():
        shared, asked = Across(), []
        use = answering(asked, {"access_token": "new"})
        for _ in range(3):
            assert await Refreshing("op", shared, b"k" * 32).once("old", use) == {"access_token": "new"}
        assert len(asked) == 1

    asyncio.run(main())


def test_how_long_what_came_of_it_is_remembered():
    now = time.time()
    assert worth("old", {"access_token": "a", "refresh_token": "new", "expires_at": now + 300}) == 3600
    for same in ({}, {"refresh_token": "old"}, {"refresh_token": ""}):
        assert worth("old", {"access_token": "a", "expires_at": now + 300, **same}) == 60
        assert worth("old", {"access_token": "a", **same}) == 60
        assert 15 <= worth("old", {"access_token": "a", "expires_at": now + 50, **same}) <= 20
        assert worth("old", {"access_token": "a", "expires_at": now, **same}) == 10


def test_what_another_process_got_is_remembered_no_longer_for_being_asked_for(monkeypatch):
    async def main():
        shared, asked, now = Across(), [], time.time()
        use = answering(asked, {"access_token": "new"})
        for at in (0, 40, 61):
            monkeypatch.setattr("growler_ext.auth.provider.refreshing.time.time", lambda at=at: now + at)
            shared._clock = lambda at=at: now + at
            await Refreshing("op", shared, b"k" * 32).once("old", use)
        assert len(asked) == 2, "anew after a minute, though somebody had asked in between"

    asyncio.run(main())


def test_a_login_that_a_stream_has_renewed_goes_on(serve, make, provider):
    """A stream renews when its answer has begun: its session never learns of it, and the old token is dead."""
    app = make()
    auth = app.auth

    @app.get("/stream")
    def stream(req, res):
        async def parts():
            for _ in range(3):
                yield (await auth["op"].access_token(req) or "none").encode() + b" "

        res.stream(parts())

    client = serve(app)
    provider.expires_in = -1
    log_in(client)
    streamed = set(client.get("/stream").text.split())
    assert len(streamed) == 3, "each has ended when it comes"
    provider.expires_in = 300
    found = client.get("/token")
    assert (found.status, found.text in provider._tokens, found.text in streamed) == (200, True, False)
    assert [event.name for event in app.told] == []


def test_a_failure_is_told_to_the_other_process_and_may_be_tried_again():
    async def main():
        shared, asked = Across(), []
        for _ in range(2):
            with pytest.raises(ProviderError):
                await Refreshing("op", shared, b"k" * 32).once("old", answering(asked))
        assert len(asked) == 1
        shared._clock = lambda: time.time() + 13
        answer = await Refreshing("op", shared, b"k" * 32).once(
            "old", answering(asked, {"access_token": "x"})
        )
        assert answer == {"access_token": "x"}

    asyncio.run(main())


def test_a_client_that_leaves_does_not_stop_it():
    async def main():
        asked, begun, go = [], asyncio.Event(), asyncio.Event()

        async def use():
            asked.append(1)
            begun.set()
            await go.wait()
            return {"access_token": "new"}

        refreshing = Refreshing("op", MemoryShared(), b"k" * 32)
        leaving = asyncio.create_task(refreshing.once("old", use))
        await begun.wait()
        leaving.cancel()
        go.set()
        assert await refreshing.once("old", use) == {"access_token": "new"}
        assert len(asked) == 1

    asyncio.run(main())
