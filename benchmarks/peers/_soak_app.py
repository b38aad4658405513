"""The application of the soak: a bit of everything, and /census, which counts what lives in this process."""

import asyncio
import gc
import logging
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from _native import serve

from growler import App, Limits, Request, Response
from growler.aio.exchange import HTTPExchange
from growler.aio.http_responder import HTTPResponder
from growler.http.errors import HTTPErrorForbidden
from growler.middleware import Compression

# Short, so that every time-out strikes in each round.
app = App(
    "soak", limits=Limits(head_timeout=2, body_timeout=2, write_timeout=2, idle_timeout=3, linger_timeout=1)
)
app.use(Compression())
logging.getLogger("growler").setLevel(logging.CRITICAL)  # errors are part of the load
asked = 0
FILE = Path(tempfile.mkdtemp()) / "file.bin"
FILE.write_bytes(b"f" * 300_000)


@app.use
def count(req: Request, res: Response) -> None:
    global asked
    asked += 1


app.get("/", lambda req, res: res.send_text("Hello, World!"))
app.get("/user/:user", lambda req, res: res.send_json(req.params))
app.get("/file", lambda req, res: res.send_file(FILE))
app.get("/page", lambda req, res: res.send_html("<p>compressible</p>" * 1000))


@app.get("/sleep")
async def sleep(req: Request, res: Response) -> None:
    await asyncio.sleep(0.01)
    res.send_text("slept")


@app.post("/echo")
async def echo(req: Request, res: Response) -> None:
    res.send(await req.body(), 200)


@app.post("/upload")
async def upload(req: Request, res: Response) -> None:
    form = await req.form()
    res.send_text(form.files["file"][0].filename)


@app.get("/large")
async def large(req: Request, res: Response) -> None:
    for _ in range(100):
        await res.write(b"x" * 50_000)


@app.get("/events")
def events(req: Request, res: Response) -> None:
    async def ticks() -> AsyncIterator[str]:
        while True:
            yield "tick"
            await asyncio.sleep(0.02)

    res.sse(ticks())


@app.get("/error")
def error(req: Request, res: Response) -> None:
    raise RuntimeError("on purpose")


@app.get("/error-later")
async def error_later(req: Request, res: Response) -> None:
    await asyncio.sleep(0)
    raise HTTPErrorForbidden("on purpose")


@app.get("/census")
def census(req: Request, res: Response) -> None:
    gc.collect()
    living = gc.get_objects()
    kinds = Counter(map(type, living))
    res.send_json(
        {
            "asked": asked,
            "open files": len(os.listdir("/proc/self/fd")),
            "tasks": len(asyncio.all_tasks()),
            "requests": kinds[Request],
            "responses": kinds[Response],
            "exchanges": kinds[HTTPExchange],
            "connections": kinds[HTTPResponder],
            "objects": len(living),
        }
    )


if __name__ == "__main__":
    uvloop.run(serve(app))
