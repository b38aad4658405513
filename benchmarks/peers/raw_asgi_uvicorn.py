"""A bare ASGI callable on uvicorn: what is left of uvicorn when the framework costs nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

from _uvicorn import serve

HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"13")]


async def app(scope: dict[str, Any], receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"Hello, World!"})


if __name__ == "__main__":
    serve(app)
