"""One application gives the same answers whatever serves it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from growler.testing import TestClient
from support.clients import LiveClient
from support.everything_app import app
from support.on_port import free_port
from support.program import wait_for_port
from support.servers import SERVERS, Running

REQUESTS = [
    ("GET", "/text", {}),
    ("HEAD", "/text", {}),
    ("POST", "/text", {}),
    ("OPTIONS", "/text", {}),
    ("BREW", "/text", {}),
    ("GET", "/json/a%2Fb%20%C3%BC?x=1&x=2&y", {}),
    ("GET", "/json/%ff", {}),
    ("GET", "/json/", {}),
    ("GET", "//text", {}),
    ("GET", "/text/../json", {}),
    ("GET", "/%00", {}),
    ("POST", "/echo", {"body": b"x" * 100_000}),
    ("POST", "/echo", {"body": [b"one", b"two"]}),
    ("POST", "/echo", {"body": b""}),
    ("POST", "/form", {"form": {"a": "1 ü", "b": ""}}),
    ("POST", "/form", {"json": {}}),
    ("GET", "/stream", {}),
    ("HEAD", "/stream", {}),
    ("GET", "/cookies", {}),
    (
        "GET",
        "/headers",
        {"headers": [("X-One", "1"), ("X-Two", "a"), ("x-two", "b"), ("Cookie", "c=1; d=2")]},
    ),
    ("GET", "/gone", {"headers": {"Accept": "application/json"}}),
    ("GET", "/late", {"headers": {"Accept": "text/html"}}),
    ("GET", "/nothing", {}),
    ("GET", "/file", {}),
    ("HEAD", "/file", {}),
    ("GET", "/mounted/%C3%BC", {}),
    ("GET", "/mounted/x/", {}),
    ("GET", "/missing", {}),
]

# What each server may add or choose by itself: its name, the time, and how it frames a body.
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding", "keep-alive"}


def answers(connect):
    """What every request is answered; each over a connection of its own, since servers differ in what they keep."""
    for number, (method, target, options) in enumerate(REQUESTS):
        with contextlib.closing(connect()) as client:
            if method == "BREW" and isinstance(client, LiveClient):
                continue  # servers refuse unknown methods in words of their own
            reply = client.request(method, target, **options)
        fields = sorted((n.lower(), v) for n, v in reply.fields if n.lower() not in OF_THE_SERVER)
        yield (number, method, target), (reply.status, fields, reply.body)


class InMemory(TestClient):
    def close(self):
        self._runner.close()


@contextlib.contextmanager
def granian() -> Iterator[int]:
    """A server written in Rust; it only runs as a program."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([*command, "support.everything_app:app"], env=env, stderr=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            wait_for_port(port, process)
            yield port
        finally:
            process.terminate()


@pytest.fixture(params=[*SERVERS, "granian"])
def port(request):
    with granian() if request.param == "granian" else Running(request.param, app) as port:
        yield port


def test_every_server_gives_the_answers_that_the_app_gives_in_memory(port):
    expected = dict(answers(lambda: InMemory(app)))
    seen = dict(answers(lambda: LiveClient(port)))
    for request, answer in seen.items():
        assert (request, answer) == (request, expected[request])
    assert len(seen) == len(REQUESTS) - 1
