"""Clients for tests: what a test says of a request, and the one that calls the app in memory."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import urlencode

from growler.exchange import Connection, RequestHead
from growler.testing.exchange import MemoryExchange
from growler.testing.multipart import File, multipart
from growler.testing.reply import Reply

if TYPE_CHECKING:
    from growler.app import App

Fields = list[tuple[bytes, bytes]]


class RequestOptions(TypedDict, total=False):
    """What can be said of a request: header fields, and one of the ways to give it a body."""

    headers: Mapping[str, str] | Sequence[tuple[str, str]]
    body: bytes | Iterable[bytes]
    """Bytes, or the pieces of a body that is sent without a Content-Length."""
    json: Any
    form: Mapping[str, str | Sequence[str]]
    """Fields, each with its value or its values."""
    files: Mapping[str, File | Sequence[File]]
    """Files for multipart/form-data, with the fields of `form`: a filename, the contents and, where it is not by the
    suffix, the media type: `files={"photo": ("cat.png", b"...")}`."""


OTHER_WORDS = {
    "data": "a form is form=, bytes are body=",
    "params": "a query is part of the target",
    "cookies": "they are client.cookies, or a field of headers=",
    "content": "bytes are body=",
}
"""What clients of other frameworks call it."""


class Client(ABC):
    """Sends requests and keeps cookies, as a browser does in the simple case.

    Cookies that are set come back on the next request; `cookies` is the jar, name to raw value.
    """

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    @abstractmethod
    def send(self, method: str, target: bytes, fields: Fields, body: bytes | list[bytes]) -> Reply:
        """Send one request, get the whole answer. The target goes out as it is, so hostile ones can be sent."""

    def request(self, method: str, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """Send a request described by `RequestOptions`."""
        fields, body = prepare(options, self.cookies)
        return self.keep(self.send(method, as_bytes(target), fields, body))

    def get(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with GET."""
        return self.request("GET", target, **options)

    def head(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with HEAD."""
        return self.request("HEAD", target, **options)

    def post(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with POST."""
        return self.request("POST", target, **options)

    def put(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with PUT."""
        return self.request("PUT", target, **options)

    def patch(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with PATCH."""
        return self.request("PATCH", target, **options)

    def delete(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with DELETE."""
        return self.request("DELETE", target, **options)

    def options(self, target: str | bytes, **options: Unpack[RequestOptions]) -> Reply:
        """`request` with OPTIONS."""
        return self.request("OPTIONS", target, **options)

    def keep(self, reply: Reply) -> Reply:
        """Take over the cookies that an answer sets and deletes."""
        for line in reply.getall("set-cookie"):
            name = line.partition("=")[0].strip()
            if name in reply.cookies:
                self.cookies[name] = reply.cookies[name]
            else:
                self.cookies.pop(name, None)
        return reply


class TestClient(Client):
    """Sends requests to an app without a socket.

    Parameters:
        app: the application.
        scheme: "http" or "https", what the app sees.
        client: the peer's address the app sees.
    """

    __test__ = False  # pytest takes it for a test class by its name

    def __init__(
        self, app: App, *, scheme: str = "http", client: tuple[str, int] = ("127.0.0.1", 50000)
    ) -> None:
        super().__init__()
        self._app = app
        self._connection = Connection(scheme, client, ("testserver", 80))
        self._runner = asyncio.Runner()

    def __enter__(self) -> TestClient:
        self._demand_no_loop()
        try:
            self._runner.run(self._app.startup())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(self._app.shutdown())

    def send(self, method: str, target: bytes, fields: Fields, body: bytes | list[bytes]) -> Reply:
        self._demand_no_loop()
        return self._runner.run(self._send(method, target, fields, body))

    async def request_async(
        self, method: str, target: str | bytes, **options: Unpack[RequestOptions]
    ) -> Reply:
        """`request` inside a running loop."""
        fields, body = prepare(options, self.cookies)
        return self.keep(await self._send(method, as_bytes(target), fields, body))

    async def _send(self, method: str, target: bytes, fields: Fields, body: bytes | list[bytes]) -> Reply:
        path, _, query = target.partition(b"?")
        head = RequestHead(method, path, query, fields, self._connection)
        exchange = MemoryExchange(head, [body] if isinstance(body, bytes) else body)
        pending = self._app.handle(exchange)
        if pending is not None:
            await pending
        return exchange.reply()

    def _demand_no_loop(self) -> None:
        if asyncio._get_running_loop() is not None:
            raise RuntimeError(
                "a loop is running: await client.request_async(...), and app.startup() and app.shutdown() around it"
            )


def prepare(options: RequestOptions, cookies: Mapping[str, str]) -> tuple[Fields, bytes | list[bytes]]:
    """Header fields and body of a request; a list of pieces for a body whose length is not told.

    Raises TypeError for an option that there is not.
    """
    for name in options.keys() - RequestOptions.__annotations__.keys():
        known = "there are headers=, body=, json=, form= and files="
        raise TypeError(f"{name}: {OTHER_WORDS.get(name, known)}")
    headers = options.get("headers", ())
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    body = options.get("body", b"")
    if options.get("json") is not None:
        body = json.dumps(options["json"]).encode()
        pairs.append(("Content-Type", "application/json"))
    elif "files" in options:
        body, content_type = multipart(options.get("form", {}), options["files"])
        pairs.append(("Content-Type", content_type))
    elif "form" in options:
        body = urlencode(options["form"], doseq=True).encode()
        pairs.append(("Content-Type", "application/x-www-form-urlencoded"))
    names = {name.lower() for name, _ in pairs}
    if "host" not in names:
        pairs.append(("Host", "testserver"))
    if cookies and "cookie" not in names:
        pairs.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
    if isinstance(body, bytes) and body and "content-length" not in names:
        pairs.append(("Content-Length", str(len(body))))
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return fields, body if isinstance(body, bytes) else list(body)


def as_bytes(target: str | bytes) -> bytes:
    return target if isinstance(target, bytes) else target.encode("latin-1")
