"""Small things that a handler may ask of a request and say to a response."""

from __future__ import annotations

import asyncio

import pytest

from growler import App, Limits
from growler.http.body import FileBody
from growler.http.response import ResponseEnded


def told(serve, say, **options):
    """What a handler that waits says of its request."""
    app = App("Corner")

    @app.post("/:id")
    async def page(req, res):
        res.send_json(await say(req, res))

    return serve(app).post("/seven?a=1&b=%C3%A9", **options).json()


def test_a_request_knows_where_and_for_whom_it_runs(serve):
    async def say(req, res):
        return [
            req.loop is asyncio.get_running_loop(),
            req.log is req.app.log,
            req.peercert,
            req.query_string,
        ]

    assert told(serve, say) == [True, True, None, "a=1&b=%C3%A9"]


def test_the_repr_of_a_request_is_short_and_shows_no_query(serve):
    async def say(req, res):
        return repr(req)

    assert told(serve, say) == "<Request POST b'/seven'>"


@pytest.mark.parametrize(
    ("body", "status", "text"), [("grün".encode(), 200, "grün"), (b"\xff", 400, "the body is not UTF-8")]
)
def test_text_is_utf_8_or_refused(serve, body, status, text):
    app = App()

    @app.post("/")
    async def page(req, res):
        res.send_text(await req.text())

    reply = serve(app).post("/", body=body)
    assert reply.status == status
    assert text in reply.text


def test_a_declared_length_that_no_machine_could_hold_is_refused_before_it_is_read(serve):
    app = App(limits=Limits(max_body=10))

    @app.post("/")
    async def page(req, res):
        res.send_text(await req.text())

    assert serve(app).post("/", body=b"x" * 11).status == 413


@pytest.mark.parametrize("status", [100, 199, 1000])
def test_a_status_that_ends_no_answer_is_refused(serve, status):
    app, errors = App(), []

    @app.get("/")
    def page(req, res):
        with pytest.raises(ValueError, match="no status of an answer") as caught:
            res.send_text("x", status)
        errors.append(caught.value)
        res.send_text(f"{res.status_code} {res.phrase}")

    assert serve(app).get("/").text == "200 OK"
    assert len(errors) == 1


def test_a_write_after_a_decision_is_a_second_answer(serve):
    app = App()

    @app.get("/")
    async def page(req, res):
        res.send_text("decided")
        with pytest.raises(ResponseEnded, match="decided already"):
            await res.write("more")

    assert serve(app).get("/").text == "decided"


def test_a_file_that_is_a_second_answer_is_not_left_open(serve, tmp_path, monkeypatch):
    path = tmp_path / "data.txt"
    path.write_text("content")
    opened = []
    monkeypatch.setattr(
        "growler.http.answers.FileBody",
        lambda file, offset, count: opened.append(file) or FileBody(file, offset, count),
    )
    app = App()

    @app.get("/")
    def page(req, res):
        res.send_text("decided")
        with pytest.raises(ResponseEnded):
            res.send_file(path)

    assert serve(app).get("/").text == "decided"
    assert [file.closed for file in opened] == [True]


@pytest.mark.parametrize("heartbeat", [0, -1, float("nan")])
def test_a_heartbeat_takes_time(serve, heartbeat):
    async def events():
        yield "never"

    app = App()

    @app.get("/")
    def page(req, res):
        with pytest.raises(ValueError, match="more than 0, or None"):
            res.sse(events(), heartbeat=heartbeat)
        res.send_text("refused")

    assert serve(app).get("/").text == "refused"


def test_links_and_types_travel_as_they_were_said(serve):
    app = App()

    @app.get("/")
    def page(req, res):
        res.links({"/2": "next", "/9": "last"})
        res.set_type("text/troff")
        res.send_text(".TH")

    reply = serve(app).get("/")
    assert reply.headers["link"] == '</2>; rel="next", </9>; rel="last"'
    assert reply.headers["content-type"] == "text/troff"


def test_old_events_reach_the_hooks_that_a_response_has_not_got_yet(serve):
    app, seen = App(), []

    @app.get("/")
    def page(req, res):
        res.events.on("headers", lambda: seen.append(repr(res)))
        res.send_text("hello")

    assert serve(app).get("/").text == "hello"
    assert seen == ["<Response 200 ended>"]
