"""A site for tests that speak HTTP/1.1 byte by byte: a route for each way of reading and answering, and narrow limits.

tests/growler/conftest.py serves it: `raw` is a connection to it, `http11_port` is for more of them.
"""

from __future__ import annotations

import asyncio

from growler import App, Limits

LIMITS = Limits(
    max_head=4096,
    max_fields=20,
    max_pipeline=3,
    max_discard=1000,
    head_timeout=1,
    idle_timeout=1,
    body_timeout=1,
    write_timeout=1,
)

CHUNKED = b"Transfer-Encoding: chunked"
UPGRADE = (
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
)


def make_http11_site() -> App:
    app = App(limits=LIMITS)
    app.gates = {}

    @app.use
    def show(req, res):
        if "x-show" in req.headers:
            res.send_text(f"{req.original_url} {req.get('host')}")

    app.get("/", lambda req, res: res.send_text("root"))
    app.get("/q", lambda req, res: res.send_text(req.original_url))

    @app.get("/gate/:name")
    async def gate(req, res):
        """Answers when another request opens the gate: order is decided by the test, not by time."""
        await app.gates.setdefault(req.params["name"], asyncio.Event()).wait()
        res.send_text("gate " + req.params["name"])

    @app.get("/open/:name")
    def open_gate(req, res):
        app.gates.setdefault(req.params["name"], asyncio.Event()).set()
        res.send_text("opened")

    @app.post("/echo")
    async def echo(req, res):
        res.send(await req.body(), 200)

    @app.post("/ignore")
    def ignore(req, res):
        res.send_text("ignored")

    @app.post("/stream")
    async def stream(req, res):
        async for piece in req.stream():
            await res.write(piece)

    @app.get("/parts")
    async def parts(req, res):
        for number in range(3):
            await res.write(f"part {number};")

    @app.get("/status/:code")
    def status(req, res):
        res.send(b"body", int(req.params["code"]))

    @app.get("/close")
    def close(req, res):
        res.headers["Connection"] = req.get("x-connection", "close")
        res.send_text("bye")

    @app.get("/short")
    async def short(req, res):
        res.headers["Content-Length"] = "10"
        await res.write("12345")

    return app


def post(*lines: bytes, target: bytes = b"/echo", body: bytes = b"") -> bytes:
    """A POST request with a Host, further header lines and a body as it is."""
    return b"POST %b HTTP/1.1\r\nHost: x\r\n%b\r\n%b" % (
        target,
        b"".join(line + b"\r\n" for line in lines),
        body,
    )
