"""An Exchange in memory that is also a lint: it fails on everything HTTP forbids an app to do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import BinaryIO

from growler.exchange import ClientDisconnected, Fields, RequestHead
from growler.testing.reply import Reply

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_SPLITS = re.compile(rb"[\r\n\0]").search


class ProtocolViolation(AssertionError):
    """The app did what no server could send: a second start, a body after HEAD, a header with CR or LF ..."""


class MemoryExchange:
    """Keeps the answer; `reply()` gives it.

    Parameters:
        head: the request's head.
        body: the request's body, as the pieces that arrive.
        disconnects: the client goes away after the last piece instead of ending the body.
    """

    def __init__(self, head: RequestHead, body: Iterable[bytes] = (), *, disconnects: bool = False) -> None:
        self.head = head
        self._pieces = [piece for piece in body if piece]
        self._disconnects = disconnects
        self._status = 0
        self._fields: Fields = ()
        self._body: list[bytes] = []
        self._finished = False
        self.aborted: bool = False

    def respond(self, status: int, fields: Fields, body: bytes) -> Awaitable[None] | None:
        self._begin(status, fields)
        self._add(body)
        self._end()
        return None

    async def start(self, status: int, fields: Fields) -> None:
        self._begin(status, fields)

    async def send(self, data: bytes) -> None:
        self._add(data)

    async def send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        file.seek(offset)
        data = file.read(count)
        self._add(data)
        if len(data) < count:
            raise EOFError("the file became shorter while it was sent")

    def when_gone(self, callback: Callable[[], object] | None) -> None:
        """Nobody goes without being asked for more."""

    async def finish(self) -> None:
        self._end()

    def abort(self) -> None:
        self.aborted = True

    async def receive(self) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if self._disconnects:
            raise ClientDisconnected("the client has gone")
        return b""

    def reply(self) -> Reply:
        """The answer. Raises ConnectionError if the app closed the connection, ProtocolViolation if none is whole."""
        if self.aborted:
            raise ConnectionError("the app closed the connection before the answer was whole")
        _demand(self._finished, "no whole answer was sent")
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._fields]
        return Reply(self._status, fields, b"".join(self._body))

    def _begin(self, status: int, fields: Fields) -> None:
        _demand(not self._status, "the answer was started twice")
        _demand(100 <= status <= 999, f"{status!r} is no status")
        for name, value in fields:
            _demand(type(name) is bytes and type(value) is bytes, f"header {name!r} is not bytes")
            _demand(bool(_TOKEN(name)), f"{name!r} is no header name")
            _demand(not _SPLITS(value), f"header {name!r} would split the message")
        names = [name.lower() for name, _ in fields]
        _demand(names.count(b"content-length") <= 1, "two Content-Length fields")
        _demand(b"transfer-encoding" not in names, "framing is the server's: no Transfer-Encoding")
        self._status, self._fields = int(status), list(fields)

    def _add(self, data: bytes) -> None:
        _demand(bool(self._status), "a body was sent before the start")
        _demand(not self._finished, "a body was sent after the end")
        _demand(type(data) is bytes, f"a body is bytes, not {type(data).__name__}")
        if data:
            _demand(self.head.method != "HEAD", "a body was sent in answer to HEAD")
            _demand(self._status not in (204, 304), f"a body was sent with status {self._status}")
            self._body.append(data)

    def _end(self) -> None:
        _demand(not self._finished, "the answer was ended twice")
        declared = [value for name, value in self._fields if name.lower() == b"content-length"]
        if declared and self.head.method != "HEAD" and self._status != 304:
            size = sum(map(len, self._body))
            _demand(
                int(declared[0]) == size,
                f"Content-Length is {declared[0].decode()}, the body has {size} bytes",
            )
        self._finished = True


def _demand(true: bool, sentence: str) -> None:
    if not true:
        raise ProtocolViolation(sentence)
