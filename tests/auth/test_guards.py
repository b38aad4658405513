"""Guards in an app: decorator, middleware, and closed by default."""

import functools
import re

import pytest

from growler import App, Router, routerclass
from growler.router import GuardOrderError
from growler_ext.auth import AuthWiringError
from growler_ext.session import Session

PAGE = {"Accept": "text/html,*/*;q=0.8"}
ALICE = {"username": "alice", "password": "correct horse"}
BOB = {"username": "bob", "password": "battery staple"}
CHALLENGE = ['Cookie realm="session", login="/login"']


@pytest.fixture
def auth(make_auth):
    return make_auth()


@pytest.fixture
def client(serve, make_app, auth):
    app = make_app(auth)

    @app.get("/me")
    @auth.require()
    def me(req, res):
        res.send_text(req.user.id)

    @app.get("/slow")
    @auth.require()
    async def slow(req, res):
        res.send_text(req.user.id)

    @app.all("/write")
    @auth.require("write")
    def write(req, res):
        res.send_text("written")

    app.use(auth.require("admin"), path="/admin")
    app.get("/admin/users", lambda req, res: res.send_text("users"))

    @app.get("/broken")
    @auth.require("write")
    def broken(req, res):
        res.send_text("open")

    return serve(app)


def log_in(client, form):
    assert client.post("/auth/login", form=form).status == 200


def test_a_browser_without_login_is_sent_to_the_page(client):
    for path in ("/me", "/slow", "/write", "/admin", "/admin/users", "/admin/no/such"):
        reply = client.get(path + "?a=1&b=2", headers=PAGE)
        assert reply.status == 303
        assert reply.headers["location"] == f"/login?next={path}%3Fa%3D1%26b%3D2"
        assert reply.headers["cache-control"] == "no-store"


def test_a_program_without_login_gets_401_with_a_challenge(client):
    for headers in (
        {},
        {"Accept": "*/*"},
        {"Accept": "application/json"},
        PAGE | {"Sec-Fetch-Mode": "cors"},
        PAGE | {"X-Requested-With": "XMLHttpRequest"},
    ):
        reply = client.get("/me", headers=headers)
        assert (reply.status, reply.getall("www-authenticate")) == (401, CHALLENGE)
        assert reply.json()["detail"] == "Log in first."


def test_what_changes_something_does_not_come_back_after_login(client):
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        reply = client.request(method, "/write", headers=PAGE)
        assert (reply.status, reply.headers["location"]) == (303, "/login")


METHODS = ("GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE")


def statuses(client, path):
    return [client.request(method, path).status for method in METHODS]


def test_every_method_is_guarded_alike(client):
    assert statuses(client, "/write") == statuses(client, "/admin/users") == [401] * len(METHODS)
    log_in(client, BOB)
    assert statuses(client, "/write") == statuses(client, "/admin/users") == [403] * len(METHODS)
    log_in(client, ALICE)
    assert statuses(client, "/write") == [200] * len(METHODS)


def test_head_and_options_of_a_route_for_get_are_guarded(client):
    assert client.head("/me").status == 401
    assert client.request("OPTIONS", "/admin/users").status == 401


def test_who_is_logged_in_passes(client):
    log_in(client, BOB)
    assert client.get("/me").text == "bob"
    assert client.get("/slow").text == "bob"


def test_who_lacks_a_permission_gets_403_and_no_login_page(client):
    log_in(client, BOB)
    for headers in (PAGE, {}):
        reply = client.get("/admin/users", headers=headers)
        assert reply.status == 403
        assert "location" not in reply.headers


def test_all_permissions_are_needed(serve, make_app, auth):
    app = make_app(auth)
    app.get("/both", auth.require("write", "audit")(lambda req, res: res.send_text("both")))
    client = serve(app)
    log_in(client, ALICE)
    assert client.get("/both").status == 403


def test_guards_on_guards_all_count(serve, make_app, auth):
    app = make_app(auth)
    for path, outer, inner in (("/one", "audit", "write"), ("/other", "write", "audit")):
        app.get(path, auth.require(outer)(auth.require(inner)(lambda req, res: res.send_text("both"))))
    app.get("/public", auth.public(auth.require("audit")(lambda req, res: res.send_text("both"))))
    client = serve(app)
    log_in(client, ALICE)
    assert [client.get(path).status for path in ("/one", "/other", "/public")] == [403, 403, 403]


def test_an_object_can_be_guarded(serve, make_app, auth):
    class Page:
        handler = _admit = _wanted = None

        def __init__(self):
            self.handler = self._admit = self._wanted = None

        def __call__(self, req, res):
            res.send_text("page")

    app = make_app(auth)
    app.get("/object", auth.require("audit")(Page()))
    app.get("/partial", auth.require("write")(functools.partial(Page.__call__, Page())))
    client = serve(app)
    assert client.get("/object").status == 401
    log_in(client, ALICE)
    assert client.get("/object").status == 403
    assert client.get("/partial").text == "page"


def test_the_path_a_browser_wanted_is_where_it_comes_out(client):
    login = client.get("/me?x=%2F%2Fe", headers=PAGE).headers["location"]
    page = client.get(login, headers=PAGE).text
    assert 'name="next" value="/me?x=%2F%2Fe"' in page


def test_a_path_that_reads_as_another_site_is_not_handed_on(serve, make_app, make_auth):
    client = serve(make_app(make_auth(default="required")))
    for target in ("//evil.example", "//evil.example/..", "/\\evil.example"):
        reply = client.get(target, headers=PAGE)
        assert (reply.status, reply.headers["location"]) == (303, "/login")


def test_a_guard_above_the_route_is_an_error_where_it_is_written(make_app, auth):
    app = make_app(auth)
    with pytest.raises(GuardOrderError, match=r"put @auth\.require\(\.\.\.\) directly above the function"):

        @auth.require("admin")
        @app.get("/wrong")
        def wrong(req, res):
            res.send_text("open")


def test_a_guard_above_another_decorator_and_the_route_is_an_error_too(make_app, auth):
    app = make_app(auth)

    def other(handler):
        @functools.wraps(handler)
        def wrapped(req, res):
            return handler(req, res)

        return wrapped

    with pytest.raises(GuardOrderError, match="was registered by"):
        auth.require()(other(app.get("/wrong")(lambda req, res: res.send_text("open"))))


def test_one_handler_may_be_open_here_and_guarded_there(serve, make_app, auth):
    app = make_app(auth)

    def handler(req, res):
        res.send_text("here")

    app.get("/open", handler)
    app.get("/closed", auth.require()(handler))
    app.get("/twice", auth.require()(auth.require("write")(handler)))
    client = serve(app)
    assert [client.get(path).status for path in ("/open", "/closed", "/twice")] == [200, 401, 401]


def test_a_guard_without_auth_is_closed_and_names_the_fix(serve, auth, caplog):
    app = App()
    app.get("/", auth.require()(lambda req, res: res.send_text("open")))
    assert serve(app).get("/").status == 500
    assert "app.use(Auth(...)) before this handler" in caplog.text


def test_auth_without_a_session_is_closed_and_names_the_fix(serve, auth, caplog):
    app = App()
    app.use(auth)
    app.get("/", lambda req, res: res.send_text("open"))
    assert serve(app).get("/").status == 500
    assert "app.use(Session()) before this handler" in caplog.text


def test_a_session_that_cannot_change_its_id_is_refused(serve, make_app, auth, caplog):
    def session(req, res):
        req.session = {}

    assert serve(make_app(auth, session)).get("/").status == 500
    assert (
        "req.session has no regenerate and no destroy: Auth needs a session whose id can change"
        in caplog.text
    )


def test_a_session_behind_auth_names_the_fix(auth):
    app = App()
    app.use(auth)
    app.use(Session())
    with pytest.raises(
        ValueError, match=r"Session stands behind Auth.*app\.use\(Session\(\.\.\.\)\) comes first"
    ):
        app.wire()


def test_a_second_session_may_stand_behind_auth(serve, auth):
    app = App()
    app.use(Session())
    app.use(auth)
    app.use("/shop", Session(name="shop"))
    assert serve(app).get("/shop").status == 404


def test_auth_below_a_path_names_the_fix(auth):
    app = App()
    app.use("/site", auth)
    with pytest.raises(
        AuthWiringError, match=re.escape('app.use(auth), and to move them Auth(..., prefix="/there/auth"')
    ):
        app.wire()


def test_permissions_that_cannot_be_read_close_the_door(client, users):
    log_in(client, ALICE)
    users.change("alice", permissions=5)
    assert client.get("/broken").status == 500


def test_a_guarded_method_of_a_routerclass(serve, make_app, auth):
    @routerclass
    class Blog:
        @auth.require()
        def get_drafts(self, req, res):
            """/drafts"""
            res.send_text(req.user.id)

    app = make_app(auth)
    app.use("/blog", Blog())
    client = serve(app)
    assert client.get("/blog/drafts").status == 401
    log_in(client, BOB)
    assert client.get("/blog/drafts").text == "bob"


def test_a_guard_for_a_whole_router(serve, make_app, auth):
    app, router = make_app(auth), Router()
    router.use(auth.require("admin"))
    router.get("/x", lambda req, res: res.send_text("x"))
    app.use("/part", router)
    client = serve(app)
    assert client.get("/part/x").status == 401
    assert client.get("/").status == 200
    log_in(client, ALICE)
    assert client.get("/part/x").text == "x"
