"""Responders: what stands on a connection's stack and receives its bytes.

The protocol hands every byte to the top of the stack. HTTP is a responder; a middleware may push another,
answer 101 and raise GrowlerStopIteration: from then on the bytes are its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod


class GrowlerResponder(ABC):
    """Receives the bytes of a connection while it is on top of the stack."""

    @abstractmethod
    def on_data(self, data: bytes) -> None:
        """Bytes have arrived."""

    def on_lost(self, error: Exception | None) -> None:  # noqa: B027 - nothing to do is a good answer
        """The connection is gone; every responder on the stack hears of it."""

    def on_pause_writing(self) -> None:  # noqa: B027 - as above
        """The client reads slowly: stop writing until `on_resume_writing`."""

    def on_resume_writing(self) -> None:  # noqa: B027 - as above
        """The client has caught up."""
