"""Which handlers run for a request, in which order, and what they see of its path."""

from __future__ import annotations

import re

import pytest

from growler import App, HTTPMethod, Router, routerclass, routerify
from growler.testing import TestClient


def tell(name):
    """A middleware that notes that it ran."""

    def middleware(req, res):
        req.ran = [*getattr(req, "ran", []), name]

    return middleware


def show(req, res):
    res.send_json(
        {"ran": getattr(req, "ran", []), "path": req.path, "base": req.base_url, "params": dict(req.params)}
    )


def test_order_of_registration_is_kept_across_use_and_routes(serve):
    app = App()
    app.get("/", tell("r1"))
    app.use(tell("m1"))
    app.get("/", tell("r2"))
    app.use(show)
    app.use(tell("never"))
    assert serve(app).get("/").json()["ran"] == ["r1", "m1", "r2"]


def test_a_chain_of_sync_and_async_handlers_stops_at_the_first_answer(serve):
    app = App()
    app.use(tell("a"))

    @app.use
    async def waits(req, res):
        tell("b")(req, res)

    app.use(tell("c"))
    app.get("/", show)
    app.get("/", lambda req, res: pytest.fail("the response had ended"))
    assert serve(app).get("/").json()["ran"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("pattern", "target", "params"),
    [
        ("/blog/:id", "/blog/7", {"id": "7"}),
        ("/blog/:id", "/blog/7/", {"id": "7"}),
        ("/blog/:id", "/blog/a%2Fb%20c", {"id": "a/b c"}),
        ("/blog/:id", "/blog/%C3%A9", {"id": "é"}),
        ("/blog/:year/:mo/:day", "/blog/2015/8/2", {"year": "2015", "mo": "8", "day": "2"}),
        ("/a b", "/a%20b", {}),
        ("/blog/:id", "/blog", None),
        ("/blog/:id", "/blog/", None),
        ("/blog/:id", "/blog/1/2", None),
        ("/blog/:id", "/blog//", None),
        ("/blog", "//blog", None),
        (re.compile(r"/foo/\d+"), "/foo/12", {}),
        (re.compile(r"/foo/\d+"), "/foo/12/", {}),
        (re.compile(r"/foo/\d+"), "/foo/12x", None),
    ],
)
def test_routes_match_the_whole_path(pattern, target, params):
    from growler.testing import TestClient

    app = App()
    app.get(pattern, show)
    with TestClient(app) as client:
        reply = client.get(target)
    assert (reply.json()["params"] if reply.status == 200 else None) == params


def test_literal_and_parameter_routes_both_run_in_order(serve):
    app = App()
    app.get("/u/:name", tell("param"))
    app.get("/u/me", tell("literal"))
    app.use(show)
    client = serve(app)
    assert client.get("/u/me").json()["ran"] == ["param", "literal"]
    assert client.get("/u/you").json()["ran"] == ["param"]


@pytest.mark.parametrize(
    ("target", "runs"), [("/aba", True), ("/aba/", True), ("/aba/a", True), ("/abaa", False), ("/ab", False)]
)
def test_middleware_matches_a_prefix_at_a_slash(serve, target, runs):
    app = App()
    app.use(tell("m"), "/aba")
    app.use(show)
    assert (serve(app).get(target).json()["ran"] == ["m"]) is runs


@pytest.mark.parametrize(
    "order", ["path first", "path last", "path keyword", "decorator", "decorator with keyword"]
)
def test_both_argument_orders_of_use_and_every_decorator_form(serve, order):
    app = App()
    match order:
        case "path first":
            app.use("/m", show)
        case "path last":
            app.use(show, "/m")
        case "path keyword":
            app.use(show, path="/m")
        case "decorator":
            app.use("/m")(show)
        case _:
            app.use(path="/m")(show)
    client = serve(app)
    assert client.get("/m/x").json() == {"ran": [], "path": "/x", "base": "/m", "params": {}}
    assert client.get("/").status == 404


def test_the_mount_path_is_stripped_and_comes_back(serve):
    app = App()
    app.use("/a/:b", lambda req, res: setattr(req, "inside", [req.path, req.base_url, req.params["b"]]))

    @app.use
    def after(req, res):
        res.send_json([*req.inside, req.path, req.base_url, req.original_url, req.raw_path.decode()])

    got = serve(app).get("/a/%62c/x%20y/?q=1").json()
    assert got == ["/x y/", "/a/%62c", "bc", "/a/bc/x y/", "", "/a/%62c/x%20y/?q=1", "/a/%62c/x%20y/"]


def test_a_mounted_router_answers_below_its_mount_and_at_it(serve):
    inner = Router()
    inner.get("/", show)
    inner.get("/list/:page", show)
    inner.use(tell("inner"))
    inner.get("/deep", show)
    outer = Router()
    outer.use("/inner", inner)
    app = App()
    app.use("/outer/:who", outer)
    client = serve(app)
    assert client.get("/outer/me/inner").json()["base"] == "/outer/me/inner"
    assert client.get("/outer/me/inner/").json()["path"] == "/"
    got = client.get("/outer/me/inner/list/2").json()
    assert (got["path"], got["params"]) == ("/list/2", {"who": "me", "page": "2"})
    assert client.get("/outer/me/inner/deep").json()["ran"] == ["inner"]
    assert client.get("/outer/me").status == 404


def test_routes_added_to_a_mounted_router_later_are_found(serve):
    router = Router()
    app = App()
    app.use("/r", router)
    client = serve(app)
    assert client.get("/r/new").status == 404
    router.get("/new", show)
    assert client.get("/r/new").status == 200


def test_a_method_mask_limits_middleware(serve):
    app = App()
    app.use(tell("writes"), "/", HTTPMethod.POST | HTTPMethod.PUT)
    app.use(show)
    client = serve(app)
    assert client.get("/").json()["ran"] == []
    assert client.post("/").json()["ran"] == ["writes"]


def test_head_is_answered_by_get_routes_without_a_body(serve):
    app = App()
    app.get("/", lambda req, res: res.send_text("0123456789"))
    reply = serve(app).head("/")
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "10")


def test_405_names_the_methods_and_options_answers_them(serve):
    app = App()
    app.get("/x", show)
    app.delete("/x", show)
    client = serve(app)
    refused = client.post("/x")
    assert (refused.status, refused.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS")
    asked = client.request("OPTIONS", "/x")
    assert (asked.status, asked.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS")
    assert client.post("/y").status == 404


def test_a_method_nobody_knows_is_501():
    from growler.testing import TestClient

    app = App()
    app.get("/", show)
    with TestClient(app) as client:
        assert client.request("BREW", "/").status == 501


@pytest.mark.parametrize("handler_is_async", [False, True])
def test_handle_404_can_be_assigned(serve, handler_is_async):
    async def later(req, res):
        res.send_text("nothing here")

    app = App()
    app.handle_404 = later if handler_is_async else (lambda req, res: res.send_text("nothing here"))
    reply = serve(app).get("/x")
    assert (reply.status, reply.text) == (404, "nothing here")


class Blog:
    """Three routes and a method that is none."""

    def get_index(self, req, res):
        """/
        Get the root blog page
        """
        res.send_text("index")

    def get_post_by_id(self, req, res):
        """/:id"""
        res.send_text("post " + req.params["id"])

    def get_posts_by_date(self, req, res):
        """/:year/:mo/:day"""
        res.send_text("on {year}-{mo}-{day}".format(**req.params))

    def get_nothing(self):
        """Not a route: this docstring begins with a word."""


@pytest.mark.parametrize("make", [lambda: routerify(Blog()), lambda: routerclass(type("B", (Blog,), {}))()])
def test_objects_become_routers(serve, make):
    app = App()
    app.use("/blog", make())
    client = serve(app)
    texts = [client.get(t).text for t in ("/blog", "/blog/7", "/blog/2015/08/02")]
    assert texts == ["index", "post 7", "on 2015-08-02"]


WRONG = {
    "no slash": (lambda app: app.get("x", show), ValueError, "write '/x' for 'x'"),
    "query": (lambda app: app.get("/x?y", show), ValueError, "req.query"),
    "twice": (lambda app: app.get("/:a/:a", show), ValueError, "stands twice"),
    "slashes": (lambda app: app.get("/a//b", show), ValueError, "two slashes"),
    "bad name": (lambda app: app.get("/:1", show), ValueError, "no parameter"),
    "not callable": (lambda app: app.use("/x", 7), TypeError, "cannot be called"),
    "a class": (lambda app: app.use(Blog), TypeError, "use an instance"),
    "next": (lambda app: app.use(lambda a, b, c, d: None), TypeError, "there is no `next`"),
    "next, of three": (lambda app: app.use(lambda req, res, next: None), TypeError, "there is no `next`"),
    "one argument": (lambda app: app.get("/", lambda req: None), TypeError, "takes (req, res)"),
    "itself": (lambda app: app.router.use(app.router), ValueError, "below itself"),
}


def test_a_route_added_later_below_a_mount_is_checked_too():
    router = Router()
    app = App()
    app.use("/:id", router)
    with pytest.raises(ValueError, match="stands twice"):
        router.get("/:id", show)


@pytest.mark.parametrize("case", WRONG)
def test_wiring_mistakes_are_told_at_once(case):
    act, error, words = WRONG[case]
    with pytest.raises(error, match=re.escape(words)):
        act(App())


def test_no_plan_is_kept_per_path():
    """A client must not be able to fill memory by asking for many paths."""
    app = App()
    app.get("/u/:id", show)
    app.use(show)
    with TestClient(app) as client:
        for number in range(700):
            client.get(f"/u/{number}")
            client.get(f"/other/{number}/{number}")
    assert len(app._table._plans) < 20
    assert len(app._table._recent) == 1400 - 1024


def test_a_path_that_was_asked_for_before_is_routed_as_the_first_time():
    app = App()
    app.use("/files/closed", lambda req, res: res.send_text("closed", 403))
    app.use("/files", lambda req, res: res.send_text(req.path))
    app.get("/u/:id", lambda req, res: res.send_text(req.params["id"]))
    app.put("/u/:id", lambda req, res: res.send_text("put " + req.params["id"]))
    expected = {
        "/u/1": "1", "/u/a%20b": "a b", "/u/2/": "2", "/files/open/../closed/x": "closed", "/files/a/./b": "/a/b",
        "/u/" + "x" * 300: "x" * 300,
    }  # fmt: skip
    with TestClient(app) as client:
        for _ in range(3):
            assert {path: client.get(path).text for path in expected} == expected
            assert client.request("PUT", "/u/1").text == "put 1"
            assert client.request("DELETE", "/u/1").status == 405
            assert client.request("PURGE", "/u/1").status == 501
    assert [*app._table._recent] == [b"/u/1", b"/u/a%20b", b"/u/2/"]  # no long ones, and none with dots
