"""aiohttp on its own server, uvloop, no access log."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvloop
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def sets(number: int) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    key = web.RequestKey(f"m{number}", int)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[key] = number
        return await handler(request)

    return middleware


async def text(request: web.Request) -> web.Response:
    return web.Response(text="Hello, World!")


async def params(request: web.Request) -> web.Response:
    return web.json_response(dict(request.match_info))


async def main() -> None:
    app = web.Application()
    app.router.add_get("/", text)
    app.router.add_get("/user/{user}/post/{post}/comment/{comment}", params)
    five = web.Application(middlewares=[sets(number) for number in range(5)])
    five.router.add_get("/", text)
    app.add_subapp("/five", five)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    await web.SockSite(runner, listening).start()
    print(listening.getsockname()[1], flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main())
