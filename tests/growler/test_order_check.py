"""A guard above `@app.get` raises, and every decorator that takes the name of a route stops the app."""

from __future__ import annotations

import functools
import importlib
import re

import pytest

from growler import App, Router
from growler.router import GuardOrderError, guarding
from growler.testing import TestClient


def guard(handler):
    guarding(handler, "@guard")

    @functools.wraps(handler)
    def guarded(req, res):
        res.send_text("closed", 403)

    return guarded


def answer(req, res):
    res.send_text("open")


def deep(function):
    @functools.wraps(function)
    def logged(req, res):
        return function(req, res)

    return logged


@pytest.mark.parametrize("make", [App, Router])
def test_a_guard_above_the_route_raises_where_it_stands_and_names_function_and_fix(make):
    wiring = make()
    with pytest.raises(GuardOrderError) as caught:

        @guard
        @wiring.get("/secret")
        def secret(req, res): ...

    message = str(caught.value)
    assert "secret was registered by @app.get('/secret') before @guard was put around it" in message
    assert "put @guard directly above the function and @app.get('/secret') above that" in message


def test_a_guard_below_the_route_guards(serve):
    app = App()

    @app.get("/secret")
    @guard
    def secret(req, res): ...

    assert serve(app).get("/secret").status == 403


@pytest.mark.parametrize(
    "register",
    [
        lambda app: app.all("/x"),
        lambda app: app.delete(re.compile("/x")),
        lambda app: app.use("/x"),
        lambda app: app.use(path="/x"),
        lambda app: app.use,
    ],
)
def test_every_decorator_of_an_app_is_noted(register):
    decorate = register(App())
    with pytest.raises(GuardOrderError):
        guard(decorate(lambda req, res: None))


def test_a_guard_above_other_decorators_and_the_route_raises_too():
    app = App()
    with pytest.raises(GuardOrderError):

        @guard
        @deep
        @app.get("/x")
        def x(req, res): ...


def test_a_guard_between_two_routes_raises_for_the_lower_one():
    app = App()
    with pytest.raises(GuardOrderError, match=r"@app\.get\('/lower'\)"):

        @app.get("/upper")
        @guard
        @app.get("/lower")
        def x(req, res): ...


def test_a_guard_around_a_guarded_route_raises_too():
    app = App()
    with pytest.raises(GuardOrderError):

        @guard
        @app.get("/x")
        @guard
        def x(req, res): ...


def test_a_function_may_be_open_at_one_path_and_guarded_at_another_by_calls(serve):
    app = App()
    app.get("/open", answer)
    app.get("/closed", guard(answer))
    client = serve(app)
    assert (client.get("/open").status, client.get("/closed").status) == (200, 403)


def test_a_guarded_handler_may_call_an_open_route():
    app = App()

    @app.get("/open")
    def opened(req, res): ...

    @app.get("/closed")
    @guard
    def closed(req, res):
        opened(req, res)


def test_what_can_be_no_key_is_let_through():
    class Unhashable:
        __hash__ = None

        def __call__(self, req, res): ...

    guarding(App().get("/x")(Unhashable()), "@guard")


MODULE = """
import functools
from growler import App
app = App()

def plain(handler):          # knows nothing of `guarding`, and does without functools.wraps
    def guarded(req, res):
        handler(req, res)
    return guarded

def wrapped(handler):
    return functools.wraps(handler)(plain(handler))
"""
ABOVE = """
@{}
@app.get("/secret")
def secret(req, res):
    res.send_text("open")
"""
BETWEEN = """
@app.get("/first")
@plain
@app.get("/second")
def both(req, res):
    res.send_text("meant")

@app.get("/below")
@plain
def below(req, res):
    res.send_text("guarded")

class Pages:
    @staticmethod
    @app.get("/page")
    def page(req, res):
        res.send_text("page")
"""


@pytest.fixture
def load(tmp_path, monkeypatch, request):
    monkeypatch.syspath_prepend(tmp_path)

    def load(text):
        name = f"order_{abs(hash(request.node.name))}"
        (tmp_path / f"{name}.py").write_text(text)
        return importlib.import_module(name).app

    return load


@pytest.mark.parametrize("decorator", ["plain", "wrapped"])
def test_the_app_does_not_start_with_any_decorator_above_a_route_of_a_module(load, decorator):
    app = load(MODULE + ABOVE.format(decorator))
    with pytest.raises(GuardOrderError, match=r"^secret was registered"):
        TestClient(app).__enter__()


def test_every_request_fails_where_nobody_has_started_the_app(load, caplog):
    client = TestClient(load(MODULE + ABOVE.format("plain")))
    for _ in range(2):
        assert client.get("/secret").status == 500
    assert "secret was registered by @app.get('/secret')" in caplog.text
    client.__exit__(None, None, None)


def test_what_was_meant_starts(load):
    with TestClient(load(MODULE + BETWEEN)) as client:
        assert [client.get(path).text for path in ("/first", "/second", "/below", "/page")] == [
            "meant",
            "meant",
            "guarded",
            "page",
        ]
