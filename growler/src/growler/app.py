"""`App`: where an application is wired together. What happens to a request stands in `growler.cycle`."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, Self

from growler import cycle
from growler.adapters.asgi import ASGIApp, ASGIExchange, Receive, Send
from growler.configured import Configured, refuse_misspelt
from growler.exchange import Exchange, RequestHead
from growler.http.errors import HTTPErrorMethodNotAllowed, HTTPErrorNotFound
from growler.http.methods import HTTPMethod
from growler.http.proxies import TrustedProxies
from growler.http.request import Request
from growler.http.response import Response
from growler.life_cycle import LifeCycle
from growler.limits import Limits
from growler.router.order_check import check_order
from growler.router.pattern import Pattern
from growler.router.plan import Handler, Plan
from growler.router.router import Router
from growler.router.table import Table
from growler.router.tree_view import tree
from growler.router.wiring import Path, Wiring

_PARAMETERS = ("debug", "limits", "trust_proxy", "errors", "request_class", "response_class")


class App(Wiring, Configured, LifeCycle):
    """A web application: middleware and routes in order, run for every request until one has answered.

        app = App("hello")

        @app.get("/")
        def index(req, res):
            res.send_text("Hello")

        app.run()

    It is an ASGI 3 application too: `uvicorn module:app`.

    Parameters:
        name: for logs and people.
        debug: show tracebacks to clients; None asks the environment, `GROWLER_ENV=development`.
        limits: bounds on what clients control.
        trust_proxy: the proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses, networks, and
            "unix" for whoever comes through a Unix socket. Nobody, if empty.
        errors: the form of Growler's answers to errors: "negotiated", a page, JSON or text as the client accepts, or
            "problem", application/problem+json (RFC 9457) whatever it accepts.
        request_class, response_class: subclasses of Request and Response to use.
        config: anything else, kept in `app.config`; `loop=` is the event loop `create_server` uses.

    Raises ValueError for another form of errors, TypeError for limits that are none and for what looks like one of
    these names misspelt.
    """

    def __init__(
        self,
        name: str = "growler",
        debug: bool | None = None,
        *,
        limits: Limits | None = None,
        trust_proxy: Iterable[str] = (),
        errors: Literal["negotiated", "problem"] = "negotiated",
        request_class: type[Request] = Request,
        response_class: type[Response] = Response,
        **config: Any,
    ) -> None:
        LifeCycle.__init__(self)
        refuse_misspelt(config, _PARAMETERS)
        if limits is not None and not isinstance(limits, Limits):
            raise TypeError(f"limits={limits!r}: write limits=Limits(max_body=...)")
        self.name = name
        self.limits: Limits = limits or Limits()
        # None where no proxy is listed: then no request looks for one.
        self.trusted_proxies: TrustedProxies | None = TrustedProxies(trust_proxy) if trust_proxy else None
        if errors not in ("negotiated", "problem"):
            raise ValueError(f"errors={errors!r}: say "
                             '"negotiated" (by what the client accepts) or "problem" (always RFC 9457)')  # fmt: skip
        self.errors = errors
        self.request_class = request_class
        self.response_class = response_class
        env = (
            os.environ.get("GROWLER_ENV", "production")
            if debug is None
            else "development"
            if debug
            else "production"
        )
        self.config: dict[str, Any] = {"env": env, **config}
        self.log = logging.getLogger("growler")
        self.handle_404: Callable[[Request, Response], Any] | None = None
        self.router: Router = _RootRouter(self)
        self._table: Table | None = None
        self.told: set[int] = set()
        """The ids of handlers of which the log has said that what they return is no answer."""
        self._attached: list[Handler] = []
        self._asgi = ASGIApp(self)

    # Wiring

    def add(self, method: HTTPMethod, path: Path, handler: Handler) -> Router:
        """See `Router.add`; `app.get`, `app.post` ... are made of it."""
        return self.router.add(method, path, handler)

    def mount(self, path: Path, middleware: Any, mask: HTTPMethod) -> None:
        """See `use`, which calls this."""
        self.router.mount(path, middleware, mask)

    strict_router_check = False
    """Whether `add_router` refuses, with a TypeError, what is neither a router nor of a `routerclass`."""

    has_root_router = True
    """Every app has its router from the beginning; old programs may ask."""

    @property
    def middleware(self) -> Router:
        """Everything registered, in order: the app's router under its old name."""
        return self.router

    def add_router(self, path: Path, router: Any) -> Self:
        """Mount a router."""
        if self.strict_router_check and not (
            isinstance(router, Router) or hasattr(router, "__growler_router__")
        ):
            raise TypeError(f"{router!r} is no router: mount it with app.use({path!r}, ...)")
        return super().add_router(path, router)

    def print_middleware_tree(self, *, EOL: str = os.linesep, **print_kwargs: Any) -> None:
        """Print all middleware and routes as a tree.

        Parameters:
            EOL: what stands between the lines.
            print_kwargs: for `print`: file, flush, end.
        """
        print(EOL.join(tree(self.name, self.router)), **print_kwargs)  # noqa: T201 - what it is for

    # Requests

    def plan(self, head: RequestHead) -> Plan:
        """What is going to run for a request."""
        return (self._table or self.wire()).plan(head)

    def wire(self) -> Table:
        """Make the table of all that was registered. Servers call this when they start, so that mistakes stop them.

        A middleware that has a method `__growler_attach__(app)` is told once which app it serves. There it can add
        `on_startup` and `on_shutdown` functions, and refuse, with a ValueError, what it cannot work with.

        Raises GuardOrderError for a route with a decorator above the one that registered it.
        """
        entries = list(self.router.entries())
        check_order(entry.handler for entry in entries)
        for entry in entries:
            attach = getattr(entry.handler, "__growler_attach__", None)
            # `is`: two that compare equal are two nevertheless.
            if attach is not None and not any(entry.handler is known for known in self._attached):
                attach(self)
                self._attached.append(entry.handler)
        self._table = Table(entries, self.handle_response_not_sent)
        return self._table

    # The way in for every server. The function itself, not a method that calls it: one call less per request.
    if TYPE_CHECKING:  # which would have to infer what the function is

        def handle(self, exchange: Exchange) -> Awaitable[None] | None: ...
    else:
        handle = cycle.handle

    def handle_response_not_sent(self, req: Request, res: Response) -> Awaitable[Any] | None:
        """The last step of every request: 404, or 405 and the answer to OPTIONS where other methods have a route.

        Assign `handle_404`, sync or async, to answer unknown paths yourself.
        """
        allowed = ", ".join(self.plan(req.head).allowed)
        if allowed and req.head.method == "OPTIONS":
            res.headers["Allow"] = allowed  # RFC 9110 9.3.7
            res.decide(b"", status=204)
        elif allowed:
            raise HTTPErrorMethodNotAllowed(headers={"Allow": allowed})  # RFC 9110 15.5.6
        elif self.handle_404 is None:
            raise HTTPErrorNotFound
        else:
            res.status_code = 404
            answer: Awaitable[Any] | None = self.handle_404(req, res)
            return answer
        return None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "http":
            pending = self.handle(ASGIExchange(scope, receive, send))
            if pending is not None:
                await pending
        else:
            await self._asgi(scope, receive, send)

    # Serving

    def run(
        self, host: str | None = "127.0.0.1", port: int | str = 8000, *,
        workers: int = 1, reload: bool = False, **server_config: Any,
    ) -> None:  # fmt: skip
        """Serve until Ctrl-C or SIGTERM; prints the URL. See `growler.aio.running.run`."""
        from growler.aio.running import run  # the native server is needed by those who use it

        run(self, host, port, workers=workers, reload=reload, **server_config)

    def create_server(
        self, protocol_factory: Any = None, *, loop: asyncio.AbstractEventLoop | None = None,
        as_coroutine: bool = False, **server_config: Any,
    ) -> Any:  # fmt: skip
        """An `asyncio.Server` that listens, or with `as_coroutine` a coroutine of it.

        Parameters:
            protocol_factory: given the app, returns the asyncio protocol factory; HTTP if None.
            loop: the loop to use; the app's `loop=`, else the thread's current one, else a new one.
            server_config: for `loop.create_server`: host, port, ssl, sock ...
        """
        from growler.aio.server import create_server

        return create_server(self, protocol_factory, loop, as_coroutine, server_config)

    def create_server_and_run_forever(self, *args: Any, **server_config: Any) -> None:
        """Listen and run until Ctrl-C: `app.create_server_and_run_forever("0.0.0.0", 8080)` or by keywords."""
        from growler.aio.running import create_server_and_run_forever

        create_server_and_run_forever(self, *args, **server_config)

    def __repr__(self) -> str:
        return f"<App {self.name}>"


class _RootRouter(Router):
    """The router of an app, which forgets its table when something is registered."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    def changed(self) -> None:
        self._app._table = None

    def seen_from_app(self, pattern: Pattern) -> Pattern:
        return pattern
