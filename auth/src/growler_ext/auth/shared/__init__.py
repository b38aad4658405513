"""`Shared`: what all worker processes of an app have to agree on, behind one seam: memory or Redis.

Three things need it: tries are counted (`allow`), what may be used once is used once (`burn`), and what waits for a
few minutes is put away and taken out once (`put`, `take`). Each is one atomic step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SharedError(Exception):
    """The backend is broken or too slow. The message goes to the log."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many tries in so many seconds, evenly refilled (GCRA, the generic cell rate algorithm).

    >>> Rate(5, 60)
    Rate(tries=5, seconds=60)
    """

    tries: int
    seconds: float


class Shared(Protocol):
    """All methods are async and atomic; keys are any str, and leave the process hashed.

    `across_processes`: whether other processes see the same.
    """

    across_processes: bool

    async def allow(self, limits: Sequence[tuple[str, Rate]]) -> float:
        """Count a try under each key if none has used up its rate: 0. Else count it under none of them, and return
        the seconds until there is room again under all."""

    async def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries under these keys: the login succeeded."""

    async def burn(self, key: str, ttl: float) -> bool:
        """Whether this is the first time, within `ttl` seconds, that this key is burnt."""

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Put a value away for `ttl` seconds; one under the same key is replaced."""

    async def take(self, key: str) -> bytes | None:
        """The value, which is gone then: of several who ask at once, one gets it."""

    async def close(self) -> None:
        """Let go of connections; it may be used again after."""
