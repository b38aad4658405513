"""`OnPort`: the native server on a port that is known before, for what is bound to its address: passkeys, providers."""

from __future__ import annotations

from growler import App
from growler.aio.server import HTTPServer
from support.servers import Native, free_socket


class OnPort(Native):
    def __init__(self, port: int) -> None:
        self._port = port

    async def start(self, app: App) -> int:
        self.server = HTTPServer(app, "127.0.0.1", self._port)
        await self.server.start()
        return self.server.port


def free_port() -> int:
    with free_socket() as probe:
        return int(probe.getsockname()[1])
