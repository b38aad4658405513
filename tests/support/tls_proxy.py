"""A proxy that speaks TLS to its clients, for a server that does not: the Redis of the tests was built without."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def tls_proxy(context: ssl.SSLContext, port: int) -> Iterator[int]:
    """In a thread: a port whose connections are decrypted and passed on to that of 127.0.0.1."""
    loop, started, ports = asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
        ports.append(int(server.sockets[0].getsockname()[1]))
        started.set()
        async with server:
            await over.wait()
            server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        for source, target in ((reader, inner_writer), (inner_reader, writer)):
            tasks.append(asyncio.ensure_future(pass_on(source, target)))

    async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        except OSError:
            pass  # the other side is closed below
        finally:
            target.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await target.wait_closed()

    over, tasks = asyncio.Event(), []
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        assert started.wait(10), "the proxy did not start"
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
