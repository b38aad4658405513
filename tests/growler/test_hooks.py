"""Hooks run before the first byte, last added first, and can still change everything."""

from __future__ import annotations

import asyncio

import pytest

from growler import App, HTTPError


def hooked(*hooks, answer=lambda res: res.send_text("ok"), name="headers"):
    app = App()

    @app.use
    def add(req, res):
        for hook in hooks:
            res.on(name, lambda hook=hook: hook(res))

    @app.get("/")
    async def handler(req, res):
        result = answer(res)
        if result is not None:
            await result

    return app


async def stream():
    yield b"ok"


ANSWERS = {
    "text": lambda res: res.send_text("ok"),
    "stream": lambda res: res.stream(stream()),
    "write": lambda res: res.write("ok"),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("name", ["headers", "before_headers"])
def test_hooks_sync_and_async_run_last_added_first_and_once(serve, answer, name):
    seen = []

    async def later(res):
        await asyncio.sleep(0)
        seen.append("async")
        res.headers["X-Hook"] = "1"

    app = hooked(lambda res: seen.append("first added"), later, lambda res: seen.append("last added"),
                 answer=ANSWERS[answer], name=name)  # fmt: skip
    reply = serve(app).get("/")
    assert (reply.status, reply.body, reply.headers["x-hook"]) == (200, b"ok", "1")
    assert seen == ["last added", "async", "first added"]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_hook_can_turn_the_answer_into_an_error_and_later_hooks_still_run(serve, answer, asynchronous):
    def refuse(res):
        raise HTTPError[503]("the store is away")

    async def refuse_later(res):
        await asyncio.sleep(0)
        refuse(res)

    def cookies(res):
        res.headers["X-After"] = "1"

    app = hooked(cookies, refuse_later if asynchronous else refuse, answer=ANSWERS[answer])
    reply = serve(app).get("/")
    assert (reply.status, reply.headers["x-after"]) == (503, "1")
    assert reply.text == "503 Service Unavailable\nthe store is away\n"


def test_hooks_run_for_errors_too(serve):
    app = hooked(lambda res: res.set("X-Hook", "1"), answer=lambda res: 1 / 0)
    reply = serve(app).get("/")
    assert (reply.status, reply.headers["x-hook"]) == (500, "1")


def test_a_hook_may_change_the_body(serve):
    def shorten(res):
        res.body = res.body[:1]

    reply = serve(hooked(shorten)).get("/")
    assert (reply.text, reply.headers["content-length"]) == ("o", "1")


@pytest.mark.parametrize("answer", ANSWERS)
def test_after_send_runs_when_the_answer_has_left_and_its_errors_are_only_logged(serve, answer, caplog):
    seen = []

    def note(res):
        seen.append(res.has_started)
        raise RuntimeError("too late to matter")

    app = hooked(note, answer=ANSWERS[answer], name="after_send")
    client = serve(app)
    assert client.get("/").text == "ok"
    assert client.get("/").text == "ok"
    assert seen[:1] == [True]
    assert "too late to matter" in caplog.text


def test_an_unknown_hook_name_is_refused(serve):
    app = App()
    app.get("/", lambda req, res: res.on("afterwards", print))
    assert serve(app).get("/").status == 500


def test_old_growlers_way_to_the_hooks(serve):
    app = App()

    @app.use
    def old(req, res):
        res.events.on("headers", lambda: res.set("X-Old", "1"))
        res.send("x")

    assert serve(app).get("/").headers["x-old"] == "1"


def test_a_hook_may_be_added_by_a_decorator(serve):
    app = App()

    @app.get("/")
    def handler(req, res):
        @res.on("headers")
        def mark():
            res.set("X-Mark", "1")

        res.send_text("ok")

    assert serve(app).get("/").headers["x-mark"] == "1"
