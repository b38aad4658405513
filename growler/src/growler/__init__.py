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

import sys
from importlib import import_module
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
    from growler import aio, middleware
    from growler.aio import GrowlerProtocol
    from growler.aio.server import HTTPServer

    __author__: str
    __license__: str
    __version__: str

Application = Growler = App

_METADATA = {"__author__": "Author", "__license__": "License-Expression", "__version__": "Version"}


def __getattr__(name: str) -> Any:
    """What is asked for seldom is loaded when it is: the native server, the middleware, the version."""
    if name in ("aio", "middleware"):
        return import_module(f"growler.{name}")
    if name == "GrowlerProtocol":
        return import_module("growler.aio").GrowlerProtocol
    if name in _METADATA:
        return import_module("importlib.metadata").metadata("growler")[_METADATA[name]]
    if name == "growler":  # old programs: `from growler import growler`
        return sys.modules[__name__]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    "GrowlerProtocol",
    "GrowlerStopIteration",
    "HTTPError",
    "HTTPMethod",
    "Limits",
    "Request",
    "RequestHead",
    "Response",
    "Router",
    "RouterMeta",
    "aio",
    "create_http_server",
    "ext",
    "get_routing_attributes",
    "middleware",
    "mw",
    "routerclass",
    "routerify",
]
