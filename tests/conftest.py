"""Fixtures for every test: `serve` runs one test body over every adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from growler import App
from growler.testing import TestClient
from support.clients import LiveClient
from support.servers import Running

Client = TestClient | LiveClient
Serve = Callable[[App], Client]

ADAPTERS = ("memory", "native", "uvicorn")


@pytest.fixture(params=ADAPTERS)
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """`client = serve(app)`: the app in memory, on the native server, and under uvicorn."""
    with ExitStack() as stack:
        yield lambda app: open_client(stack, request.param, app)


@pytest.fixture(params=[name for name in ADAPTERS if name != "memory"])
def serve_live(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """`serve` over real sockets only."""
    with ExitStack() as stack:
        yield lambda app: open_client(stack, request.param, app)


def open_client(stack: ExitStack, adapter: str, app: App) -> Client:
    if adapter == "memory":
        return stack.enter_context(TestClient(app))
    client = LiveClient(stack.enter_context(Running(adapter, app)))
    stack.callback(client.close)
    return client
