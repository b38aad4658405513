"""A bearer token, Starlette with its AuthenticationMiddleware and PyJWT under uvicorn."""

from _bearer_pyjwt import user_of
from _uvicorn import serve
from starlette.applications import Starlette
from starlette.authentication import (
    AuthCredentials,
    AuthenticationBackend,
    BaseUser,
    SimpleUser,
    requires,
)
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Backend(AuthenticationBackend):
    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        user = user_of(conn.headers.get("authorization"))
        return None if user is None else (AuthCredentials(["authenticated"]), SimpleUser(user["id"]))


@requires("authenticated", status_code=401)
async def me(request: Request) -> Response:
    return JSONResponse({"id": request.user.username})


app = Starlette(
    routes=[Route("/me", me)], middleware=[Middleware(AuthenticationMiddleware, backend=Backend())]
)

if __name__ == "__main__":
    serve(app)
