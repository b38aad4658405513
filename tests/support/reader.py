"""The reading half of a connection by itself: bytes in, requests out, no transport and no app."""

from __future__ import annotations

import asyncio

from growler import Limits
from growler.aio.connections import Connections
from growler.aio.exchange import HTTPExchange
from growler.aio.received import Refused
from growler.aio.request_reader import RequestReader
from growler.exchange import Connection


class Reader(RequestReader):
    """Keeps in `begun` what has begun.

    Parameters:
        limits: those of `Limits` that are other than usual.
    """

    def __init__(self, **limits: int) -> None:
        connections = Connections(asyncio.get_running_loop())
        super().__init__(Limits(**limits), Connection(), connections)
        self.begun: list[HTTPExchange] = []

    def begin(self, exchange: HTTPExchange) -> None:
        self.begun.append(exchange)

    def on_data(self, data: bytes) -> None:
        self.read(data)

    def all_of(self, *pieces: bytes) -> list[bytes | int]:
        """What was read so far and is in these pieces: each request as `spelled`, and the status of a refusal."""
        refused = []
        try:
            for piece in pieces:
                assert self.read(piece) is None
        except Refused as error:
            refused.append(error.status)
        return [*map(spelled, self.begun), *refused]


def spelled(exchange: HTTPExchange) -> bytes:
    """A request in one line, with as much of its body as has come; three dots if there is more to come."""
    head, body = exchange.head, b"".join(exchange._pieces or ())
    words = (head.method.encode(), head.path, head.query, head.version.encode(), body)
    return b" ".join(words) + (b"" if exchange.whole else b"...")
