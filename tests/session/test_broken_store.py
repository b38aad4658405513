"""A broken store is a 503 before any byte leaves: never a 200 for what was not saved, never a cookie."""

import pytest
from session.async_store import AsyncDictStore

from growler import App
from growler.testing import TestClient
from growler_ext.session import DictStore, Session, StoreError


class Breakable(DictStore):
    """Fails at the operation it is told to."""

    broken = ""

    def _check(self, operation):
        if self.broken == operation:
            raise StoreError("redis at 10.0.0.1 is down")

    def load(self, key, *, touch):
        self._check("load")
        return super().load(key, touch=touch)

    def create(self, key, fields, *, ttl, lifetime):
        self._check("create")
        super().create(key, fields, ttl=ttl, lifetime=lifetime)

    def commit(self, key, changed, removed, *, ttl):
        self._check("commit")
        return super().commit(key, changed, removed, ttl=ttl)

    def delete(self, *keys):
        self._check("delete")
        return super().delete(*keys)


@pytest.fixture(params=["sync", "async"])
def breaks(request, clock):
    """A store, and how to break an operation of it."""
    inner = Breakable(clock=clock)
    store = inner
    if request.param == "async":
        store = AsyncDictStore(clock=clock)
        store.inner = inner
    return store, lambda operation: setattr(inner, "broken", operation)


@pytest.fixture
def app(breaks):
    app = App()
    app.use(Session(breaks[0]))

    @app.get("/set")
    def put(req, res):
        req.session["k"] = req.query.get_first("k")
        res.send_text("saved")

    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    app.get("/logout", lambda req, res: (req.session.destroy(), res.send_text("saved"))[1])
    app.get("/nothing", lambda req, res: res.send_text("nothing"))
    return app


def assert_unavailable(reply, caplog):
    assert reply.status == 503
    assert reply.getall("set-cookie") == []
    assert "saved" not in reply.text
    assert "10.0.0.1" not in reply.text
    assert "redis at 10.0.0.1 is down" in caplog.text


@pytest.mark.parametrize(
    ("operation", "target"), [("load", "/all"), ("commit", "/set?k=2"), ("delete", "/logout")]
)
def test_a_failure_with_a_session_is_503_and_nothing_has_changed(
    app, breaks, serve, caplog, operation, target
):
    client = serve(app)
    client.get("/set?k=1")
    breaks[1](operation)
    assert_unavailable(client.get(target), caplog)
    breaks[1]("")
    assert client.get("/all").json() == {"k": "1"}


def test_a_failure_to_create_is_503_and_no_cookie(app, breaks, serve, caplog):
    client = serve(app)
    breaks[1]("create")
    assert_unavailable(client.get("/set?k=1"), caplog)
    assert client.cookies == {}


def test_a_redirect_is_not_sent_when_its_session_was_not_saved(app, breaks, serve, caplog):
    app.get("/go", lambda req, res: (req.session.update(k=1), res.redirect("/"))[1])
    client = serve(app)
    breaks[1]("create")
    reply = client.get("/go")
    assert_unavailable(reply, caplog)
    assert "location" not in reply.headers


def test_a_failure_at_the_first_byte_of_a_stream_is_503(app, breaks, serve, caplog):
    @app.get("/stream")
    async def stream(req, res):
        req.session["k"] = 1
        await res.write("saved")

    client = serve(app)
    breaks[1]("create")
    assert_unavailable(client.get("/stream"), caplog)


def test_without_a_plausible_cookie_a_broken_store_is_not_asked(app, breaks, serve):
    client = serve(app)
    breaks[1]("load")
    assert client.get("/all").json() == {}
    assert client.get("/all", headers={"Cookie": "sid=junk"}).json() == {}


def test_with_a_sync_store_who_does_not_look_does_not_suffer(clock):
    store = Breakable(clock=clock)
    app = App()
    app.use(Session(store))
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])
    app.get("/nothing", lambda req, res: res.send_text("nothing"))
    with TestClient(app) as client:
        client.get("/set")
        store.broken = "load"
        assert client.get("/nothing").text == "nothing"
