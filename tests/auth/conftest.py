"""What the tests of Auth share: cheap hashes, three users, a small session, and an app with all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from growler import App
from growler_ext.auth import Auth, MemoryUsers, Password, PasswordHasher
from growler_ext.auth.testing import PlainSession


@pytest.fixture(scope="session", autouse=True)
def no_old_hashes() -> Iterator[None]:
    """Nobody waits for what an old hash would take, but where a test is about that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("growler_ext.auth.passwords.seconds_of", lambda scheme: 0.0)
        yield


@pytest.fixture(scope="session")
def cheap() -> PasswordHasher:
    """A hasher that takes microseconds."""
    return PasswordHasher(memory_kib=8, rounds=1)


@pytest.fixture
def users(cheap: PasswordHasher) -> MemoryUsers:
    users = MemoryUsers(hasher=cheap)
    users.add("alice", password="correct horse", permissions={"admin", "write"})
    users.add("bob", password="battery staple")
    users.add("carol")
    return users


@pytest.fixture
def make_auth(users: MemoryUsers, cheap: PasswordHasher) -> Callable[..., Auth]:
    """`make_auth(default="required")`: passwords, the users of the fixture, cheap hashes."""
    return lambda **options: Auth(Password(hasher=cheap), **{"users": users, **options})


@pytest.fixture
def make_app() -> Callable[..., App]:
    """`make_app(auth)`: sessions, that Auth, and routes that tell who is there."""

    def make(auth: Auth, session: Any = None) -> App:
        app = App("demo")
        app.use(PlainSession() if session is None else session)
        app.use(auth)

        @app.get("/")
        def home(req, res):
            res.send_text(req.user.id if req.user else "nobody")

        @app.get("/info")
        def info(req, res):
            at = req.auth.at
            res.send_json({"method": req.auth.method, "at": at and at.timestamp(), "fresh": req.auth.fresh})

        @app.get("/basket/:what")
        def basket(req, res):
            req.session["basket"] = req.params["what"]
            res.send_text("kept")

        @app.get("/basket")
        def show_basket(req, res):
            res.send_text(str(req.session.get("basket")))

        return app

    return make
