"""What the tests of Auth share: cheap hashes, three users, an app with all of it, a provider and its site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from growler import App
from growler.testing.client import Client
from growler_ext.auth import Auth, AuthMethod, Identity, MemoryUsers, Password, PasswordHasher, User
from growler_ext.auth.testing import PlainSession
from growler_ext.session import Session
from support.idp import Provider
from support.openid_login import BASE
from support.servers import Running


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


@pytest.fixture
def start_provider() -> Iterator[Callable[..., Provider]]:
    """`start_provider("ES256", "/tenant")`: a provider, with a path in its name, that runs until the test is over."""
    with ExitStack() as stack:

        def start(algorithm: str = "RS256", path: str = "") -> Provider:
            provider = Provider(algorithm)
            port = stack.enter_context(Running("native", provider.app))
            provider.issuer = f"http://127.0.0.1:{port}{path}"
            stack.callback(provider.answers.set)  # a test that has failed must not keep the server waiting
            return provider

        yield start


@pytest.fixture
def provider(start_provider: Callable[..., Provider]) -> Provider:
    return start_provider()


@pytest.fixture
def linked_users(users: MemoryUsers) -> MemoryUsers:
    """The users, who log in by providers too: known by issuer and subject, at first by the name in the address."""
    known: dict[tuple[str, str], str] = {}

    def identity(who: Identity) -> User | None:
        name = known.setdefault((who.issuer, who.subject), (who.email or "").partition("@")[0])
        return users.get(name)

    users.identity = identity
    return users


@pytest.fixture
def site_with(serve, make_app, linked_users) -> Callable[..., Client]:
    """`client = site_with(openid(provider))`: a site with these methods; `client.told` has the events of its Auth."""

    def make(*methods: AuthMethod, session: Session | None = None) -> Client:
        auth = Auth(*methods, users=linked_users, secret="s" * 32, base_url=BASE)
        client = serve(make_app(auth, Session() if session is None else session))
        client.auth = auth
        client.told = []
        for name in ("login", "login_failed", "identity_conflict", "provider_error", "token_reuse"):
            auth.on(name, client.told.append)
        return client

    return make
