"""Server-sent events (WHATWG HTML, section 9.2): `Event`, and the body that a stream of them makes.

Text is cut into lines before it is written, so nothing in it can end an event or begin another one. While there is
no event a comment goes out from time to time: proxies close what is silent, and only sending tells that a client
has gone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from growler.cancellation import as_failure
from growler.http.json_text import to_json

HEARTBEAT = b":\n\n"

# 9.2.5: each of these ends a line, and nothing else does - str.splitlines() knows more of them.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Parameters:
        data: a str as it is; anything else as JSON. None: no event, only `id` or `retry` for the client to note.
        event: its type; "message" for the client if None.
        id: what the client sends as Last-Event-ID when it connects again.
        retry: milliseconds the client is to wait before that.

    Raises ValueError for what would break a line.
    """

    data: Any = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("event", self.event), ("id", self.id)):
            if value is not None and (_LINE_END.search(value) or "\0" in value):
                raise ValueError(f"the {name} of a server-sent event is one line without NUL")
        if self.retry is not None and not (type(self.retry) is int and self.retry >= 0):
            raise ValueError(f"retry is a whole number of milliseconds, not {self.retry!r}")

    def encode(self) -> bytes:
        """The event as it travels. Raises TypeError or ValueError for data that JSON has not."""
        lines = []
        if self.event is not None:
            lines.append(f"event: {self.event}")
        if self.id is not None:
            lines.append(f"id: {self.id}")
        if self.retry is not None:
            lines.append(f"retry: {self.retry}")
        if self.data is not None:
            text = self.data if isinstance(self.data, str) else to_json(self.data)
            lines += [f"data: {line}" for line in _LINE_END.split(text)]
        return ("\n".join(lines) + "\n\n").encode("utf-8", "replace")


async def event_stream(
    events: AsyncIterator[Any], heartbeat: float | None, stopping: asyncio.Event | None = None
) -> AsyncIterator[bytes]:
    """The body: each event encoded - what is no Event is the data of one - and heartbeats between them.

    Ends when `stopping` is set: behind a whole event, so that the client, who connects again, has lost none. Closes
    `events` when it is closed itself. `events` runs in one task from beginning to end, so it may hold time-outs and
    task groups over its `yield`s.
    """
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(1)
    patience: asyncio.Timeout | None = None

    def lose_patience(_: object) -> None:
        if patience is not None:
            patience.reschedule(0)

    stopping = stopping or asyncio.Event()
    pump = asyncio.create_task(_pump(events, queue))
    watch = asyncio.create_task(stopping.wait())
    watch.add_done_callback(lose_patience)
    try:
        while not stopping.is_set():
            try:
                async with asyncio.timeout(heartbeat) as patience:
                    piece = await queue.get()
            except TimeoutError:
                piece = HEARTBEAT
            finally:
                patience = None
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        watch.cancel()
        pump.cancel()
        await asyncio.wait([pump])


async def _pump(events: AsyncIterator[Any], queue: asyncio.Queue[bytes | Exception | None]) -> None:
    """Put each event into the queue, and then None or the error that ended them."""
    end: Exception | None = None
    try:
        async for event in events:
            await queue.put((event if isinstance(event, Event) else Event(event)).encode())
    except asyncio.CancelledError as cancelled:
        end = as_failure(cancelled)
    except Exception as error:
        end = error
    finally:
        if hasattr(events, "aclose"):
            await events.aclose()
    await queue.put(end)
