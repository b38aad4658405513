"""A bearer token, aiohttp on its own server and uvloop with PyJWT."""

import asyncio
import socket

import uvloop
from _bearer_pyjwt import user_of
from aiohttp import web
from aiohttp.typedefs import Handler


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    user = user_of(request.headers.get("Authorization"))
    if user is None:
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
    request["user"] = user
    return await handler(request)


async def me(request: web.Request) -> web.Response:
    return web.json_response({"id": request["user"]["id"]})


async def serve() -> None:
    app = web.Application(middlewares=[authenticate])
    app.router.add_get("/me", me)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    await web.SockSite(runner, listening).start()
    print(listening.getsockname()[1], flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(serve())
