"""`default="required"`: closed but for what is public."""

import re

import pytest

from growler.router import GuardOrderError
from growler_ext.auth import AuthWiringError

PAGE = {"Accept": "text/html,*/*;q=0.8"}
ALICE = {"username": "alice", "password": "correct horse"}


@pytest.fixture
def auth(make_auth):
    return make_auth(default="required")


@pytest.fixture
def app(make_app, auth):
    app = make_app(auth)

    @app.get("/about")
    @auth.public
    def about(req, res):
        res.send_text(f"about, {req.user.id if req.user else 'nobody'}")

    @app.get("/news")
    @auth.public
    async def news(req, res):
        res.send_text("news")

    return app


@pytest.fixture
def client(serve, app):
    return serve(app)


def test_everything_is_closed(client):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        for path in ("/", "/info", "/basket/pear", "/no/such/page", "/auth/other", "/about/x"):
            assert client.request(method, path).status == 401


def test_a_browser_is_sent_to_the_page(client):
    assert client.get("/info", headers=PAGE).headers["location"] == "/login?next=/info"


def test_public_routes_are_open(client):
    assert client.get("/about").text == "about, nobody"
    assert client.get("/news").text == "news"
    assert client.head("/about").status == 200


def test_the_login_is_open_and_opens_the_rest(client):
    assert client.get("/login", headers=PAGE).status == 200
    assert client.post("/auth/login", form=ALICE).status == 200
    assert client.get("/").text == "alice"
    assert client.get("/about").text == "about, alice"
    assert client.get("/no/such/page").status == 404
    assert client.post("/auth/logout").status == 204
    assert client.get("/").status == 401


def test_a_method_without_a_route_is_closed_on_a_public_path(client):
    assert client.post("/about").status == 401


def test_a_public_route_that_answers_nothing_does_not_open_the_next_one(serve, app, auth):
    @app.get("/maybe")
    @auth.public
    def maybe(req, res):
        pass

    @app.get("/maybe")
    @auth.public
    async def maybe_later(req, res):
        pass

    app.get("/maybe", lambda req, res: res.send_text("secret"))
    client = serve(app)
    assert client.get("/maybe").status == 401
    client.post("/auth/login", form=ALICE)
    assert client.get("/maybe").text == "secret"


def test_a_closed_route_in_front_keeps_a_public_one_closed(serve, app, auth):
    app.get("/:page", lambda req, res: res.send_text("page"))
    app.get("/late", auth.public(lambda req, res: res.send_text("late")))
    assert serve(app).get("/late").status == 401


def test_a_public_decorator_above_the_route_is_an_error(app, auth):
    with pytest.raises(GuardOrderError, match=r"put @auth\.public directly above the function"):
        auth.public(app.get("/wrong")(lambda req, res: res.send_text("open")))


def test_a_public_middleware_names_the_fix(app, auth):
    app.use(auth.public(lambda req, res: res.send_text("file")))
    with pytest.raises(AuthWiringError, match=re.escape("stands before app.use(auth)")):
        app.wire()


def test_routes_in_front_of_auth_are_not_its_business(serve, make_auth):
    from growler import App

    app = App()
    app.get("/health", lambda req, res: res.send_text("well"))
    app.use(make_auth(default="required"))
    assert serve(app).get("/health").text == "well"


def test_an_own_login_page_is_open(serve, app, auth):
    app.get("/login", lambda req, res: res.send_html("<h1>Ours</h1>" + auth.login_form(req)))
    reply = serve(app).get("/login", headers=PAGE)
    assert reply.status == 200
    assert reply.text.startswith("<h1>Ours</h1>")


def test_a_public_method_of_a_routerclass(serve, app, auth):
    from growler import routerclass

    @routerclass
    class Site:
        @auth.public
        def get_terms(self, req, res):
            """/terms"""
            res.send_text("terms")

    app.use("/site", Site())
    assert serve(app).get("/site/terms").text == "terms"
