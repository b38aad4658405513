"""A middleware that is told which app it serves."""

from __future__ import annotations

from typing import Any

import pytest

from growler import App, Router
from growler.testing import TestClient


class Attached:
    """Notes what happens to it, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def __growler_attach__(self, app: App) -> None:
        self.events.append(f"attached to {app.name}")
        app.on_startup(lambda: self.events.append("startup"))
        app.on_shutdown(lambda: self.events.append("shutdown"))

    def __call__(self, req: Any, res: Any) -> None:
        self.events.append("request")
        res.send_text("ok")


def test_a_middleware_is_attached_before_the_startup_it_may_add_to() -> None:
    app, middleware = App("shop"), Attached()
    app.use(middleware)
    with TestClient(app) as client:
        client.get("/")
    assert middleware.events == ["attached to shop", "startup", "request", "shutdown"]


def test_it_is_attached_once_though_mounted_twice_and_wired_again() -> None:
    app, middleware, router = App("shop"), Attached(), Router()
    router.use(middleware)
    app.use("/a", router)
    app.use("/b", middleware)
    app.wire()
    app.get("/later", lambda req, res: None)
    app.wire()
    assert middleware.events == ["attached to shop"]


def test_what_it_refuses_stops_the_wiring_each_time() -> None:
    class Refuses(Attached):
        def __growler_attach__(self, app: App) -> None:
            raise ValueError("not with several workers")

    app = App()
    app.use(Refuses())
    for _ in range(2):
        with pytest.raises(ValueError, match="several workers"):
            app.wire()
