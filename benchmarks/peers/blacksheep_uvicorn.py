"""BlackSheep on uvicorn."""

from collections.abc import Awaitable, Callable

from _uvicorn import serve
from blacksheep import Application, Request, Response, Router, json, text

Handler = Callable[[Request], Awaitable[Response]]

app = Application(router=Router())
five = Application(router=Router())


class Sets:
    """A middleware that leaves one attribute on the request."""

    def __init__(self, number: int) -> None:
        self.name = f"m{number}"
        self.number = number

    async def __call__(self, request: Request, handler: Handler) -> Response:
        setattr(request, self.name, self.number)
        return await handler(request)


@app.router.get("/")
@five.router.get("/")
async def plain(request: Request) -> Response:
    return text("Hello, World!")


@app.router.get("/user/{user}/post/{post}/comment/{comment}")
async def params(request: Request) -> Response:
    return json(request.route_values)


five.middlewares.extend(Sets(number) for number in range(5))
app.mount_registry.auto_events = True
app.mount("/five", five)

if __name__ == "__main__":
    serve(app)
