"""`Verified`: what was found to be good a moment ago need not be computed again. Bounded, and holds no credential.

Keys are HMACs of the credentials under a key of this process, so neither the memory nor the time of a look-up tells
anything of them.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Verified(Generic[T]):
    """
    Parameters:
        seconds: how long something is taken for good.
        max_entries: of which the longest unused one makes room for a new one.
        clock: seconds.
    """

    def __init__(
        self, seconds: float = 60, max_entries: int = 1024, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._max = max_entries
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def get(self, credential: str) -> T | None:
        digest = self._digest(credential)
        entry = self._entries.get(digest)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._entries[digest]
            return None
        self._entries.move_to_end(digest)
        return entry[1]

    def add(self, credential: str, value: T, *, at_most: float | None = None) -> None:
        """
        Parameters:
            at_most: seconds after which it is not good any more in any case.
        """
        seconds = self._seconds if at_most is None else min(self._seconds, at_most)
        self._entries[self._digest(credential)] = (self._clock() + seconds, value)
        if len(self._entries) > self._max:
            self._entries.popitem(last=False)

    def _digest(self, credential: str) -> bytes:
        return hmac.digest(self._key, credential.encode("utf-8", "surrogatepass"), "sha256")
