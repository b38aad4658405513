"""What else becomes of logins: remembered, fresh, told of, ended everywhere, and made by the application itself."""

from __future__ import annotations

import pytest

from growler_ext.auth import Auth, Identity, IdentityConflict, Proved, Route
from growler_ext.session import Session
from growler_ext.session.stores.cookie import CookieStore

ALICE = {"username": "alice", "password": "correct horse"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def session():
    return Session()


def session_line(reply) -> str:
    [line] = [line for line in reply.getall("set-cookie") if line.startswith("sid=")]
    return line


def test_a_login_ends_with_the_browser_unless_it_shall_be_remembered(serve, make_app, make_auth, session):
    client = serve(make_app(make_auth(), session))
    assert "Max-Age" not in session_line(client.post("/auth/login", form=ALICE))
    assert "Max-Age" in session_line(client.post("/auth/login", form={**ALICE, "remember": "yes"}))


def test_a_remembered_login_ends_at_its_time(serve, make_app, make_auth, session):
    # A record is kept in whole seconds: this one has ended when it is read.
    client = serve(make_app(make_auth(remember=1e-9), session))
    client.post("/auth/login", form={**ALICE, "remember": "yes"})
    assert client.get("/").text == "nobody"


def test_fresh_asks_again(serve, make_app, make_auth, session):
    auth = make_auth(fresh=1e-9)
    app = make_app(auth, session)

    @app.get("/order")
    @auth.require(fresh=True)
    def order(req, res):
        res.send_text("ordered")

    @app.get("/look")
    @auth.require(fresh=3600)
    def look(req, res):
        res.send_text("looked")

    client = serve(app)
    client.post("/auth/login", form=ALICE)
    assert client.get("/look").text == "looked"
    reply = client.get("/order", headers=PAGE)
    assert (reply.status, reply.headers["location"]) == (303, "/login?next=/order")
    assert client.get("/order").status == 401


def test_methods_asks_for_one_of_those(serve, make_app, make_auth, session, users):
    auth = make_auth()
    app = make_app(auth, session)

    @app.get("/by-hand")
    @auth.require(methods=["password"])
    def by_hand(req, res):
        res.send_text("by password")

    @app.get("/in")
    async def let_in(req, res):
        await auth.login(req, users.get("alice"), method="custom", amr=["sms"])
        res.send_json({"user": req.user.id, "method": req.auth.method})

    client = serve(app)
    assert client.get("/in").json() == {"user": "alice", "method": "custom"}
    assert client.get("/info").json()["method"] == "custom"
    assert client.get("/by-hand").status == 401
    client.post("/auth/login", form=ALICE)
    assert client.get("/by-hand").text == "by password"


def test_an_unknown_method_is_refused_where_it_is_written(make_auth):
    with pytest.raises(ValueError, match="Auth has no method pasword"):
        make_auth().require(methods=["pasword"])


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_check_of_the_application_decides_at_last(serve, make_app, make_auth, session, asynchronous):
    def check(req):
        return req.params["owner"] == req.user.id

    async def check_later(req):
        return check(req)

    auth = make_auth()
    app = make_app(auth, session)

    @app.get("/things/:owner")
    @auth.require(check=check_later if asynchronous else check)
    def thing(req, res):
        res.send_text("yours")

    client = serve(app)
    assert client.get("/things/alice").status == 401
    client.post("/auth/login", form=ALICE)
    assert client.get("/things/alice").text == "yours"
    assert client.get("/things/bob").status == 403


@pytest.mark.parametrize(
    "made", [lambda: None, lambda: Session(CookieStore("s" * 32))], ids=["plain", "cookie"]
)
def test_where_nobody_knows_all_sessions_nobody_says_they_were_ended(
    serve, make_app, make_auth, made, caplog
):
    client = serve(make_app(make_auth(), made()))
    client.post("/auth/login", form=ALICE)
    assert client.post("/auth/logout", form={"everywhere": "yes"}).status == 501
    assert "cannot be ended all at once" in caplog.text
    assert client.get("/").text == "alice"
    assert client.post("/auth/logout").status == 204
    assert client.get("/").text == "nobody"


def test_logging_out_everywhere_ends_the_other_browser_too(serve, make_app, make_auth, session):
    client = serve(make_app(make_auth(), session))
    client.post("/auth/login", form=ALICE)
    other = dict(client.cookies)
    client.cookies.clear()
    client.post("/auth/login", form=ALICE)
    client.post("/auth/logout", form={"everywhere": "yes"})
    assert client.get("/").text == "nobody"
    client.cookies.update(other)
    assert client.get("/").text == "nobody"


def test_the_application_ends_all_but_this_one(serve, make_app, make_auth, session):
    auth = make_auth()
    app = make_app(auth, session)

    @app.post("/password")
    async def change(req, res):
        ended = await auth.revoke(req.app, req.user.id, keep=req.session)
        res.send_json({"ended": ended})

    client = serve(app)
    client.post("/auth/login", form=ALICE)
    other = dict(client.cookies)
    client.cookies.clear()
    client.post("/auth/login", form=ALICE)
    assert client.post("/password").json() == {"ended": 1}
    assert client.get("/").text == "alice"
    client.cookies.clear()
    client.cookies.update(other)
    assert client.get("/").text == "nobody"


def test_what_happens_is_told(serve, make_app, make_auth, session):
    auth = make_auth()
    told = []
    for name in ("login", "login_failed", "logout"):
        auth.on(name, told.append)

    @auth.on("login")
    async def later(event):
        told.append("later")

    client = serve(make_app(auth, session))
    client.post("/auth/login", form={**ALICE, "password": "wrong"})
    client.post("/auth/login", form=ALICE)
    client.post("/auth/logout")
    failed, in_, later_, out = told
    assert (failed.name, failed.method, failed.login, failed.reason) == (
        "login_failed", "password", "alice", "wrong password",
    )  # fmt: skip
    assert (in_.name, in_.user.id, later_, out.name, out.user.id) == (
        "login",
        "alice",
        "later",
        "logout",
        "alice",
    )
    assert "alice" not in repr(failed), "what was typed as a name may be a password"


def test_a_listener_that_fails_changes_nothing(serve, make_app, make_auth, session, caplog):
    auth = make_auth()
    auth.on("login", lambda event: 1 / 0)
    client = serve(make_app(auth, session))
    assert client.post("/auth/login", form=ALICE).status == 200
    assert "a listener of the event login failed" in caplog.text


def test_an_unknown_event_is_refused(make_auth):
    with pytest.raises(ValueError, match="there is no event 'logn', but login, login_failed"):
        make_auth().on("logn")


class Vouching:
    """A method by somebody else: no base class, only a name and routes."""

    name = "op"

    def __init__(self, outcome):
        self.outcome = outcome

    def routes(self):
        return [Route("GET", "/op", lambda req: self.outcome, cross_site=True)]


ERIN = Identity("https://op.example", "1", "erin@example.org", True)


def vouched(serve, make_app, make_auth, users, session, find):
    users.identity = find
    auth = Auth(Vouching(Proved(ERIN, ("fed",), next_url="/info", keep={"sid": "5"})), users=users)
    told = []
    for name in ("identity_conflict", "login_failed"):
        auth.on(name, told.append)
    return serve(make_app(auth, session)), told


def test_an_identity_becomes_the_user_that_the_directory_says(serve, make_app, make_auth, users, session):
    seen = []

    async def find(who):
        seen.append(who)
        return users.get("bob")

    client, told = vouched(serve, make_app, make_auth, users, session, find)
    assert client.get("/auth/op").json() == {"user": "bob", "next": "/info"}
    assert client.get("/info").json()["method"] == "op"
    assert (seen, told) == ([ERIN], [])


def test_an_identity_of_nobody_is_refused(serve, make_app, make_auth, users, session):
    client, told = vouched(serve, make_app, make_auth, users, session, lambda who: None)
    reply = client.get("/auth/op", headers=PAGE)
    assert reply.status == 401
    assert "There is no account for you here." in reply.text
    assert [event.reason for event in told] == ["no user of this identity"]


def test_an_unproved_address_links_nothing_and_is_told(serve, make_app, make_auth, users, session):
    def find(who):
        raise IdentityConflict(users.get("bob"))

    client, told = vouched(serve, make_app, make_auth, users, session, find)
    assert client.get("/auth/op").status == 401
    assert client.get("/").text == "nobody"
    assert [(event.name, event.user and event.user.id) for event in told] == [
        ("identity_conflict", "bob"),
        ("login_failed", None),
    ]
