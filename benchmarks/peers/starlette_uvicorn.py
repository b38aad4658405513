"""Starlette on uvicorn: the base of all ratios."""

from _uvicorn import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class Sets:
    """A middleware in the form Starlette's makers recommend: plain ASGI."""

    def __init__(self, app: ASGIApp, number: int) -> None:
        self.app = app
        self.number = number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[f"m{self.number}"] = self.number
        await self.app(scope, receive, send)


async def text(request: Request) -> Response:
    return PlainTextResponse("Hello, World!")


async def params(request: Request) -> Response:
    return JSONResponse(request.path_params)


app = Starlette(
    routes=[
        Route("/", text),
        Route("/user/{user}/post/{post}/comment/{comment}", params),
        Mount("/five", routes=[Route("/", text)], middleware=[Middleware(Sets, number=n) for n in range(5)]),
    ]
)

if __name__ == "__main__":
    serve(app)
