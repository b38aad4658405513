"""Fixtures for every test: `serve` runs one test body over every adapter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from growler import App
from growler.testing import TestClient
from growler.testing.client import Client
from support.clients import LiveClient
from support.redis_groups import running_cluster, running_sentinel
from support.redis_server import RedisServer, find_binary
from support.servers import Running


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI everything has to be there: a run with a skipped test has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped") and not exitstatus:
        reporter.write_line("CI must not skip tests (see the summary)", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# How long an example takes says something of the machine and nothing of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

Serve = Callable[[App], Client]

ADAPTERS = ("memory", "native", "uvicorn")


@pytest.fixture(params=ADAPTERS)
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """`client = serve(app)`: the app in memory, on the native server, and under uvicorn."""
    with ExitStack() as stack:
        yield lambda app: open_client(stack, request.param, app)


@pytest.fixture(params=["native", "native-uvloop", "uvicorn", "hypercorn"])
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


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a real Redis server that is there for the whole run."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    with RedisServer(find_binary()) as server:
        yield server.url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis server of the test's own, which it may kill and start again."""
    with RedisServer(find_binary()) as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RedisServer]]:
    """The three masters of a Redis Cluster."""
    with running_cluster(find_binary(), tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def redis_sentinel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RedisServer, ...]]:
    """A master, its replica, and the Sentinel that calls them "mymaster"."""
    with running_sentinel(find_binary(), tmp_path_factory.mktemp("sentinel")) as servers:
        yield servers
