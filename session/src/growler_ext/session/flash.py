"""Flash messages: kept in the session until some page shows them.

Each is a field of its own, so parallel requests cannot lose each other's. Their names begin with NUL, which keys
of the application may not, and then sort by time.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from typing import NamedTuple

RESERVED = "\0"
"""What the session's own field names begin with."""

MAX_FLASHES = 20


class Flash(NamedTuple):
    """A message for the next page."""

    message: str
    category: str


def new_name() -> str:
    """A field name for one more message: sorts behind older ones, unlike any other."""
    return f"{RESERVED}flash:{time.time_ns():016x}{secrets.token_hex(4)}"


def names(fields: Iterable[str]) -> list[str]:
    """The field names of the messages, oldest first."""
    return sorted(name for name in fields if name.startswith(RESERVED + "flash:"))


def surplus(fields: Iterable[str]) -> list[str]:
    """The field names of the messages that are too many, when another is about to come."""
    return names(fields)[: -(MAX_FLASHES - 1)]
