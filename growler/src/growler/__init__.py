"""Growler: an Express-style asyncio web framework.

    from growler import App

    app = App()

    @app.get("/")
    def index(req, res):
        res.send_text("Hello")

    app.run()

Extensions are found through `growler.ext`: `from growler.ext import Session`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from growler import ext, mw
from growler.app import App
from growler.cycle import GrowlerStopIteration
from growler.exchange import ClientDisconnected, Exchange, RequestHead
from growler.http.errors import HTTPError
from growler.http.methods import HTTPMethod
from growler.http.request import Request
from growler.http.response import Response
from growler.limits import Limits
from growler.router import Router, RouterMeta, get_routing_attributes, routerclass, routerify

if TYPE_CHECKING:
    from growler.aio.server import HTTPServer

Application = Growler = App


def create_http_server(
    app: App, host: str | None = "127.0.0.1", port: int | str = 8000, **config: Any
) -> HTTPServer:
    """A server to be started: `asyncio.run(create_http_server(app, port=8000).listen())`."""
    from growler.aio.server import HTTPServer  # the native server is imported by those who use it

    return HTTPServer(app, host, port, **config)


__all__ = [
    "App",
    "Application",
    "ClientDisconnected",
    "Exchange",
    "Growler",
    "GrowlerStopIteration",
    "HTTPError",
    "HTTPMethod",
    "Limits",
    "Request",
    "RequestHead",
    "Response",
    "Router",
    "RouterMeta",
    "create_http_server",
    "ext",
    "get_routing_attributes",
    "mw",
    "routerclass",
    "routerify",
]
