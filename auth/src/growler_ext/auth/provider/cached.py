"""`Cached`: a document of a provider, fetched when it is needed, kept for an hour, and longer while it is away.

A fetch is a task of its own: all who need the document wait for the same one, and nobody who leaves stops it. Neither
unknown key ids nor many requests at once make it ask more often than is allowed here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from growler_ext.auth.provider.web import ProviderError

log: logging.Logger = logging.getLogger("growler.auth")

T = TypeVar("T")

KEEP_SECONDS = 3600
KEEP_WHILE_AWAY_SECONDS = 24 * 3600
"""An issuer that is away for longer signs nothing, and might have withdrawn a key that nobody could be told of."""

COOL_DOWN_SECONDS = 30
"""Between two fetches that somebody outside can cause, such as by a token with an unknown key id."""

COOL_DOWN_AFTER_FAILURE_SECONDS = 5
"""The same after one that failed: a provider that was away may come back with other keys."""


class Cached(Generic[T]):
    """
    Parameters:
        fetch: gets it, or raises ProviderError.
        pause: seconds after a fetch that failed in which none is tried, while there is nothing to use instead.
        clock: seconds.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[T]],
        *,
        pause: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._pause = pause
        self._clock = clock
        self._value: T | None = None
        self._fetched = 0.0
        self._error: ProviderError | None = None
        self._failed = 0.0
        self._demanded: float | None = None
        self._running: asyncio.Task[None] | None = None

    async def get(self) -> T:
        """The document, at most an hour old; up to a day old if the provider is away. Raises ProviderError."""
        if self._value is None or self._clock() - self._fetched >= KEEP_SECONDS:
            pause = self._pause if self._value is None else COOL_DOWN_SECONDS
            if self._error is None or self._clock() - self._failed >= pause:
                await self._renew()
        return self._usable()

    async def newer(self) -> T:
        """The document fetched anew, unless that was demanded a moment ago. Raises ProviderError."""
        now = self._clock()
        pause = COOL_DOWN_SECONDS if self._error is None else COOL_DOWN_AFTER_FAILURE_SECONDS
        # Who comes while one is fetched waits for that: it may have what they miss.
        if self._is_fetching() or self._demanded is None or now - self._demanded >= pause:
            if not self._is_fetching():
                self._demanded = now
            await self._renew()
        return self._usable()

    def close(self) -> None:
        """Stop a fetch that is under way."""
        if self._running is not None and self._is_fetching():
            self._running.cancel()
        self._running = None

    def _usable(self) -> T:
        age = self._clock() - self._fetched
        if self._value is not None and (self._error is None or age < KEEP_WHILE_AWAY_SECONDS):
            return self._value
        raise self._error or ProviderError("what was asked for was given up")

    def _is_fetching(self) -> bool:
        running = self._running
        return running is not None and not running.done() and running.get_loop() is asyncio.get_running_loop()

    async def _renew(self) -> None:
        if self._running is None or not self._is_fetching():
            self._running = asyncio.create_task(self._ask())
        # Not cancelled with one who waits for it; what it found is in our attributes.
        await asyncio.wait([self._running])

    async def _ask(self) -> None:
        try:
            self._value, self._error = await self._fetch(), None
            self._fetched = self._clock()
        except ProviderError as error:
            # A traceback would keep all that its frames hold.
            self._error, self._failed = error.with_traceback(None), self._clock()
            if self._value is not None:
                log.warning("what a provider said before is used on: %s", error)
