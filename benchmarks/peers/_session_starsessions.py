"""A counter in a session: starsessions on Starlette."""

from _uvicorn import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starsessions import SessionAutoloadMiddleware, SessionMiddleware, SessionStore


async def count(request: Request) -> Response:
    request.session["n"] = request.session.get("n", 0) + 1
    return PlainTextResponse("counted")


def run(store: SessionStore) -> None:
    middleware = [
        Middleware(
            SessionMiddleware, store=store, cookie_https_only=False, lifetime=14 * 86400, rolling=True
        ),
        Middleware(SessionAutoloadMiddleware),
    ]
    serve(Starlette(routes=[Route("/count", count)], middleware=middleware))
