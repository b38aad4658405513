"""A CancelledError that is not the end of the request is a failure like any other: logged, and answered with 500."""

from __future__ import annotations

import asyncio

import pytest

from growler import App
from growler.http.sse import event_stream
from support.raw import Raw, get
from support.servers import Running


async def waits_for_a_cancelled_task(req, res):
    task = asyncio.ensure_future(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    await task


async def at_once(req, res):
    raise asyncio.CancelledError


def without_waiting(req, res):
    raise asyncio.CancelledError


def in_a_hook(req, res):
    res.on("headers", lambda: without_waiting(req, res))
    res.send_text("decided")


def in_a_hook_that_waits(req, res):
    res.on("headers", lambda: waits_for_a_cancelled_task(req, res))
    res.send_text("decided")


FAILING = [waits_for_a_cancelled_task, at_once, without_waiting, in_a_hook, in_a_hook_that_waits]


@pytest.mark.parametrize("handler", FAILING, ids=lambda handler: handler.__name__)
def test_what_was_waited_for_was_cancelled_and_not_the_request(serve_live, caplog, handler):
    app = App()
    app.get("/", handler)
    client = serve_live(app)
    for _ in range(2):  # the first wakes the connection's task
        assert client.get("/").status == 500
    assert "something that was waited for was cancelled" in caplog.text


def test_an_error_handler_is_asked(serve_live):
    app = App()
    app.get("/", at_once)

    @app.use
    def answers(req, res, error):
        res.send_text(f"{type(error).__name__} of {type(error.__cause__).__name__}")

    @app.use
    def is_not_asked_first(req, res, error):
        pytest.fail("the first has answered")

    assert serve_live(app).get("/").text == "AwaitedCancelledError of CancelledError"


def test_an_error_handler_that_fails_so_passes_it_on(serve_live):
    app = App()
    app.get("/", lambda req, res: 1 / 0)
    app.use(lambda req, res, error: without_waiting(req, res))

    @app.use
    def answers(req, res, error):
        res.send_text(type(error).__name__)

    assert serve_live(app).get("/").text == "AwaitedCancelledError"


def test_hooks_behind_an_answer_all_run(serve_live, caplog):
    app, ran = App(), []

    @app.get("/")
    def index(req, res):
        res.on("after_send", lambda: ran.append("last"))
        res.on("after_send", lambda: waits_for_a_cancelled_task(req, res))
        res.on("after_send", lambda: without_waiting(req, res))
        res.send_text("hello")

    client = serve_live(app)
    assert [client.get("/").text for _ in range(2)] == ["hello"] * 2
    assert client.get("/nothing").status == 404, "by then the hooks before are done"
    assert ran == ["last"] * 2
    assert caplog.text.count("a hook for after_send failed") == 4


def test_a_stream_of_events_ends_with_it():
    async def events():
        yield "one"
        raise asyncio.CancelledError

    async def run():
        stream = event_stream(events(), heartbeat=None)
        assert await anext(stream) == b"data: one\n\n"
        with pytest.raises(RuntimeError, match="was cancelled"):
            await anext(stream)

    asyncio.run(run())


def test_a_stream_closes_the_connection_and_says_why(native, caplog):
    app = App()

    @app.get("/")
    def index(req, res):
        async def pieces():
            yield b"one"
            raise asyncio.CancelledError

        res.stream(pieces())

    with Running(native, app) as port, Raw(port) as raw:
        raw.send(get())
        assert raw.read_until_closed().endswith(b"3\r\none\r\n")
    assert "something that was waited for was cancelled" in caplog.text


@pytest.mark.parametrize("waits", [False, True])
def test_a_generator_that_is_told_to_go_closes_the_connection_instead_of_holding_it(native, waits, caplog):
    app = App()

    @app.get("/")
    async def index(req, res):
        if waits:
            await asyncio.sleep(0)
        raise GeneratorExit

    with Running(native, app) as port:
        for _ in range(2):
            with Raw(port) as raw:
                raw.send(get())
                assert raw.is_closed()
    assert caplog.text.count("answering a request failed") == 2
