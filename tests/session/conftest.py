"""Fixtures: a clock that stands still, every kind of store on it, and an app with a session."""

from collections.abc import Callable, Iterator

import pytest
from session.kept import KINDS, InAsyncDict, InCookie, InDict, InRedis, InSqlite, Kept

from growler import App
from growler_ext.session import Session
from growler_ext.session.testing import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kept" in metafunc.fixturenames:
        everywhere = not hasattr(metafunc.function, "on_the_server")
        metafunc.parametrize("kept", KINDS if everywhere else KINDS[:-1], indirect=True)


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """Each kind of store in turn; those marked `on_the_server` without the cookie's."""
    match request.param:
        case "dict":
            kept: Kept = InDict()
        case "async":
            kept = InAsyncDict()
        case "redis":
            kept = InRedis(request.getfixturevalue("redis_url"))
        case "sqlite":
            kept = InSqlite()
        case _:
            kept = InCookie()
    yield kept
    kept.close()


@pytest.fixture
def make_app(kept: Kept) -> Callable[..., App]:
    """`make_app(idle=...)`: an app with a session and the routes every test needs.

    /set?k=v puts values in, /all shows them, /id the id, /nothing does not look, /login?user= binds, /renew and
    /logout do what they say. `app.config["sessions"]` is the middleware.
    """

    def make(**options) -> App:
        app = App(debug=options.pop("debug", False), trust_proxy=options.pop("trust_proxy", ()))
        app.config["sessions"] = Session(kept.store, **options)
        app.use(app.config["sessions"])

        @app.get("/set")
        def put(req, res):
            req.session.update({name: req.query.get_first(name) for name in req.query})
            res.send_text("")

        @app.get("/login")
        def login(req, res):
            req.session.bind(req.query.get_first("user"))
            res.redirect("/all")

        @app.get("/renew")
        def renew(req, res):
            req.session.regenerate()
            res.send_text("")

        @app.get("/logout")
        def logout(req, res):
            req.session.destroy()
            res.send_text("")

        app.get("/all", lambda req, res: res.send_json(dict(req.session)))
        app.get("/id", lambda req, res: res.send_text(req.session.id))
        app.get("/user", lambda req, res: res.send_json(req.session.user))
        app.get("/nothing", lambda req, res: res.send_text("nothing"))
        return app

    return make
