"""Flash messages: kept in the session until some page shows them.

Each is a field of its own, so parallel requests cannot lose each other's. Their names sort by time.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from typing import NamedTuple

from growler_ext.session.reserved import FLASH

MAX_FLASHES = 20
"""Messages that wait at most; beyond them the oldest is dropped."""


class Flash(NamedTuple):
    """A message for the next page."""

    message: str
    category: str


def new_name() -> str:
    """A field name for one more message: sorts behind older ones, unlike any other."""
    return f"{FLASH}{time.time_ns():016x}{secrets.token_hex(4)}"


def names(fields: Iterable[str]) -> list[str]:
    """The field names of the messages, oldest first."""
    return sorted(name for name in fields if name.startswith(FLASH))


def surplus(fields: Iterable[str]) -> list[str]:
    """The field names of the messages that are too many, when another is about to come."""
    return names(fields)[: -(MAX_FLASHES - 1)]
