"""A connection taken over: a WebSocket that echoes, on Growler's responder stack and nothing else.

    python app.py      then http://127.0.0.1:8000/

Every connection has a stack of responders, and its bytes go to the one on top. At the bottom is HTTP. `upgrade` answers
101, puts `Echo` on top, and from then on the bytes are Echo's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from frames import Frame, Op, Reader, Violation, accept_key
from growler import App, GrowlerStopIteration, Limits, Request, Response
from growler.ext import Static
from growler.http.errors import (
    HTTPErrorBadRequest,
    HTTPErrorForbidden,
    HTTPErrorNotImplemented,
    HTTPErrorUpgradeRequired,
)
from growler.responder import GrowlerResponder

HERE = Path(__file__).resolve().parent
QUIET = 30.0
"""Seconds of silence after which the client is asked whether it is there, and then is taken for gone."""

# An open WebSocket does not end by itself: a restart need not wait for it.
app = App("websocket", limits=Limits(shutdown_timeout=1))


class Echo(GrowlerResponder):
    """Sends back every message, until one side closes."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._reader = Reader()
        self._asked = False
        # HTTP's time-outs end where its connection was handed over: ours begin.
        self._timer = asyncio.get_running_loop().call_later(QUIET, self._is_quiet)

    # What the protocol tells the top of its stack

    def on_data(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._asked = False
        try:
            for frame in self._reader.feed(data):
                self._answer(frame)
        except Violation as violation:
            self._close(violation.code)

    def on_pause_writing(self) -> None:
        # The client does not take its echoes: then it is not heard either, and no more has to be kept for it.
        self._transport.pause_reading()

    def on_resume_writing(self) -> None:
        self._transport.resume_reading()

    def on_lost(self, error: Exception | None) -> None:
        self._timer.cancel()

    # What is said

    def _answer(self, frame: Frame) -> None:
        match frame.op:
            case Op.TEXT | Op.BINARY:
                self._transport.write(frame.encode())
            case Op.PING:
                self._transport.write(Frame(Op.PONG, frame.payload).encode())
            case Op.CLOSE:
                self._close(1000)

    def _close(self, code: int) -> None:
        self._transport.write(Frame(Op.CLOSE, code.to_bytes(2)).encode())
        self._transport.close()  # when what was written has left

    def _is_quiet(self) -> None:
        if self._asked:
            self._transport.abort()
            return
        self._asked = True
        self._transport.write(Frame(Op.PING).encode())
        self._timer = asyncio.get_running_loop().call_later(QUIET, self._is_quiet)


@app.get("/echo")
def upgrade(req: Request, res: Response) -> None:
    """The handshake (RFC 6455 4.2)."""
    if (req.get("upgrade") or "").lower() != "websocket" or req.get("sec-websocket-version") != "13":
        raise HTTPErrorUpgradeRequired(
            "Here is a WebSocket.",
            headers={"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"},
        )
    accept = accept_key(req.get("sec-websocket-key") or "")
    if accept is None:
        raise HTTPErrorBadRequest("Sec-WebSocket-Key must be 16 bytes in Base64.")
    # Pages of other sites may open WebSockets, cookies and all; that the browser says so is the only defence.
    origin = req.get("origin")
    if origin is not None and origin != f"{req.protocol}://{req.host}":
        raise HTTPErrorForbidden("This WebSocket was opened by a page of another site.")
    protocol = res.protocol
    if protocol is None:
        raise HTTPErrorNotImplemented("Another server has the connection: run this with `growler run`.")
    protocol.transport.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept.encode()
    )
    protocol.responders.append(Echo(protocol.transport))
    # Nothing more is run for this request, and nothing is sent.
    raise GrowlerStopIteration


@app.use
def set_policy(req: Request, res: Response) -> None:
    res.headers["Content-Security-Policy"] = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"


app.use(Static(HERE / "assets"))

if __name__ == "__main__":
    app.run()
