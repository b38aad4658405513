"""httptools on uvloop with one fixed answer: the limit for every Python server that parses with httptools.

Nothing is looked at, checked or bounded; the answers to what came in one read leave in one write.
"""

import asyncio

import httptools
import uvloop

ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: limit\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n\r\nHello, World!"
)


class Limit(asyncio.Protocol):
    # uvloop's transports do not inherit from asyncio.Transport
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.complete = 0

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)
        if self.complete:
            self.transport.write(ANSWER * self.complete)
            self.complete = 0

    def on_url(self, url: bytes) -> None:
        self.url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        pass

    def on_message_complete(self) -> None:
        self.complete += 1


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Limit, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
