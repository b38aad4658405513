"""A client that calls the app in memory; keeps cookies as a browser does in the simple case."""

from __future__ import annotations

import asyncio
import json as json_module
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from growler.exchange import Connection, RequestHead
from growler.testing.exchange import MemoryExchange
from growler.testing.reply import Reply

if TYPE_CHECKING:
    from growler.app import App

HeaderInput = Mapping[str, str] | Sequence[tuple[str, str]]


class TestClient:
    """Sends requests to an app without a socket.

    Parameters:
        app: the application.
        scheme: "http" or "https", what the app sees.
        client: the peer's address the app sees.

    Cookies that are set come back on the next request; `client.cookies` is the jar, name to raw value.
    """

    __test__ = False  # pytest takes it for a test class by its name

    def __init__(
        self, app: App, *, scheme: str = "http", client: tuple[str, int] = ("127.0.0.1", 50000)
    ) -> None:
        self._app = app
        self._connection = Connection(scheme, client, ("testserver", 80))
        self._runner = asyncio.Runner()
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> TestClient:
        self._runner.run(self._app.events.emit("startup"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._app.events.emit("shutdown"))
        self._runner.close()

    def request(
        self,
        method: str,
        target: str | bytes,
        *,
        headers: HeaderInput = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request, get the whole answer. The target is taken as it is, so hostile ones can be sent."""
        return self._runner.run(
            self.request_async(method, target, headers=headers, body=body, json=json, form=form)
        )

    async def request_async(
        self,
        method: str,
        target: str | bytes,
        *,
        headers: HeaderInput = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """The same inside a running loop."""
        fields, pieces = prepare(headers, body, json, form, self.cookies)
        raw = target if isinstance(target, bytes) else target.encode("latin-1")
        path, _, query = raw.partition(b"?")
        head = RequestHead(method, path, query, fields, self._connection)
        exchange = MemoryExchange(head, pieces)
        pending = self._app.handle(exchange)
        if pending is not None:
            await pending
        reply = exchange.reply()
        keep_cookies(reply, self.cookies)
        return reply

    def get(self, target: str | bytes, *, headers: HeaderInput = ()) -> Reply:
        return self.request("GET", target, headers=headers)

    def head(self, target: str | bytes, *, headers: HeaderInput = ()) -> Reply:
        return self.request("HEAD", target, headers=headers)

    def post(
        self,
        target: str | bytes,
        *,
        headers: HeaderInput = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        return self.request("POST", target, headers=headers, body=body, json=json, form=form)


def prepare(
    headers: HeaderInput,
    body: bytes | Iterable[bytes],
    json: Any,
    form: Mapping[str, str] | None,
    cookies: Mapping[str, str],
) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
    """Header fields and body pieces of a request described in a test's words."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    names = {name.lower() for name, _ in pairs}
    if json is not None:
        body = json_module.dumps(json).encode()
        pairs.append(("Content-Type", "application/json"))
    elif form is not None:
        body = urlencode(form).encode()
        pairs.append(("Content-Type", "application/x-www-form-urlencoded"))
    if "host" not in names:
        pairs.append(("Host", "testserver"))
    if cookies and "cookie" not in names:
        pairs.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
    pieces = [body] if isinstance(body, bytes) else list(body)
    if isinstance(body, bytes) and body and "content-length" not in names:
        pairs.append(("Content-Length", str(len(body))))
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs], pieces


def keep_cookies(reply: Reply, jar: dict[str, str]) -> None:
    """Take over what an answer sets and deletes."""
    for line in reply.getall("set-cookie"):
        name = line.partition("=")[0].strip()
        if name in reply.cookies:
            jar[name] = reply.cookies[name]
        else:
            jar.pop(name, None)
