"""The answer to a request: decided by plain calls, sent after the chain has stopped.

`res.send_text("hi")` records status, type and body and marks the response as ended; nothing travels yet.
The app then runs the hooks and writes (`growler.sending`). Only `await res.write(...)` sends earlier - it
runs the hooks before its first byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from growler.exchange import Connection, Exchange
from growler.http.answers import REDIRECTS as REDIRECTS
from growler.http.answers import Answers
from growler.http.body import Body, FileBody
from growler.http.headers import Headers as Headers  # its old place
from growler.http.hooks import H, HookName, Hooks
from growler.http.prepared import PreparedFields
from growler.http.status import check_final, phrase
from growler.missing import Missing

if TYPE_CHECKING:
    from growler.aio.protocol import GrowlerProtocol
    from growler.app import App
    from growler_ext.cookieparser import ResponseCookies
    from growler_ext.renderer import Render


class ResponseEnded(RuntimeError):
    """The response was decided already; a second answer would be lost without a word."""


_ENDED = "the response is decided already; a handler that answers must be the last to do so (return after res.send_...)"


class Response(Answers):
    """One response; the ways of answering and the header fields are kept by what it inherits."""

    if TYPE_CHECKING:
        cookies: ResponseCookies
        render: Render

        def __getattr__(self, name: str) -> Any: ...
    else:
        cookies = Missing("res.cookies", "CookieParser()")
        render = Missing("res.render", 'Renderer("views/")')

    # Class-level defaults for what few responses set. What is read of every one is assigned in `__init__` instead: an
    # attribute that the class has as well takes four times as long to read.
    status_code: int
    """200 unless it is set; three digits (RFC 9110 15)."""
    has_ended: bool
    """The answer is decided; the chain stops."""
    has_started: bool
    """Status and header fields have left; they cannot be changed any more."""
    has_aborted: bool = False
    """The connection was closed because the answer could not be finished as it was begun."""
    _body: Body
    _locals: dict[str, Any] | None = None
    hooks: Hooks | None
    """None while nobody has added one."""

    def __init__(self, app: App, exchange: Exchange) -> None:
        self.app = app
        self.exchange = exchange
        self.status_code = 200
        self.has_ended = False
        self.has_started = False
        self._body = b""
        self._type = None
        self._vary = None
        self._cache_control = None
        self._added = None
        self._headers = None
        self._prepared = None
        self.hooks = None

    @property
    def phrase(self) -> str:
        """The reason phrase of the status: "Not Found"."""
        return phrase(self.status_code)

    @property
    def locals(self) -> dict[str, Any]:
        """Values for templates, filled by any middleware."""
        if self._locals is None:
            self._locals = {}
        return self._locals

    # Deciding

    def decide(self, body: Body, default_type: str | None = None, status: int | None = None) -> None:
        """Make this the answer. The type is used unless one was set.

        Raises ResponseEnded for a second answer, ValueError for a status that cannot end one (1xx), TypeError for one
        that is no number.
        """
        if self.has_ended:
            raise ResponseEnded(_ENDED)
        if status is None:
            status = self.status_code
        if status != 200:
            check_final(status)
        self.status_code = status
        self._body = body
        self.has_ended = True
        if default_type is not None:
            if self._headers is None:
                self._type = default_type
            elif "Content-Type" not in self._headers:
                self._headers["Content-Type"] = default_type

    def decide_prepared(self, fields: PreparedFields, body: bytes, status: int = 200) -> None:
        """Make this the answer, with header fields that were put together before; the length is among them.

        Only for a response on which no field has been set: see `untouched`. Raises ResponseEnded for a second answer.
        """
        # What `decide` does, without what it looks for: this is for answers that are sent ten thousand times a second.
        if self.has_ended:
            raise ResponseEnded(_ENDED)
        self.status_code = status
        self._body = body
        self._prepared = fields
        self.has_ended = True

    @property
    def untouched(self) -> bool:
        """Whether neither status nor any header field has been set so far."""
        return (
            self._headers is None
            and self._type is None
            and self._vary is None
            and self._cache_control is None
            and self._added is None
            and self.status_code == 200
        )

    def end(self) -> None:
        """End the response with what was set so far. Raises as `decide` for a status that cannot end one."""
        if self.status_code != 200:
            check_final(self.status_code)
        self.has_ended = True

    async def write(self, data: str | bytes = b"") -> None:
        """Send a piece of the body now. The first call runs the hooks and sends status and header fields.

        Waits while the client is slow. Raises ClientDisconnected when it has gone.
        """
        from growler.sending import start_writing  # which is asked only by those who write

        if not self.has_started:
            if self.has_ended:
                raise ResponseEnded("the response is decided already; res.write() starts one of its own")
            await start_writing(self)
        if data and self.carries_body:
            await self.exchange.send(data.encode() if isinstance(data, str) else data)

    # Hooks

    @overload
    def on(self, name: HookName, hook: H) -> H: ...
    @overload
    def on(self, name: HookName) -> Callable[[H], H]: ...

    def on(self, name: HookName, hook: Any = None) -> Any:
        """Call a hook - sync or async, without arguments - at `headers`, `after_headers` or `after_send`.

        Without a hook it is a decorator: `@res.on("after_send")`.

        `headers` hooks (also under the name `before_headers`) run before the first byte leaves, last added first;
        they may change the answer, and a HTTPError they raise becomes the answer. The others follow their names.
        Raises KeyError for other names.
        """
        hooks = self.hooks
        if hooks is None:
            hooks = self.hooks = Hooks()
        if name == "headers" and hook is not None:
            # What `Hooks.on` would do; extensions do it in most requests.
            hooks.before.append(hook)
            return hook
        return hooks.on(name, hook)

    @property
    def events(self) -> Hooks:
        """Old Growler's way to the hooks: `res.events.on("headers", callback)`."""
        if self.hooks is None:
            self.hooks = Hooks()
        return self.hooks

    def replace(self) -> None:
        """Forget the answer decided so far - for an error that comes after it. Raises RuntimeError once started.

        Cookies survive where CookieParser holds them; header fields do not.
        """
        if self.has_started:
            raise RuntimeError("status and header fields have left already")
        self.close_body()
        self._body, self._type, self._prepared = b"", None, None
        self._vary = self._cache_control = self._added = self._headers = None
        self.status_code, self.has_ended = 200, False

    def close_body(self) -> None:
        """Close a file that is not going to be sent."""
        if isinstance(self._body, FileBody):
            self._body.file.close()

    # For the cycle and for those who look at an answer: tests, logs, compression

    @property
    def body(self) -> Body:
        """The body as decided."""
        return self._body

    @body.setter
    def body(self, body: Body) -> None:
        if self._prepared is not None:
            _ = self.headers  # which count the length anew
        self._body = body

    @property
    def carries_body(self) -> bool:
        """Whether HTTP lets this answer have a body (RFC 9110 6.4.1)."""
        return self.exchange.head.method != "HEAD" and self.status_code not in (204, 304)

    # The connection, for a middleware that takes over the socket

    @property
    def connection(self) -> Connection:
        """The connection: scheme, addresses, and the transport on the native server."""
        return self.exchange.head.connection

    @property
    def protocol(self) -> GrowlerProtocol | None:
        """The native server's protocol, whose `responders` stack a middleware may push to; None elsewhere."""
        return self.connection.protocol

    def __repr__(self) -> str:
        state = "started" if self.has_started else "ended" if self.has_ended else "open"
        return f"<Response {self.status_code} {state}>"


HTTPResponse = Response
"""Its old name."""
