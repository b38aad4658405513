"""A counter in a session on the server: Litestar on uvicorn."""

from _uvicorn import serve
from litestar import Litestar, MediaType, Request, get
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.stores.base import Store


@get("/count", media_type=MediaType.TEXT)
async def count(request: Request) -> str:
    request.session["n"] = request.session.get("n", 0) + 1
    return "counted"


def run(store: Store) -> None:
    app = Litestar([count], middleware=[ServerSideSessionConfig().middleware], stores={"sessions": store})
    serve(app)
