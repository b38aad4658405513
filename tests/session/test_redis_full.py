"""A Redis whose memory is full: what would need more is a 503 and leaves nothing half done; all else goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from session.in_a_loop import within
from session.redis_stores import keys_without_ttl

from growler import App
from growler_ext.session import Change, Outcome, Session, StoreError, Touch
from growler_ext.session.stores.redis import RedisStore
from growler_ext.session.testing import ManualClock
from support.redis_server import RedisServer, find_binary

pytestmark = pytest.mark.redis

WITHOUT_SCRIPTS = ("--user", "default", "on", "nopass", "~*", "&*", "+@all", "-@scripting")


@pytest.fixture(params=[(), WITHOUT_SCRIPTS], ids=["scripts", "transactions"])
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    with RedisServer(find_binary(), *request.param) as server:
        yield server


def fill(server: RedisServer) -> None:
    with server.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")


def make_room(server: RedisServer) -> None:
    with server.client() as client:
        client.config_set("maxmemory", "0")


def create(store, key, fields=(), owner=None):
    return store.create(key, dict(fields), ttl=1000, lifetime=None, owner=owner)


def test_what_needs_memory_is_refused_and_leaves_everything_as_it_was(server):
    store = RedisStore(server.url, timeout=20)

    async def full():
        await create(store, "a", {"x": b"1"}, "u")
        fill(server)
        for operation in (
            create(store, "b", {"x": b"1"}),
            create(store, "c", {"x": b"1"}, "u"),
            store.commit("a", Change({"x": b"2"}, frozenset({"y"}))),
            store.rename("a", "d", Change({"x": b"2"}), grace=30),
        ):
            with pytest.raises(StoreError) as caught:
                await operation
            assert "maxmemory" in str(caught.value.__cause__)
        with server.client() as client:
            assert sorted(client.keys()) == [b"sess:a", b"sess:u:u"]
        assert (await store.load("a", touch=None)).fields == {"x": b"1"}
        assert list(await store.owned("u")) == ["a"]
        make_room(server)
        assert await store.commit("a", Change({"x": b"2"})) is Outcome.DONE
        assert (await store.load("a", touch=None)).fields == {"x": b"2"}

    within(full(), store)
    assert keys_without_ttl([server.url]) == []


def test_what_frees_memory_is_done(server):
    store = RedisStore(server.url, timeout=20)

    async def full():
        for key in ("a", "b", "c"):
            await create(store, key, {"x": b"1", "y": b"2"}, "u")
        fill(server)
        assert await store.commit("a", Change(removed=frozenset({"x"}))) is Outcome.DONE
        assert (await store.load("a", touch=None)).fields == {"y": b"2"}
        assert await store.delete("a") == 1
        assert await store.revoke("u", keep=("b",)) == 1
        assert list(await store.owned("u")) == ["b"]

    within(full(), store)
    assert keys_without_ttl([server.url]) == []


@pytest.mark.parametrize("owner", [None, "u"])
def test_use_keeps_a_session_alive_where_scripts_run(owner):
    with RedisServer(find_binary()) as server:
        clock = ManualClock()
        store = RedisStore(server.url, timeout=20, clock=clock)

        async def full():
            await create(store, "a", {"x": b"1"}, owner)
            fill(server)
            for _ in range(3):
                clock.now += 900
                assert (await store.load("a", touch=Touch(1000, 100))).touched
            clock.now += 900
            assert await store.commit("a", Change(ttl=1000)) is Outcome.DONE
            clock.now += 900
            assert (await store.load("a", touch=None)).fields == {"x": b"1"}

        within(full(), store)
        assert keys_without_ttl([server.url]) == []


def test_requests_are_503_where_they_write_and_go_on_where_they_read(server, serve):
    app = App()
    app.use(Session(RedisStore(server.url, timeout=20), timeout=30))
    app.get(
        "/set", lambda req, res: (req.session.update(k=req.query.get_first("k")), res.send_text("saved"))[1]
    )
    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    app.get("/end", lambda req, res: (req.session.destroy(), res.send_text("ended"))[1])
    client = serve(app)
    client.get("/set?k=1")
    cookies = dict(client.cookies)
    fill(server)
    refused = client.get("/set?k=2")
    assert (refused.status, refused.getall("set-cookie")) == (503, [])
    assert client.get("/all").json() == {"k": "1"}
    client.cookies.clear()
    refused = client.get("/set?k=3")
    assert (refused.status, refused.getall("set-cookie")) == (503, [])
    make_room(server)
    client.cookies.update(cookies)
    assert client.get("/set?k=4").status == 200
    assert client.get("/all").json() == {"k": "4"}
    fill(server)
    assert client.get("/end").status == 200
    assert client.cookies == {}
    assert keys_without_ttl([server.url]) == []
    with server.client() as plain:
        assert plain.dbsize() == 0
