"""Sanic on its own server, uvloop, one process, no access log."""

import socket
from collections.abc import Awaitable, Callable

from sanic import Blueprint, HTTPResponse, Request, Sanic, json, text

app = Sanic("bench")
five = Blueprint("five", url_prefix="/five")


def sets(number: int) -> Callable[[Request], Awaitable[None]]:
    name = f"m{number}"

    async def middleware(request: Request) -> None:
        setattr(request.ctx, name, number)

    return middleware


@app.get("/")
@five.get("/")
async def plain(request: Request) -> HTTPResponse:
    return text("Hello, World!")


@app.get("/user/<user>/post/<post>/comment/<comment>")
async def params(request: Request, user: str, post: str, comment: str) -> HTTPResponse:
    return json({"user": user, "post": post, "comment": comment})


for number in range(5):
    five.on_request(sets(number))
app.blueprint(five)

if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listening.getsockname()[1], flush=True)
    app.run(sock=listening, single_process=True, access_log=False, motd=False)
