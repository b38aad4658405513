"""Quart on uvicorn, which is faster there than on the hypercorn that its makers recommend."""

from collections.abc import Awaitable, Callable

from _uvicorn import serve
from quart import Blueprint, Quart, Response, g

app = Quart(__name__)
five = Blueprint("five", __name__)


def sets(number: int) -> Callable[[], Awaitable[None]]:
    name = f"m{number}"

    async def middleware() -> None:
        setattr(g, name, number)

    return middleware


@app.get("/")
@five.get("/")
async def text() -> Response:
    return Response("Hello, World!", mimetype="text/plain")


@app.get("/user/<user>/post/<post>/comment/<comment>")
async def params(user: str, post: str, comment: str) -> dict[str, str]:
    return {"user": user, "post": post, "comment": comment}


for number in range(5):
    five.before_request(sets(number))
app.register_blueprint(five, url_prefix="/five")

if __name__ == "__main__":
    serve(app)
