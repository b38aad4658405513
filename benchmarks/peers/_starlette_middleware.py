"""A middleware in the form Starlette's makers recommend, plain ASGI; their BaseHTTPMiddleware is many times slower."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Sets:
    """Leave one value in the scope."""

    def __init__(self, app: ASGIApp, number: int) -> None:
        self.app = app
        self.name = f"m{number}"
        self.number = number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[self.name] = self.number
        await self.app(scope, receive, send)
