"""Growler: an Express-style asyncio web framework.

    from growler import App

    app = App()

    @app.get("/")
    def index(req, res):
        res.send_text("Hello")

    app.run()

Extensions are found through `growler.ext`: `from growler.ext import Session`.
"""

from growler import ext
from growler.app import App
from growler.cycle import GrowlerStopIteration
from growler.exchange import ClientDisconnected, Exchange, RequestHead
from growler.http.errors import HTTPError
from growler.http.methods import HTTPMethod
from growler.http.request import Request
from growler.http.response import Response
from growler.limits import Limits
from growler.router import Router, RouterMeta, get_routing_attributes, routerclass, routerify

Application = Growler = App

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
    "ext",
    "get_routing_attributes",
    "routerclass",
    "routerify",
]
