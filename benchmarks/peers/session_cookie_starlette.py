"""Starlette's own session, in a signed cookie."""

from _uvicorn import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def count(request: Request) -> Response:
    request.session["n"] = request.session.get("n", 0) + 1
    return PlainTextResponse("counted")


app = Starlette(
    routes=[Route("/count", count)],
    middleware=[Middleware(SessionMiddleware, secret_key="a secret of the benchmark")],
)

if __name__ == "__main__":
    serve(app)
