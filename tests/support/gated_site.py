"""A site whose answers wait for a gate, with narrow limits: for tests that say what a connection does meanwhile."""

from __future__ import annotations

import asyncio

from growler import App, Limits

LIMITS = Limits(
    max_pipeline=2, max_head=200, max_connections=3, idle_timeout=75, head_timeout=15, body_timeout=30,
    write_timeout=60, linger_timeout=5, min_rate=10,
)  # fmt: skip
UPLOAD = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n"


class Site(App):
    """Answers /, and /wait when the gate is open; `seen` has the targets in the order they were begun."""

    def __init__(self) -> None:
        super().__init__(limits=LIMITS)
        self.gate = asyncio.Event()
        self.seen: list[str] = []
        self.use(lambda req, res: self.seen.append(req.path))
        self.all("/", lambda req, res: res.send_text("hello"))
        self.get("/wait", self.wait)
        self.get("/after", self.answer_and_wait)
        self.post("/upload", self.upload)
        self.get("/me", lambda req, res: res.send_text(f"{req.protocol} {req.ip}"))

    async def wait(self, req, res):
        try:
            await self.gate.wait()
            res.send_text("waited")
        except asyncio.CancelledError:
            self.seen.append("cancelled")
            raise

    async def answer_and_wait(self, req, res):
        res.on("after_send", self.gate.wait)
        res.send_text("answered")

    async def upload(self, req, res):
        res.send_text(str(len(await req.body())))
