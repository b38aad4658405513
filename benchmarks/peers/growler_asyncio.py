"""Growler on its own server, plain asyncio."""

import asyncio

from _growler_app import app

from growler.aio.server import HTTPServer


async def main() -> None:
    server = HTTPServer(app, "127.0.0.1", 0)
    await server.start()
    print(server.port, flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
