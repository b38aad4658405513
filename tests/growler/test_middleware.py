"""Logger and ResponseTime."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager, redirect_stderr

import pytest

from growler import App
from growler.middleware import Logger, ResponseTime
from growler.testing import TestClient


def test_logger_logs_every_answer_without_its_query(serve, caplog):
    app = App()
    app.use(Logger())
    app.get("/a", lambda req, res: res.send_text("x"))
    client = serve(app)
    with caplog.at_level(logging.INFO, "growler.access"):
        client.get("/a?token=secret")
        client.get("/%0d%0aforged")
        client.get("/a")  # live servers log after sending: this one's answer proves the lines before it
    lines = [record.getMessage() for record in caplog.records if record.name == "growler.access"][:2]
    assert [line.rpartition(" ")[0] for line in lines] == [
        "127.0.0.1 GET /a 200",
        "127.0.0.1 GET /%0d%0aforged 404",
    ]


@pytest.fixture
def memory():
    """`client = memory(app)`: without a socket."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(TestClient(app))


def test_logger_escapes_what_a_terminal_would_obey(memory, caplog):
    app = App()
    app.use(Logger())
    client = memory(app)
    with caplog.at_level(logging.INFO, "growler.access"):
        client.send("GET", b"/\x9b2J", [(b"host", b"x")], b"")
        client.get("/")
    assert "GET /\\x9b2J 404" in caplog.text


def test_logger_alone_writes_to_standard_error():
    program = """
from growler import App
from growler.middleware import Logger
from growler.testing import TestClient
app = App()
app.use(Logger())
with TestClient(app) as client:
    client.get("/x")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.startswith("127.0.0.1 GET /x 404 ")
    assert done.stderr.count("\n") == 1


class Writes(io.StringIO):
    """Standard error that counts."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def write(self, text):
        self.count += 1
        return super().write(text)


@contextmanager
def standard_error(monkeypatch):
    """Standard error while no logging is configured: pytest has handlers at the root."""
    monkeypatch.setattr(logging.getLogger("growler.access"), "propagate", False)
    with redirect_stderr(Writes()) as stderr:
        yield stderr


def test_logger_writes_the_lines_of_one_turn_of_the_loop_together(memory, monkeypatch):
    app = App()
    app.use(Logger())
    client = memory(app)

    async def three():
        await asyncio.gather(*(client.request_async("GET", f"/{number}") for number in range(3)))
        await asyncio.sleep(0)

    with standard_error(monkeypatch) as stderr:
        asyncio.run(three())
    assert [line.split()[2] for line in stderr.getvalue().splitlines()] == ["/0", "/1", "/2"]
    assert stderr.count == 1


def test_logger_goes_on_where_a_loop_was_stopped_before_it_could_write(memory, monkeypatch):
    app = App()
    app.use(Logger())
    app.get("/stop", lambda req, res: (asyncio.get_running_loop().stop(), res.send_text("x"))[1])
    client = memory(app)
    with standard_error(monkeypatch) as stderr:
        with closing(asyncio.new_event_loop()) as loop:
            task = loop.create_task(client.request_async("GET", "/stop"))
            loop.run_forever()
            assert task.done()
        assert stderr.count == 0
        client.get("/later")
        client.get("/")
    assert [line.split()[2] for line in stderr.getvalue().splitlines()[:2]] == ["/stop", "/later"]


def test_logger_keeps_the_time_of_each_answer_and_obeys_the_level(memory, caplog):
    app = App()
    app.use(Logger())
    client = memory(app)
    with caplog.at_level(logging.WARNING, "growler.access"):
        client.get("/quiet")
        client.get("/quiet")
    with caplog.at_level(logging.INFO, "growler.access"):
        before = time.time()
        client.get("/told")
        after = time.time()
        client.get("/")
    [record] = [record for record in caplog.records if "/told" in record.getMessage()]
    assert before <= record.created <= after
    assert caplog.text.count("/quiet") <= 1  # the last of them may be written with those that are wanted


@pytest.mark.parametrize("answer", ["text", "write", "error"])
def test_response_time_sets_its_header(serve, answer):
    app = App()
    app.use(ResponseTime())

    @app.get("/")
    async def handler(req, res):
        if answer == "error":
            raise RuntimeError
        if answer == "write":
            await res.write("x")
        else:
            res.send_text("x")

    value = serve(app).get("/").headers["x-response-time"]
    assert value.endswith("ms")
    assert 0 < float(value.removesuffix("ms")) < 20_000


def test_response_time_measures_what_stands_behind_it(serve):
    app = App()
    app.use(ResponseTime(units="s", suffix=False))

    @app.get("/")
    def slow(req, res):
        end = time.perf_counter() + 0.05
        while time.perf_counter() < end:
            pass
        res.send_text("x")

    assert 0.05 <= float(serve(app).get("/").headers["x-response-time"]) < 20


@pytest.mark.parametrize(
    ("options", "seconds", "text"),
    [({}, 0.042, "42.0"), ({"digits": 5}, 0.0422384132, "42.23841"), ({"units": "us"}, 0.1, "100000.0"),
     ({"digits": 5, "units": "s"}, 0.0422384132, "0.04224"), ({"digits": 0}, 0.0015, "2.0")],
)  # fmt: skip
def test_response_time_rounds_in_its_unit(options, seconds, text):
    assert ResponseTime(**options).format_timediff(seconds) == text


@pytest.mark.parametrize(("clobber", "value"), [(False, "mine"), (True, None)])
def test_response_time_replaces_a_header_only_when_told(serve, clobber, value):
    app = App()
    app.use(ResponseTime(header="X-Took", clobber_header=clobber))
    app.get("/", lambda req, res: (res.set("X-Took", "mine"), res.send_text("x"))[1])
    took = serve(app).get("/").headers["x-took"]
    assert took == value if value else took.endswith("ms")


def test_response_time_logs_to_the_logger_it_got(memory, caplog):
    app = App()
    app.use(ResponseTime(log=logging.getLogger("timing")))
    with caplog.at_level(logging.INFO, "timing"):
        reply = memory(app).get("/x")
    assert f"GET b'/x' took {reply.headers['x-response-time']}" in caplog.text


def test_response_time_tells_all_wiring_mistakes_at_once():
    with pytest.raises(ValueError, match="digits=-1") as caught:
        ResponseTime(digits=-1, units="h", header="X Time")
    assert "units='h': one of s, ms, us" in str(caught.value)
    assert "'X Time' is no header name" in str(caught.value)


def test_extensions_are_found_under_their_old_names():
    from growler import ext, middleware

    assert middleware.Session is ext.Session
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        _ = middleware.Nope
