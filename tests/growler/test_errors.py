"""What becomes of an error: status, page, log; which error handlers see it."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from growler import App, HTTPError, Router
from growler.http.errors import HTTPErrorForbidden, HTTPErrorNotFound
from growler.testing import TestClient
from support.browser import browser, complaints_of  # noqa: F401 - a fixture, found by its name
from support.servers import Running


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
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/html;q=0.5, application/json", "application/problem+json"),
        ("*/*", "text/plain; charset=utf-8"),
        ("image/png", "text/plain; charset=utf-8"),
    ],
)
def test_error_pages_come_in_the_form_that_is_accepted(serve, accept, kind):
    reply = serve(App()).get("/<script>", headers={"Accept": accept})
    assert (reply.status, reply.headers["content-type"], reply.headers["vary"]) == (404, kind, "Accept")
    assert "<script>" not in reply.text
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_programs_get_a_problem_as_in_rfc_9457(serve, caplog):
    app = App()
    app.get("/refuse", lambda req, res: refuse("not you"))
    app.get("/boom", boom)
    client = serve(app)
    accept = {"Accept": "application/json"}
    assert client.get("/refuse", headers=accept).json() == {
        "title": "Forbidden", "status": 403, "detail": "not you"}  # fmt: skip
    assert client.get("/missing", headers=accept).json() == {"title": "Not Found", "status": 404}
    problem = client.get("/boom", headers=accept).json()
    assert problem.pop("incident") in problem.pop("detail")
    assert problem == {"title": "Internal Server Error", "status": 500}


@pytest.mark.parametrize("accept", ["text/html", "*/*", "image/png"])
def test_an_app_may_have_every_error_as_a_problem_whatever_is_accepted(serve, accept):
    app = App(errors="problem")
    app.get("/refuse", lambda req, res: refuse("not you"))
    app.get("/boom", boom)
    client = serve(app)
    for target, status in (("/refuse", 403), ("/missing", 404), ("/boom", 500)):
        reply = client.get(target, headers={"Accept": accept})
        assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
        assert reply.json()["status"] == status
        assert "vary" not in reply.headers
    assert client.post("/boom", headers={"Accept": accept}).json()["title"] == "Method Not Allowed"


def test_a_form_of_errors_that_is_none_is_refused():
    with pytest.raises(ValueError, match="always RFC 9457"):
        App(errors="xml")


def test_error_handlers_get_404_and_405_where_the_app_asks_for_it(serve):
    """As in Express, where what nobody has answered is no error until a last middleware says so."""
    app = App()
    app.get("/there", lambda req, res: res.send_text("x"))
    app.use(app.handle_response_not_sent)
    app.use(lambda req, res, error: res.send_json({"mine": error.code}, error.code))
    client = serve(app)
    assert client.get("/there").text == "x"
    assert (client.get("/nowhere").status, client.get("/nowhere").json()) == (404, {"mine": 404})
    assert (client.post("/there").status, client.post("/there").json()) == (405, {"mine": 405})
    assert client.options("/there").headers["allow"] == "GET, HEAD, OPTIONS"


def refuse(message):
    raise HTTPErrorForbidden(message)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre></style>",
    "\ud800",
    "a\0b",
    "&amp;",
    "{title}",
]


@pytest.mark.parametrize("development", [False, True])
@pytest.mark.parametrize("message", HOSTILE, ids=ascii)
def test_nothing_in_a_page_is_markup_that_came_from_elsewhere(serve, message, development, monkeypatch):
    # Half a surrogate pair in a captured log could not travel between the processes of a parallel test run.
    monkeypatch.setattr(logging.getLogger("growler"), "disabled", True)
    app = App(debug=development)
    app.get("/refuse", lambda req, res: refuse(message))

    @app.get("/boom")
    def fail(req, res):
        raise RuntimeError(message)

    client = serve(app)
    headers = {"Accept": "text/html", "User-Agent": "<script>alert(2)</script>", "Referer": "{x}"}
    for target, status in (("/refuse", 403), ("/boom?<script>=<script>&{x}", 500)):
        reply = client.get(target, headers=headers)
        assert reply.status == status
        tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", reply.text))
        assert tags <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "small", "p", "code", "b",
                        "details", "summary", "span", "pre", "i", "mark", "table", "tr", "th", "td"}  # fmt: skip
        assert "onerror=alert(1)>" not in reply.text
        assert reply.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


async def look_up(req, res):
    {"known": 1}[req.params["id"]]  # the line that fails


def test_development_shows_the_lines_and_the_request_without_its_secrets(serve):
    app = App(debug=True)
    app.get("/page/:id", look_up)
    reply = serve(app).get(
        "/page/<x>?token=private-1&page=2",
        headers={
            "Accept": "text/html",
            "Authorization": "Bearer private-2",
            "Cookie": "sid=private-3",
            "X-Api-Key": "private-4",
            "X-Plain": "shown-1",
        },
    )
    assert reply.status == 500
    assert "KeyError" in reply.text
    assert "# the line that fails" in reply.text
    assert "<mark>{&quot;known&quot;: 1}[req.params[&quot;id&quot;]]</mark>" in reply.text
    assert "shown-1" in reply.text
    assert "/page/&lt;x&gt;" in reply.text
    assert "private" not in reply.text
    assert "<script" not in reply.text


def test_development_shows_what_led_to_an_error(serve):
    def chain(req, res):
        try:
            try:
                boom(req, res)
            except RuntimeError as error:
                raise ValueError("second") from error
        except ValueError:
            raise LookupError("third")  # noqa: B904 - as it happens

    app = App(debug=True)
    app.get("/", chain)
    client = serve(app)
    page = client.get("/", headers={"Accept": "text/html"}).text
    third, second, first = (
        page.index(word) for word in ("third", "It happened while", "It was raised because")
    )
    assert third < second < first
    problem = client.get("/", headers={"Accept": "application/json"}).json()
    assert problem["traceback"][-1] == "LookupError: third"
    assert client.get("/").text.endswith("LookupError: third\n")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def deep(req, res):
    deep(req, res)


def broken_source(req, res):
    compile("x = = 1", "<made>", "exec")


def grouped(req, res):
    raise ExceptionGroup("two", [ValueError("a"), HTTPErrorNotFound()])


def unspeakable(req, res):
    raise Unspeakable


@pytest.mark.parametrize("development", [False, True])
@pytest.mark.parametrize("handler", [deep, broken_source, grouped, unspeakable])
@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain"])
def test_no_error_is_too_strange_for_a_page(handler, accept, development):
    app = App(debug=development)
    app.get("/", handler)
    with TestClient(app) as client:
        reply = client.get("/", headers={"Accept": accept})
    assert reply.status == 500
    assert len(reply.body) < 200_000
    assert ("Traceback" in reply.text) is development


def test_an_http_error_that_cannot_travel_is_a_500(serve, caplog):
    app = App()

    @app.get("/")
    def wrong(req, res):
        raise HTTPErrorForbidden("x", headers={"X-A": "1\r\nX-B: 2"})

    reply = serve(app).get("/")
    assert reply.status == 500
    assert "x-b" not in reply.headers
    assert "would split the message" in caplog.text


def test_the_answer_to_an_error_keeps_nothing_of_the_content_that_was_meant(serve):
    app = App()

    @app.use
    def cors(req, res):
        res.headers["Access-Control-Allow-Origin"] = "*"

    @app.get("/")
    def image(req, res):
        res.set_type("image/png")
        for name in (
            "Content-Length",
            "Content-Encoding",
            "ETag",
            "Last-Modified",
            "Location",
            "Content-Disposition",
        ):
            res.headers[name] = "1"
        res.headers["Cache-Control"] = "public, max-age=3600"
        refuse("no")

    reply = serve(app).get("/")
    assert reply.text == "403 Forbidden\nno\n"
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert not {"etag", "last-modified", "location", "content-encoding", "content-disposition"} & set(
        reply.headers
    )
    assert reply.headers["content-length"] == str(len(reply.body))


def test_an_http_error_keeps_its_own_fields(serve):
    app = App()

    @app.get("/")
    def gone(req, res):
        raise HTTPError[410](headers={"Cache-Control": "max-age=60"})

    assert serve(app).get("/").headers["cache-control"] == "max-age=60"


def test_an_http_error_out_of_a_task_group_is_its_status(serve):
    app = App()

    @app.get("/:both")
    async def parts(req, res):
        async def fail(error):
            raise error

        async with asyncio.TaskGroup() as group:
            group.create_task(fail(HTTPErrorNotFound("no such part")))
            if req.params["both"] == "both":
                group.create_task(fail(ValueError("a failure of ours")))

    client = serve(app)
    assert (client.get("/one").status, client.get("/one").text) == (404, "404 Not Found\nno such part\n")
    assert client.get("/both").status == 500


@pytest.mark.browser
def test_the_page_is_readable_without_scripts_in_light_and_dark(browser):  # noqa: F811 - the fixture
    app = App(debug=True)
    app.get("/", boom)
    with Running("native", app) as port:
        seen = []
        for scheme in ("light", "dark"):
            for width in (400, 1200):
                context = browser.new_context(
                    color_scheme=scheme, java_script_enabled=False, viewport={"width": width, "height": 800}
                )
                page = context.new_page()
                complaints = complaints_of(page)
                page.goto(f"http://127.0.0.1:{port}/")
                assert page.locator("h1").inner_text().split("\n") == ["RuntimeError", "<secret>"]
                assert page.locator(".failing mark").first.is_visible()
                style = "e => [getComputedStyle(e).backgroundColor, document.documentElement.scrollWidth]"
                background, used = page.locator("body").evaluate(style)
                assert used <= width
                seen.append(background)
                assert [text for text in complaints if "status of 500" not in text] == []
                context.close()
        assert seen[0] == seen[1] != seen[2] == seen[3]


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


def test_an_error_with_a_code_of_its_own_has_its_phrase():
    error = HTTPError("somebody was faster", code=409)
    assert (error.code, error.phrase, error.message) == (409, "Conflict", "somebody was faster")


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
