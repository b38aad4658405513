"""Fixtures: a clock that stands still, every kind of store on it, and an app with a session."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from session.kept import KINDS, InAsyncDict, InCookie, InDict, InRedis, InSqlite, Kept
from session.outside import APP, IN_COOKIES, ON_THE_SERVER, Browser

from growler import App
from growler_ext.session import Session
from growler_ext.session.testing import ManualClock
from support.program import Program


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a file for sessions."""
    return tmp_path / "sessions.db"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kept" in metafunc.fixturenames:
        everywhere = not hasattr(metafunc.function, "on_the_server")
        metafunc.parametrize("kept", KINDS if everywhere else KINDS[:-1], indirect=True)
    if "program" in metafunc.fixturenames:
        kinds = ON_THE_SERVER if "on_the_server" in metafunc.fixturenames else ON_THE_SERVER + IN_COOKIES
        metafunc.parametrize("program", kinds, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every store over memory and native; uvicorn, which takes longest to stop, with one sync and one async store.

    What a server does to an answer and what a store does to a record have nothing to do with each other.
    """
    left_out = [item for item in items if _is_left_out(getattr(item, "callspec", None))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        without = set(left_out)
        items[:] = [item for item in items if item not in without]


def _is_left_out(call: Any) -> bool:
    parameters = call.params if call is not None else {}
    return parameters.get("serve") == "uvicorn" and parameters.get("kept") in ("async", "sqlite", "cookie")


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


@pytest.fixture(scope="module")
def program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, str]]:
    """The port of a process of its own, and the kind of store that it keeps its sessions in: each in turn."""
    kept = request.param
    if kept == "redis":
        kept = request.getfixturevalue("redis_url")
    elif kept == "sqlite":
        kept = f"sqlite:///{tmp_path_factory.mktemp('outside') / 'sessions.db'}"
    with Program(APP, kept) as program:
        yield program.port(), request.param


@pytest.fixture
def browser(program: tuple[int, str]) -> Browser:
    return Browser(*program)


@pytest.fixture
def on_the_server(browser: Browser) -> Browser:
    """Without those whose sessions are all in the cookie: a copy of that stays good."""
    return browser


@pytest.fixture
def make_app(kept: Kept) -> Callable[..., App]:
    """`make_app(idle=...)`: an app with a session and the routes every test needs.

    /set?k=v puts values in, /all shows them, /id the id, /nothing does not look, /login?user= binds, /renew and
    /logout do what they say. `app.config["sessions"]` is the middleware.
    """

    def make(**options) -> App:
        app = App(debug=options.pop("debug", False), trust_proxy=options.pop("trust_proxy", ()))
        app.config["sessions"] = Session(kept.store, **{"timeout": 30} | options)
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
