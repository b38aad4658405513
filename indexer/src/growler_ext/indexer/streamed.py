"""`Streamed`: pieces made by a generator in a thread, each when the one before has left.

So a slow client slows the work down, a client that goes ends it, and no more than a piece is in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future


class Streamed:
    """An async iterator over what a generator gives; for one reader.

    Parameters:
        pieces: waits for the disk, or works hard.
        executor: whose threads it runs in.
        done: called once in the end, however it ends, also if nothing was ever asked for.
    """

    def __init__(
        self, pieces: Generator[bytes, None, None], executor: Executor, done: Callable[[], object]
    ) -> None:
        self._pieces = pieces
        self._executor = executor
        self._done: Callable[[], object] | None = done
        self._at_work: Future[bytes | None] | None = None

    def __aiter__(self) -> Streamed:
        return self

    async def __anext__(self) -> bytes:
        piece: bytes | None = b""
        while piece == b"":  # an empty one would look like an end on the wire
            # A StopIteration cannot travel through a future, so the end is None.
            self._at_work = self._executor.submit(next, self._pieces, None)
            piece = await asyncio.wrap_future(self._at_work)
        if piece is None:
            await self.aclose()
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Stop working and close what is open; a piece that is being made is finished first, by its thread."""
        done, self._done = self._done, None
        if done is None:
            return
        done()
        if self._at_work is not None and not self._at_work.done():
            self._at_work.add_done_callback(lambda _: self._pieces.close())
        else:
            self._pieces.close()
