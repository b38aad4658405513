"""A chain goes on after a handler that waits: places, parameters and errors are what they are in a plain one."""

from __future__ import annotations

import re

import pytest

from growler import App, Router


async def wait(req, res):
    """Passes on, but has to be waited for."""


def test_places_behind_a_handler_that_waits_are_those_of_each_handler(serve):
    app, shop = App(), Router()
    app.use(wait)

    @shop.use
    async def here(req, res):
        res.locals["here"] = req.base_url + " " + req.path

    @shop.get("/things/:id")
    async def thing(req, res):
        res.send_text(f"{res.locals['here']} {req.params['id']}")

    app.use("/shop", shop)
    assert serve(app).get("/shop/things/7").text == "/shop /things/7 7"


def test_nothing_runs_behind_an_answer_that_was_waited_for(serve):
    app, ran = App(), []

    @app.use
    async def answers(req, res):
        res.send_text("first")

    app.use(lambda req, res: ran.append("second"))
    assert serve(app).get("/").text == "first"
    assert ran == []


def test_an_error_handler_below_a_mount_sees_the_path_as_its_routes_do(serve):
    app, shop = App(), Router()
    shop.get("/things/:id", lambda req, res: 1 / 0)

    @shop.use
    def on_error(req, res, error):
        res.send_text(f"{type(error).__name__} {req.base_url} {req.path}", 500)

    app.use("/shop", shop)
    assert serve(app).get("/shop/things/7").text == "ZeroDivisionError /shop /things/7"


def test_an_error_handler_answers_in_place_of_what_was_decided(serve):
    app = App()

    @app.get("/")
    def decides_and_fails(req, res):
        res.headers["X-Leak"] = "1"
        res.send_text("meant well")
        raise RuntimeError

    @app.use
    def on_error(req, res, error):
        res.send_text("instead", 503)

    reply = serve(app).get("/")
    assert (reply.status, reply.text, "x-leak" in reply.headers) == (503, "instead", False)


@pytest.mark.parametrize("handler", [wait, lambda req, res: None], ids=["async", "sync"])
def test_a_handle_404_that_says_nothing_leaves_the_status_alone(serve, handler):
    app = App()
    app.handle_404 = handler
    reply = serve(app).get("/x")
    assert (reply.status, reply.body) == (404, b"")


def test_two_hooks_that_wait_run_one_after_the_other(serve):
    app, order = App(), []

    @app.get("/")
    def page(req, res):
        for name in ("first added", "last added"):

            async def hook(name=name):
                await wait(req, res)
                order.append(name)

            res.on("headers", hook)
            res.on("after_send", hook)
        res.send_text("hello")

    assert serve(app).get("/").text == "hello"
    assert order[:2] == ["last added", "first added"]


def test_a_literal_and_a_parameter_that_lead_on_are_both_asked(serve):
    app = App()
    app.get("/users/me/name", lambda req, res: res.send_text("mine"))
    app.get("/users/:id/age", lambda req, res: res.send_text(f"of {req.params['id']}"))
    client = serve(app)
    asked = ["/users/me/name", "/users/me/age", "/users/you/age", "/users/you/name"]
    assert [client.get(target).status for target in asked] == [200, 200, 200, 404]
    assert client.get("/users/me/age").text == "of me"


def test_a_percent_sign_in_a_route_is_asked_for_in_its_encoded_form(serve):
    app = App()
    app.get("/100%", lambda req, res: res.send_text("all of it"))
    client = serve(app)
    assert client.get("/100%25").text == "all of it"
    assert client.get("/100").status == 404


def test_a_router_cannot_be_mounted_at_a_regex():
    router = Router()
    router.get("/", wait)
    with pytest.raises(ValueError, match="cannot be mounted at a regex"):
        App().use(re.compile("/a+"), router)
