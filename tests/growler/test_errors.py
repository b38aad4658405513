"""What becomes of an error: status, page, log; which error handlers see it."""

from __future__ import annotations

import logging

import pytest

from growler import App, HTTPError, Router
from growler.http.errors import HTTPErrorForbidden, HTTPErrorNotFound


def boom(req, res):
    raise RuntimeError("<secret>")


async def boom_later(req, res):
    raise RuntimeError("<secret>")


@pytest.mark.parametrize("handler", [boom, boom_later])
def test_any_error_is_a_500_that_tells_nothing_but_an_id_that_is_in_the_log(serve, handler, caplog):
    app = App()
    app.get("/", handler)
    with caplog.at_level(logging.ERROR, "growler"):
        reply = serve(app).get("/", headers={"Accept": "text/html"})
    assert reply.status == 500
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    (record,) = caplog.records
    incident = record.getMessage().partition("[")[2].rstrip("]")
    assert incident
    assert incident in reply.text


def test_development_shows_the_traceback_escaped(serve):
    app = App(debug=True)
    app.get("/", boom)
    reply = serve(app).get("/", headers={"Accept": "text/html"})
    assert "RuntimeError: &lt;secret&gt;" in reply.text


def test_development_has_to_be_asked_for(monkeypatch):
    assert not App().in_development
    monkeypatch.setenv("GROWLER_ENV", "development")
    assert App().in_development


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_raised_http_error_becomes_its_status(serve, asynchronous):
    def refuse(req, res):
        raise HTTPErrorForbidden("not you", headers={"X-Why": "because"})

    async def refuse_later(req, res):
        refuse(req, res)

    app = App()
    app.get("/", refuse_later if asynchronous else refuse)
    reply = serve(app).get("/")
    assert (reply.status, reply.headers["x-why"]) == (403, "because")
    assert reply.text == "403 Forbidden\nnot you\n"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "text/plain; charset=utf-8"),
        ("image/png", "text/plain; charset=utf-8"),
    ],
)
def test_error_pages_come_in_the_form_that_is_accepted(serve, accept, kind):
    reply = serve(App()).get("/<script>", headers={"Accept": accept})
    assert (reply.status, reply.headers["content-type"], reply.headers["vary"]) == (404, kind, "Accept")
    assert "<script>" not in reply.text


def test_error_handlers_behind_the_failing_step_run_in_order_and_sub_routers_first(serve):
    seen = []

    def note(name, answer=False):
        def handler(req, res, error):
            seen.append((name, type(error).__name__))
            if answer:
                res.send_text(name, 418)

        return handler

    router = Router()
    router.get("/x", boom)
    router.use(note("router's"))
    app = App()
    app.use(note("before"))
    app.use("/r", router)
    app.use(lambda req, res: seen.append("ordinary"))
    app.use(note("first"))
    app.use(note("second", answer=True))
    app.use(note("third"))
    reply = serve(app).get("/r/x")
    assert (reply.status, reply.text) == (418, "second")
    assert seen == [(name, "RuntimeError") for name in ("router's", "first", "second")]


def test_an_error_handler_that_raises_passes_its_own_error_on(serve):
    app = App()
    app.get("/", boom_later)

    @app.use
    async def first(req, res, error):
        raise HTTPErrorNotFound("as if it were not there") from error

    @app.use
    def second(req, res, error):
        res.send_text(type(error).__name__, 400)

    assert serve(app).get("/").text == "HTTPErrorNotFound"


def test_an_error_after_the_answer_was_decided_replaces_it(serve):
    def decide_and_fail(req, res):
        res.headers["X-Leak"] = "1"
        res.send_text("ok")
        boom(req, res)

    app = App()
    app.get("/", decide_and_fail)
    reply = serve(app).get("/")
    assert reply.status == 500
    assert "x-leak" not in reply.headers


def test_a_second_answer_is_an_error(serve):
    app = App()

    @app.get("/")
    def twice(req, res):
        res.send_text("one")
        res.send_text("two")

    assert serve(app).get("/").status == 500


def test_http_errors_are_found_by_code_and_phrase():
    assert HTTPError[404] is HTTPErrorNotFound
    assert HTTPError["Not Found"] is HTTPErrorNotFound
    assert HTTPError.get_from_code(403) is HTTPErrorForbidden
    with pytest.raises(KeyError, match="no HTTP error 200"):
        HTTPError[200]
    with pytest.raises(ValueError, match="400 to 599"):
        HTTPError("x", code=302)


def test_an_attribute_of_an_extension_that_was_not_used_names_the_fix():
    from growler.testing import TestClient

    app = App()
    found = {}

    @app.get("/")
    def look(req, res):
        assert not hasattr(req, "session")
        for owner, name in (
            (req, "session"),
            (req, "cookies"),
            (req, "user"),
            (res, "cookies"),
            (res, "render"),
        ):
            try:
                getattr(owner, name)
            except AttributeError as error:
                found[name] = str(error)
        res.send(204)

    with TestClient(app) as client:
        client.get("/")
    assert found["session"].startswith(
        "req.session comes from Session: app.use(Session()) before this handler"
    )
    assert 'app.use(Renderer("views/"))' in found["render"]
