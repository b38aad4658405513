"""What a request pays: nothing asynchronous with a sync store, no store at all where nobody looks."""

import gc
import weakref

import pytest

from growler import App
from growler.exchange import Connection, RequestHead
from growler.testing import MemoryExchange
from growler_ext.cookieparser import CookieParser
from growler_ext.session import DictStore, Session
from growler_ext.session.ids import key_of, new_id


@pytest.fixture
def id():
    return new_id()


@pytest.fixture
def store(id):
    store = DictStore()
    store.create(key_of(id), {"k": b"1"}, ttl=100, lifetime=None, owner=None)
    return store


def exchange(id):
    return MemoryExchange(RequestHead("GET", b"/", b"", [(b"Cookie", f"sid={id}".encode())], Connection()))


def call(app, exchange):
    """Ask the app; anything it would have to wait for is closed and reported."""
    pending = app.handle(exchange)
    if pending is not None:
        pending.close()
    return pending


def test_a_request_that_does_not_look_is_answered_at_once(store, id):
    app = App()
    app.use(CookieParser())
    app.use(Session(store))
    app.get("/", lambda req, res: res.send_text("x"))
    assert call(app, exchange(id)) is None


@pytest.mark.parametrize("handler", [
    lambda req, res: (req.session.get("k"), res.send_text("x"))[1],
    lambda req, res: (req.session.update(k=2), res.send_text("x"))[1],
    lambda req, res: (req.session.regenerate(), res.send_text("x"))[1],
    lambda req, res: (req.session.destroy(), res.send_text("x"))[1],
], ids=["read", "written", "renewed", "ended"])  # fmt: skip
def test_with_a_sync_store_the_whole_request_is_plain_calls(store, id, handler):
    app = App()
    app.use(Session(store))
    app.get("/", handler)
    asked = exchange(id)
    assert call(app, asked) is None
    assert asked.reply().text == "x"


def test_a_request_that_does_not_look_never_asks_the_store(id):
    class Untouchable:
        sync = shared = True
        load = create = commit = rename = delete = owned = revoke = close = None

    app = App()
    app.use(Session(Untouchable()))
    app.get("/", lambda req, res: res.send_text("x"))
    assert call(app, exchange(id)) is None


@pytest.mark.parametrize("handler", [
    lambda req, res: res.send_text("x"),
    lambda req, res: (req.session.get("k"), req.cookies.get("sid"), res.send_text("x"))[2],
    lambda req, res: (req.session.update(k=2), res.cookies.set("a", "1"), res.send_text("x"))[2],
], ids=["untouched", "read", "written"])  # fmt: skip
def test_no_request_stays_in_memory_until_the_collector_comes(store, id, handler):
    alive = []
    app = App()
    app.use(CookieParser())
    app.use(Session(store))
    app.use(lambda req, res: alive.extend([weakref.ref(req), weakref.ref(res)]))
    app.get("/", handler)
    gc.collect()
    gc.disable()
    try:
        call(app, exchange(id))
        assert [ref() for ref in alive] == [None, None]
    finally:
        gc.enable()
