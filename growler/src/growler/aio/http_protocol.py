"""`GrowlerHTTPProtocol`: a GrowlerProtocol whose first responder speaks HTTP for an app."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from growler.aio.connections import Connections
from growler.aio.http_responder import HTTPResponder
from growler.aio.protocol import GrowlerProtocol

if TYPE_CHECKING:
    from growler.app import App


class GrowlerHTTPProtocol(GrowlerProtocol):
    """One HTTP connection: `loop.create_server(lambda: GrowlerHTTPProtocol(app), ...)`."""

    def __init__(
        self,
        app: App,
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections | None = None,
    ) -> None:
        super().__init__(loop, self.http_responder_factory)
        self.http_application = app
        self._connections = connections

    def http_responder_factory(self, protocol: GrowlerProtocol) -> HTTPResponder:
        """The first responder of a connection; a subclass may give another."""
        return HTTPResponder(
            self.http_application, protocol, self._connections or Connections.of_running_loop()
        )
