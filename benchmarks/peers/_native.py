"""Growler's own server on the loop that runs."""

import asyncio

from growler import App
from growler.aio.server import HTTPServer


async def serve(app: App) -> None:
    server = HTTPServer(app, "127.0.0.1", 0)
    await server.start()
    print(server.port, flush=True)
    await asyncio.get_running_loop().create_future()
