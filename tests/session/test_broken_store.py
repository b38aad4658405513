"""A broken store is a 503 before any byte leaves - or an empty session, where that was chosen and is enough.

Never a 200 for what was not saved, never a cookie, never a wait beyond the time-out.
"""

import asyncio
import logging

import pytest
from session.async_store import AsyncDictStore

from growler import App
from growler.testing import TestClient
from growler_ext.session import DictStore, Session, StoreError

REASON = "redis at 10.0.0.1 is down"


class Breakable(DictStore):
    """Fails at the operation it is told to."""

    broken = ""

    def _check(self, operation):
        if self.broken == operation:
            raise StoreError(REASON) from OSError("refused")

    def load(self, key, *, touch):
        self._check("load")
        return super().load(key, touch=touch)

    def create(self, key, fields, **options):
        self._check("create")
        super().create(key, fields, **options)

    def commit(self, key, change):
        self._check("commit")
        return super().commit(key, change)

    def rename(self, old, new, change, *, grace):
        self._check("rename")
        return super().rename(old, new, change, grace=grace)

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


def make(store, **options):
    app = App()
    app.use(Session(store, **options))

    @app.get("/set")
    def put(req, res):
        req.session["k"] = req.query.get_first("k")
        res.send_text("saved")

    app.get("/all", lambda req, res: res.send_json(dict(req.session)))
    app.get("/logout", lambda req, res: (req.session.destroy(), res.send_text("saved"))[1])
    app.get("/renew", lambda req, res: (req.session.regenerate(), res.send_text("saved"))[1])
    app.get("/flash", lambda req, res: (req.session.flash("text"), res.send_text("saved"))[1])
    app.get("/login", lambda req, res: (req.session.bind("alice"), res.send_text("saved"))[1])
    app.get("/nothing", lambda req, res: res.send_text("nothing"))
    return app


@pytest.fixture
def app(breaks):
    return make(breaks[0])


def assert_unavailable(reply, caplog):
    assert reply.status == 503
    assert reply.getall("set-cookie") == []
    assert "saved" not in reply.text
    assert "10.0.0.1" not in reply.text
    (record,) = [record for record in caplog.records if record.name == "growler.session"]
    assert record.levelno == logging.ERROR
    assert record.getMessage() == f"the session store failed: {REASON} (OSError: refused)"


@pytest.mark.parametrize(
    ("operation", "target"),
    [
        ("load", "/all"),
        ("commit", "/set?k=2"),
        ("delete", "/logout"),
        ("rename", "/renew"),
        ("rename", "/login"),
    ],
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


def test_a_failure_behind_the_header_fields_is_logged(app, breaks, serve, caplog):
    @app.get("/stream")
    async def stream(req, res):
        await res.write("x")
        req.session["k"] = 2

    client = serve(app)
    client.get("/set?k=1")
    breaks[1]("commit")
    assert client.get("/stream").text == "x"
    client.get("/nothing")  # on the same connection: the stream is over then on the server too
    assert "a change that came after the header fields was lost" in caplog.text


def test_a_failing_save_is_the_handlers_to_catch(app, breaks, serve, caplog):
    @app.get("/try")
    async def try_it(req, res):
        req.session["k"] = 1
        try:
            await req.session.save()
        except Exception as error:
            req.session.rollback()
            res.send_text(type(error).__name__)

    client = serve(app)
    breaks[1]("create")
    reply = client.get("/try")
    assert (reply.status, reply.text) == (200, "HTTPErrorServiceUnavailable")
    assert reply.getall("set-cookie") == []


def test_without_a_plausible_cookie_a_broken_store_is_not_asked(app, breaks, serve):
    client = serve(app)
    breaks[1]("load")
    assert client.get("/all").json() == {}
    assert client.get("/all", headers={"Cookie": "sid=junk"}).json() == {}


def test_with_a_sync_store_who_does_not_look_does_not_suffer(clock):
    store = Breakable(clock=clock)
    with TestClient(make(store)) as client:
        client.get("/set")
        store.broken = "load"
        assert client.get("/nothing").text == "nothing"


# on_store_error="anonymous"


@pytest.fixture
def anonymous(breaks):
    return make(breaks[0], on_store_error="anonymous")


def test_who_only_reads_has_an_empty_session(anonymous, breaks, serve, caplog):
    client = serve(anonymous)
    client.get("/set?k=1")
    breaks[1]("load")
    reply = client.get("/all")
    assert (reply.status, reply.json(), reply.getall("set-cookie")) == (200, {}, [])
    assert client.get("/nothing").status == 200
    assert "the session store failed" in caplog.text
    breaks[1]("")
    assert client.get("/all").json() == {"k": "1"}


@pytest.mark.parametrize("target", ["/set?k=2", "/logout", "/renew", "/flash", "/login"])
def test_who_writes_is_503_and_keeps_the_session_he_had(anonymous, breaks, serve, target):
    client = serve(anonymous)
    client.get("/set?k=1")
    breaks[1]("load")
    reply = client.get(target)
    assert (reply.status, reply.getall("set-cookie")) == (503, [])
    breaks[1]("")
    assert client.get("/all").json() == {"k": "1"}


def test_an_anonymous_session_cannot_be_saved_by_hand_either(anonymous, breaks, serve):
    @anonymous.get("/save")
    async def save(req, res):
        await req.session.save()
        req.session["k"] = 2
        await req.session.save()

    client = serve(anonymous)
    client.get("/set?k=1")
    breaks[1]("load")
    assert client.get("/save").status == 503


@pytest.mark.parametrize("operation", ["commit", "create"])
def test_what_cannot_be_saved_is_503_all_the_same(anonymous, breaks, serve, operation):
    client = serve(anonymous)
    if operation == "commit":
        client.get("/set?k=1")
    breaks[1](operation)
    reply = client.get("/set?k=2")
    assert (reply.status, reply.getall("set-cookie")) == (503, [])


# Time


class Hanging(AsyncDictStore):
    """Never answers what it is told not to."""

    hangs = ""
    cancelled = 0

    async def _check(self, operation):
        if self.hangs == operation:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise

    async def load(self, key, *, touch):
        await self._check("load")
        return await super().load(key, touch=touch)

    async def commit(self, key, change):
        await self._check("commit")
        return await super().commit(key, change)

    async def owned(self, owner):
        await self._check("owned")
        return await super().owned(owner)


@pytest.mark.parametrize(
    ("operation", "target"), [("load", "/all"), ("commit", "/set?k=2"), ("owned", "/of")]
)
def test_a_store_that_hangs_is_503_within_the_time_out(clock, serve, caplog, operation, target):
    store = Hanging(clock=clock)
    app = make(store, timeout=0.05)

    @app.get("/of")
    async def of(req, res):
        res.send_json(await sessions.of("alice"))

    sessions = Session(store, timeout=0.05)
    client = serve(app)
    client.get("/set?k=1")
    store.hangs = operation
    reply = client.get(target)
    assert (reply.status, reply.getall("set-cookie")) == (503, [])
    assert store.cancelled == 1
    assert "no answer within 0.05 s" in caplog.text
    store.hangs = ""
    assert client.get("/all").json() == {"k": "1"}


def test_a_store_that_hangs_gives_an_anonymous_session_where_that_was_chosen(clock, serve):
    store = Hanging(clock=clock)
    client = serve(make(store, timeout=0.05, on_store_error="anonymous"))
    client.get("/set?k=1")
    store.hangs = "load"
    assert client.get("/all").json() == {}
    assert client.get("/set?k=2").status == 503


@pytest.mark.parametrize("own", [60.0, None])
def test_a_time_out_of_the_stores_own_that_is_longer_does_not_count(clock, serve, own):
    class Hung(AsyncDictStore):
        own_timeout = own

        async def load(self, key, *, touch):
            await asyncio.Event().wait()

    app = App()
    app.use(Session(Hung(clock=clock), timeout=0.05))
    app.get("/", lambda req, res: res.send_text("x"))
    assert serve(app).get("/", headers={"Cookie": f"sid={'a' * 43}"}).status == 503
