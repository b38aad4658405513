"""`lazy=True`: an async store is asked by those who say so, and by nobody else."""

import pytest
from session.async_store import AsyncDictStore

from growler import App
from growler_ext.session import DictStore, Session


@pytest.fixture
def counting(clock):
    """An async store that counts its loads, and whether they touched."""

    class Counting(AsyncDictStore):
        loads = ()

        async def load(self, key, *, touch):
            self.loads += (touch is not None,)
            return await super().load(key, touch=touch)

    return Counting(clock=clock)


@pytest.fixture
def app(counting):
    app = App()
    app.use(Session(counting, lazy=True, idle=100))

    @app.get("/set")
    async def put(req, res):
        await req.session.load()
        req.session["k"] = req.query.get_first("k")
        res.send_text("")

    @app.get("/all")
    async def show(req, res):
        await req.session.load()
        await req.session.load()
        res.send_json(dict(req.session))

    app.get("/nothing", lambda req, res: res.send_text("nothing"))
    return app


def test_it_is_loaded_once_where_it_is_asked_for(app, counting, serve, clock):
    client = serve(app)
    client.get("/set?k=1")
    client.get("/nothing")
    assert counting.loads == ()
    clock.now += 50
    reply = client.get("/all")
    assert reply.json() == {"k": "1"}
    assert counting.loads == (True,)
    assert "Max-Age=100" in reply.headers["set-cookie"]


@pytest.mark.parametrize("use", [
    lambda session: session["k"],
    lambda session: session.get("k"),
    lambda session: session.update(k=1),
    lambda session: len(session),
    lambda session: session.user,
    lambda session: session.destroy(),
    lambda session: session.flash("text"),
    lambda session: session.rollback(),
], ids=["item", "get", "set", "len", "user", "destroy", "flash", "rollback"])  # fmt: skip
@pytest.mark.parametrize("cookie", [{}, {"Cookie": "sid=" + "A" * 43}])
def test_to_use_it_before_raises_and_names_the_fix(app, serve, use, cookie):
    errors = []

    @app.get("/use")
    def handler(req, res):
        try:
            use(req.session)
        except RuntimeError as error:
            errors.append(str(error))
        res.send_text(repr(req.session))

    assert serve(app).get("/use", headers=cookie).text == "<SessionData, not read>"
    (error,) = errors
    assert "await req.session.load()" in error


def all_after_a_set_that_waits_for_nothing(serve, session):
    app = App()
    app.use(session)
    app.get("/set", lambda req, res: (req.session.update(k=1), res.send_text(""))[1])

    @app.get("/all")
    async def show(req, res):
        await req.session.load()
        res.send_json(dict(req.session))

    client = serve(app)
    client.get("/set")
    return client.get("/all").json()


def test_with_a_sync_store_there_is_nothing_to_wait_for(serve, clock):
    session = Session(DictStore(clock=clock), lazy=True)
    assert all_after_a_set_that_waits_for_nothing(serve, session) == {"k": 1}


def test_without_lazy_load_does_nothing_more(serve, counting):
    assert all_after_a_set_that_waits_for_nothing(serve, Session(counting)) == {"k": 1}
    assert counting.loads == (False,)
