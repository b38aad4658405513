"""The clients of the soak: each does one thing over and over until it is cancelled, and most do it badly.

A client raises WrongAnswer for an answer that it should not have got; a connection that the server ends is no
surprise, except for the well-behaved.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from load import WrongAnswer

Client = Callable[[int], Awaitable[None]]


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: soak\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: bytes, *, declared: int | None = None, kind: str = "text/plain") -> bytes:
    size = len(body) if declared is None else declared
    head = f"POST {path} HTTP/1.1\r\nHost: soak\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + body


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, status: int
) -> bytes:
    """One request and the body of its answer, which has to have a Content-Length."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 %d" % status):
        raise WrongAnswer(f"{status} was due, this came: {head!r}")
    return await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))


async def keeps(port: int) -> None:
    """Many requests on one connection, now and then a new one."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(200):
            await ask(reader, writer, get("/"), 200)
            await ask(reader, writer, get(f"/user/{number}"), 200)
            await ask(reader, writer, get("/sleep"), 200)
            await ask(reader, writer, get("/page"), 200)
            await ask(reader, writer, post("/echo", b"e" * 3000), 200)
        writer.close()


async def comes_anew(port: int) -> None:
    """A connection for each request; some are reset."""
    number = 0
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await ask(reader, writer, get("/"), 200)
        number += 1
        if number % 3 == 0:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()


async def pipelines(port: int) -> None:
    """Sixteen requests at once, and leaves before the answers are read."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/sleep") * 16)
        await reader.readuntil(b"slept")
        writer.close()
        await asyncio.sleep(0.05)


async def sends_chunks(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        body = await ask(reader, writer, head + b"5;a=b\r\nchunk\r\n" * 100 + b"0\r\nTrailer: 1\r\n\r\n", 200)
        if body != b"chunk" * 100:
            raise WrongAnswer("an echo that was none")


async def uploads(port: int) -> None:
    """A file that lies on disk at the server."""
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n%b\r\n--b--\r\n' % (
        b"u" * 100_000
    )
    request = post("/upload", part, kind="multipart/form-data; boundary=b")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        await ask(reader, writer, request, 200)
        await ask(reader, writer, get("/file"), 200)
        await asyncio.sleep(0.01)


async def makes_errors(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        await ask(reader, writer, get("/error"), 500)
        await ask(reader, writer, get("/error-later"), 403)
        await ask(reader, writer, get("/nowhere"), 404)
        await ask(reader, writer, post("/", b""), 405)
        await asyncio.sleep(0.01)


async def talks_nonsense(port: int) -> None:
    while True:
        for nonsense in (b"\x16\x03\x01\x02\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 100_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(nonsense)
            if b" 4" not in await reader.read(12):
                raise WrongAnswer("nonsense was taken for a request")
            writer.close()


async def leaves_streams(port: int) -> None:
    """Follows server-sent events for a moment, then goes away."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/events"))
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.transport.abort()


async def reads_slowly(port: int) -> None:
    """Takes some of a large answer, then nothing, until it is dropped."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(get("/large"))
        for _ in range(20):
            await reader.read(1000)
            await asyncio.sleep(0.02)
        await asyncio.sleep(4)
        writer.transport.abort()


async def stops_in_a_head(port: int) -> None:
    await _stops(port, b"GET / HTTP/1.1\r\nHost: so")


async def stops_in_a_body(port: int) -> None:
    await _stops(port, post("/echo", b"not all of it", declared=1000))


async def says_nothing(port: int) -> None:
    await _stops(port, b"")


async def _stops(port: int, beginning: bytes) -> None:
    """Waits for the server to lose its patience."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        await reader.read()
        writer.close()


MIX: dict[Client, int] = {
    keeps: 4, comes_anew: 4, pipelines: 2, sends_chunks: 2, uploads: 2, makes_errors: 2, talks_nonsense: 2,
    leaves_streams: 20, reads_slowly: 20, stops_in_a_head: 50, stops_in_a_body: 50, says_nothing: 20,
}  # fmt: skip
"""How many there are of each."""
