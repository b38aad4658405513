"""`app.on_startup` and `app.on_shutdown`, under every server and in the test client."""

from __future__ import annotations

import asyncio

import pytest

from growler import App
from growler.testing import TestClient
from support.program import fetch
from support.servers import Running


def running(kind, app):
    return TestClient(app) if kind == "memory" else Running(kind, app)


@pytest.mark.parametrize("kind", ["memory", "native", "native-uvloop", "uvicorn", "hypercorn"])
def test_functions_run_in_order_and_shutdown_in_reverse(kind):
    app = App()
    seen = []

    @app.on_startup
    def first():
        seen.append("first up")

    @app.on_startup
    async def second():
        await asyncio.sleep(0)
        seen.append("second up")

    @app.on_shutdown
    def last():
        seen.append("first down")

    app.on_shutdown(app.on_shutdown(lambda: seen.append("twice down")))
    app.get("/", lambda req, res: res.send_json(seen))
    with running(kind, app) as served:
        if kind == "memory":
            assert served.get("/").json() == ["first up", "second up"]
        else:
            assert fetch(f"http://127.0.0.1:{served}/") == '["first up","second up"]'
    assert seen[2:] == ["twice down", "twice down", "first down"]


@pytest.mark.parametrize("kind", ["memory", "native"])
def test_a_failing_startup_is_raised_and_nothing_is_shut_down(kind):
    app = App()
    app.on_startup(lambda: 1 / 0)
    app.on_shutdown(lambda: pytest.fail("was not started"))
    with pytest.raises(ZeroDivisionError), running(kind, app):
        pytest.fail("has started")


@pytest.mark.parametrize("kind", ["memory", "native"])
def test_all_shutdown_functions_run_though_some_fail(kind):
    app = App()
    seen = []
    app.on_shutdown(lambda: seen.append("first"))
    app.on_shutdown(lambda: 1 / 0)

    @app.on_shutdown
    async def breaks():
        raise KeyError("x")

    with pytest.raises(ExceptionGroup, match="2 functions failed at shutdown"), running(kind, app):
        pass
    assert seen == ["first"]


def test_one_failing_shutdown_function_is_raised_as_it_is():
    app = App()
    app.on_shutdown(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError), TestClient(app):
        pass
