"""Fixtures: a clock that stands still, both kinds of store on it, and an app with a session."""

from collections.abc import Callable

import pytest
from session.async_store import AsyncDictStore

from growler import App
from growler_ext.session import DictStore, Session
from growler_ext.session.testing import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=[DictStore, AsyncDictStore], ids=["sync", "async"])
def store(request: pytest.FixtureRequest, clock: ManualClock) -> DictStore | AsyncDictStore:
    return request.param(clock=clock)


@pytest.fixture
def make_app(store) -> Callable[..., App]:
    """`make_app(idle=...)`: an app with a session and the routes every test needs.

    /set?k=v puts values in, /all shows them, /id the id, /nothing does not look.
    """

    def make(**options) -> App:
        app = App(debug=options.pop("debug", False))
        app.use(Session(store, **options))

        @app.get("/set")
        def put(req, res):
            req.session.update({name: req.query.get_first(name) for name in req.query})
            res.send_text("")

        app.get("/all", lambda req, res: res.send_json(dict(req.session)))
        app.get("/id", lambda req, res: res.send_text(req.session.id))
        app.get("/nothing", lambda req, res: res.send_text("nothing"))
        return app

    return make
