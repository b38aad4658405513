"""Starlette on uvicorn: the base of all ratios."""

from _starlette_middleware import Sets
from _uvicorn import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route


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
