"""Sends a body that an async iterator gives, piece by piece, and no longer than the client is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from growler.cancellation import as_failure
from growler.exchange import ClientDisconnected, Exchange


async def send_stream(exchange: Exchange, pieces: AsyncIterator[bytes]) -> None:
    """Raises ClientDisconnected as soon as the client goes, though the stream has nothing to say at that time."""
    task = asyncio.current_task()
    begun = gone = False

    def stop() -> None:
        nonlocal gone
        gone = True
        if begun and task is not None:
            task.cancel()

    try:
        exchange.when_gone(stop)
        if gone:  # already: nothing waits that would have to be cancelled
            raise ClientDisconnected("the client has gone")
        begun = True
        async for piece in pieces:
            await exchange.send(piece)
    except asyncio.CancelledError as cancelled:
        if not gone:
            raise as_failure(cancelled) from cancelled
        if task is not None and task.cancelling() > 1:
            raise  # by somebody else as well: the server shuts down
        raise ClientDisconnected("the client has gone") from None
    finally:
        exchange.when_gone(None)
        if gone and begun and task is not None:
            task.uncancel()
