"""A counter in a session: aiohttp-session on aiohttp's own server and uvloop."""

import asyncio
import socket

import aiohttp_session
from aiohttp import web


async def count(request: web.Request) -> web.Response:
    session = await aiohttp_session.get_session(request)
    session["n"] = session.get("n", 0) + 1
    return web.Response(text="counted")


async def run(storage: aiohttp_session.AbstractStorage) -> None:
    app = web.Application()
    aiohttp_session.setup(app, storage)
    app.router.add_get("/count", count)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    await web.SockSite(runner, listening).start()
    print(listening.getsockname()[1], flush=True)
    await asyncio.get_running_loop().create_future()
