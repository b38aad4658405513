"""`Cached`: a document of a provider, fetched when it is needed, kept for an hour, and longer while it is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from growler_ext.auth.provider.web import ProviderError

log = logging.getLogger("growler.auth")

T = TypeVar("T")

KEEP_SECONDS = 3600
COOL_DOWN_SECONDS = 30
"""Between two fetches that somebody outside can cause, such as by a token with an unknown key id."""


class Cached(Generic[T]):
    """
    Parameters:
        fetch: gets it, or raises ProviderError.
        clock: seconds.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._value: T | None = None
        self._fetched = 0.0
        self._tried: float | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> T:
        """The document, at most an hour old; an older one if the provider is away. Raises ProviderError."""
        if self._value is not None and self._clock() - self._fetched < KEEP_SECONDS:
            return self._value
        return await self._renew()

    async def newer(self) -> T:
        """The document fetched anew, unless that was tried a moment ago."""
        if (
            self._value is not None
            and self._tried is not None
            and self._clock() - self._tried < COOL_DOWN_SECONDS
        ):
            return self._value
        return await self._renew()

    async def _renew(self) -> T:
        before = self._tried
        async with self._lock:  # of those who come at once, one asks
            if self._value is not None and self._tried != before:
                return self._value
            self._tried = self._clock()
            try:
                self._value = await self._fetch()
                self._fetched = self._clock()
            except ProviderError as error:
                if self._value is None:
                    raise
                log.warning("what a provider said before is used on: %s", error)
            return self._value
