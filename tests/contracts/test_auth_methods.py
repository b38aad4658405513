"""The contract of AuthMethod, for every method there is and for one as somebody else may write it.

The second half shows what Auth makes of each outcome, by methods that give just that one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.auth import (
    NOT_MINE,
    Accepted,
    Auth,
    AuthWiringError,
    Challenge,
    FailedLogin,
    MemoryUsers,
    Password,
    PasswordHasher,
    Rejected,
    Route,
)

TOKENS = {"alice-token": "alice", "gone-token": "gone"}


@dataclass
class Token:
    """`Authorization: Token <token>`, the method that somebody else wrote."""

    name: str = "token"
    challenge: str | None = 'Token realm="test"'
    asked: list[str] = field(default_factory=list)

    def wire(self, services):
        self.users = services.users
        return [] if self.users is not None else ["Token needs the users: Auth(Token(), users=...)"]

    def authenticate(self, req):
        self.asked.append(req.path)
        scheme, _, token = (req.get("authorization") or "").partition(" ")
        if scheme.lower() != "token":
            return NOT_MINE
        user = self.users.get(TOKENS.get(token, ""))
        return Rejected("unknown token") if user is None else Accepted(user)

    def routes(self):
        return []

    def form(self, prefix, next_url, failed):
        return ""


class SlowToken(Token):
    """The same, asking somewhere that has to be waited for."""

    def authenticate(self, req):
        outcome = super().authenticate(req)

        async def later():
            return outcome

        return later()


METHODS = {
    "password": lambda: Password(hasher=PasswordHasher(memory_kib=8, rounds=1)),
    "token": Token,
    "slow token": lambda: SlowToken(),
}


def services(users):
    """What Auth hands to its methods."""
    return (
        Auth(Token(), users=users or MemoryUsers(), secret="s" * 32)._services
        if users
        else replace(Auth(Token(), users=MemoryUsers(), secret="s" * 32)._services, users=None)
    )


@pytest.fixture
def users() -> MemoryUsers:
    users = MemoryUsers(hasher=PasswordHasher(memory_kib=8, rounds=1))
    users.add("alice", password="correct horse")
    return users


@pytest.fixture(params=METHODS)
def method(request, users):
    method = METHODS[request.param]()
    assert list(method.wire(services(users))) == []
    return method


def test_it_has_a_name_that_can_be_stored(method):
    assert re.fullmatch(r"[a-z0-9_-]+", method.name)


def test_its_challenge_is_a_scheme_or_nothing(method):
    assert method.challenge is None or re.match(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+( |$)", method.challenge)


@pytest.mark.parametrize("kind", METHODS)
def test_without_the_users_it_needs_it_says_so_in_sentences(kind):
    mistakes = METHODS[kind]().wire(services(None))
    assert all(len(mistake.split()) > 3 for mistake in mistakes)
    assert not isinstance(mistakes, str)


def test_a_request_without_its_credential_is_not_its(method):
    outcomes = []

    async def ask(req, res):
        outcome = method.authenticate(req)
        outcomes.append(await outcome if hasattr(outcome, "__await__") else outcome)
        res.send_text("asked")

    app = App()
    app.get("/", ask)
    with TestClient(app) as client:
        client.get("/")
        client.get("/", headers={"Authorization": "Other x", "Cookie": "a=b"})
    assert outcomes == [NOT_MINE, NOT_MINE]


def test_its_routes_are_addresses_below_the_prefix(method):
    routes = list(method.routes())
    assert all(re.fullmatch(r"(/[a-z0-9._~-]+)+", route.path) for route in routes)
    assert all(route.verb in ("GET", "POST") and callable(route.handler) for route in routes)
    assert len({(route.verb, route.path) for route in routes}) == len(routes)


def test_its_form_escapes_what_it_is_given(method):
    hostile = "/\"'><b>&"
    html = method.form("/auth", hostile, FailedLogin(hostile, hostile))
    assert "<b>" not in html
    assert not html or "&quot;" in html


def test_its_form_posts_to_its_routes(method):
    html = method.form("/auth", "/", None)
    posted = re.findall(r'action="([^"]*)"', html)
    assert set(posted) <= {"/auth" + route.path for route in method.routes() if route.verb == "POST"}


# What Auth makes of each outcome


def app_with(*methods, users, **options) -> App:
    app = App()
    app.use(lambda req, res: setattr(req, "session", NoSession()))
    app.use(Auth(*methods, users=users, **options))

    @app.get("/")
    def who(req, res):
        res.send_text(f"{req.user.id} by {req.auth.method}" if req.user else "nobody")

    return app


class NoSession(dict):
    def regenerate(self, *, clear=False): ...

    def destroy(self): ...


@pytest.mark.parametrize("make", [Token, SlowToken])
def test_accepted_is_the_user_of_this_request_alone(serve, users, make):
    client = serve(app_with(make(), users=users))
    reply = client.get("/", headers={"Authorization": "Token alice-token"})
    assert (reply.text, reply.headers["cache-control"]) == ("alice by token", "no-store")
    assert client.get("/").text == "nobody"


def test_a_method_of_header_fields_needs_no_session(serve, users):
    app = App()
    app.use(Auth(Token(), users=users))
    app.get("/", lambda req, res: res.send_text(req.user.id))
    assert serve(app).get("/", headers={"Authorization": "Token alice-token"}).text == "alice"
    assert serve(app).get("/login").status == 404


@pytest.mark.parametrize("make", [Token, SlowToken])
def test_rejected_is_401_and_no_other_method_is_asked(serve, users, make):
    second = Token(name="second", challenge='Second realm="test"')
    reply = serve(app_with(make(), second, users=users)).get("/", headers={"Authorization": "Token forged"})
    assert reply.status == 401
    assert reply.getall("www-authenticate") == ['Token realm="test"', 'Second realm="test"']
    assert "unknown token" not in reply.text
    assert second.asked == []


@pytest.mark.parametrize("make", [Token, SlowToken])
def test_a_bad_credential_does_not_fall_through_to_a_good_session(serve, users, make):
    class Remembered(NoSession):
        def get(self, key, default=None):
            return {"user": "alice", "method": "password", "at": 1, "version": 0}

    app = App()
    app.use(lambda req, res: setattr(req, "session", Remembered()))
    app.use(Auth(make(), METHODS["password"](), users=users))
    app.get("/", lambda req, res: res.send_text(req.user.id))
    client = serve(app)
    assert client.get("/").text == "alice"
    assert client.get("/", headers={"Authorization": "Token forged"}).status == 401


@pytest.mark.parametrize("make", [Token, SlowToken])
def test_not_mine_asks_the_next_one(serve, users, make):
    second = Token(name="second")
    client = serve(app_with(make(), second, users=users))
    assert client.get("/").text == "nobody"
    assert second.asked == ["/"]


def test_a_locked_user_is_rejected_whatever_the_method_says(serve, users):
    users.change("alice", active=False)
    client = serve(app_with(Token(), users=users))
    assert client.get("/", headers={"Authorization": "Token alice-token"}).status == 401


class Fixed(Token):
    """Answers everything with one outcome, on requests and on its route."""

    def __init__(self, outcome):
        super().__init__()
        self.outcome = outcome

    def authenticate(self, req):
        return self.outcome if req.path == "/" else NOT_MINE

    def routes(self):
        return [Route("GET", "/there", lambda req: self.outcome)]


def test_a_challenge_is_401_with_just_that_challenge(serve, users):
    client = serve(app_with(Fixed(Challenge("Negotiate abc")), users=users))
    for path in ("/", "/auth/there"):
        reply = client.get(path)
        assert (reply.status, reply.getall("www-authenticate")) == (401, ["Negotiate abc"])


def test_not_mine_on_a_route_leaves_the_request_to_the_app(serve, users):
    app = app_with(Fixed(NOT_MINE), users=users)
    app.get("/auth/there", lambda req, res: res.send_text("the app's"))
    assert serve(app).get("/auth/there").text == "the app's"


def test_accepted_on_a_route_logs_in(serve, users):
    method = Fixed(Accepted(users.get("alice")))
    assert serve(app_with(method, users=users)).get("/auth/there").json() == {"user": "alice", "next": "/"}


def test_any_other_outcome_is_an_error_and_not_open(serve, users):
    client = serve(app_with(Fixed(None), users=users))
    assert client.get("/").status == 500
    assert client.get("/auth/there").status == 500


def test_a_401_without_any_challenge_is_refused_at_wiring(users):
    with pytest.raises(AuthWiringError, match="give one a `challenge`"):
        Auth(Token(challenge=None), users=users)


@pytest.mark.parametrize("kind", ["token", "slow token"])
def test_its_mistakes_are_reported_at_wiring(kind):
    with pytest.raises(AuthWiringError, match="Token needs the users"):
        Auth(METHODS[kind]())
