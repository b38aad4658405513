"""Responders: what stands on a connection's stack and receives its bytes.

The protocol hands every byte to the top of the stack. HTTP is a responder; a middleware may push another,
answer 101 and raise GrowlerStopIteration: from then on the bytes are its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Generator
from typing import Any


class GrowlerResponder(ABC):
    """Receives the bytes of a connection while it is on top of the stack."""

    @abstractmethod
    def on_data(self, data: bytes) -> None:
        """Bytes have arrived."""

    def on_eof(self) -> bool:
        """The client sends no more. Returns whether to keep the connection to answer it."""
        return False

    def on_lost(self, error: Exception | None) -> None:  # noqa: B027 - nothing to do is a good answer
        """The connection is gone; every responder on the stack hears of it."""

    def on_pause_writing(self) -> None:  # noqa: B027 - as above
        """The client reads slowly: stop writing until `on_resume_writing`."""

    def on_resume_writing(self) -> None:  # noqa: B027 - as above
        """The client has caught up."""


class CoroutineResponder(GrowlerResponder):
    """Hands the bytes to a generator or coroutine by its `send`.

    Parameters:
        coro: must have been started: it stands at the `yield` that gives it the next bytes. Its end, like any
            exception of its own, leaves `on_data`; take the responder off the stack before.
    """

    def __init__(self, coro: Generator[Any, bytes, Any] | Coroutine[Any, bytes, Any]) -> None:
        self._coro = coro

    def on_data(self, data: bytes) -> None:
        self._coro.send(data)

    def on_eof(self) -> bool:
        """The client sends no more. Returns whether to keep the connection to answer it."""
        return False

    def on_lost(self, error: Exception | None) -> None:
        """The connection is gone: what the coroutine stands in is left, its `finally` clauses run."""
        self._coro.close()
