"""Records that somebody has damaged, in each kind of store: never executed, never a 500, never somebody else's."""

from __future__ import annotations

import asyncio
import inspect
import logging
import pickle

import pytest
import redis
from session.kept import on_the_server, sid

from growler import App
from growler_ext.session import RedisStore, Session
from growler_ext.session.ids import key_of, new_id


class Executed(BaseException):
    """What a pickle in the store would raise if anybody opened it."""


def explode():
    raise Executed


class Explosive:
    def __reduce__(self):
        return explode, ()


BROKEN = [pickle.dumps(Explosive()), b"{", b"", b"\xff\xfe", b"nul", b"[" * 50_000, b"NaN-"]


def put(store, id, fields):
    """Make a record, as another program would that writes nonsense."""

    async def wait():
        try:
            await made
        finally:
            await store.close()

    made = store.create(key_of(id), fields, ttl=1000, lifetime=None, owner=None)
    if inspect.isawaitable(made):
        asyncio.run(wait())


@on_the_server("what is in a cookie is signed")
@pytest.mark.parametrize("value", BROKEN, ids=lambda value: repr(value[:8]))
def test_a_value_that_is_no_json_is_not_there_and_the_rest_is(make_app, kept, serve, caplog, value):
    id = new_id()
    put(kept.store, id, {"good": b"1", "bad": value})
    client = serve(make_app())
    with caplog.at_level(logging.ERROR, "growler.session"):
        assert client.get("/all", headers=sid(id)).json() == {"good": 1}
    assert "session['bad'] is not JSON" in caplog.text
    assert id not in caplog.text
    client.get("/set?bad=mended", headers=sid(id))
    assert client.get("/all", headers=sid(id)).json() == {"good": 1, "bad": "mended"}


@pytest.fixture
def foreign(redis_server):
    """A key of each type of Redis under ids that clients have."""
    ids = {kind: new_id() for kind in ("string", "list", "set", "zset", "stream", "damaged", "pickled")}
    names = {kind: f"sess:{key_of(id)}" for kind, id in ids.items()}
    with redis_server.client() as client:
        client.set(names["string"], pickle.dumps(Explosive()))
        client.rpush(names["list"], "x")
        client.sadd(names["set"], "x")
        client.zadd(names["zset"], {"x": 1})
        client.xadd(names["stream"], {"x": "1"})
        client.hset(names["damaged"], mapping={"c": "x", "e": "y"})
        client.hset(names["pickled"], "x", pickle.dumps(Explosive()))
    return redis_server.url, ids


@pytest.mark.redis
@pytest.mark.parametrize("kind", ["string", "list", "set", "zset", "stream"])
def test_a_key_of_another_type_is_503_and_no_cookie_is_set_or_cleared(foreign, serve, kind):
    url, ids = foreign
    client = serve(make(url))
    for target in ("/all", "/set"):
        reply = client.get(target, headers=sid(ids[kind]))
        assert (reply.status, reply.getall("set-cookie")) == (503, [])
    with redis.Redis.from_url(url) as plain:
        assert plain.type(f"sess:{key_of(ids[kind])}").decode() == kind


@pytest.mark.redis
def test_where_that_was_chosen_a_reader_sees_an_empty_session_instead(foreign, serve):
    url, ids = foreign
    client = serve(make(url, on_store_error="anonymous"))
    reply = client.get("/all", headers=sid(ids["list"]))
    assert (reply.status, reply.json(), reply.getall("set-cookie")) == (200, {}, [])
    assert client.get("/set", headers=sid(ids["list"])).status == 503


@pytest.mark.redis
@pytest.mark.parametrize("kind", ["damaged", "pickled"])
def test_a_hash_that_is_no_record_is_an_empty_session(foreign, serve, kind):
    url, ids = foreign
    client = serve(make(url))
    assert client.get("/all", headers=sid(ids[kind])).json() == {}
    reply = client.get("/set", headers=sid(ids[kind]))
    assert (reply.status, reply.cookies["sid"] != ids[kind]) == (200, True)


def make(url, **options):
    app = App()
    app.use(Session(RedisStore(url, timeout=20), timeout=30, **options))
    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    return app
