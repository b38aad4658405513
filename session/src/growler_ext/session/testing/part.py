"""What the parts of the contract are given: an opened store, and time."""

from __future__ import annotations

from abc import ABC, abstractmethod

from growler_ext.session.testing.opened import Opened


class Part(ABC):
    """Some of the contract's tests."""

    @abstractmethod
    def opened(self) -> Opened:
        """A new, empty store, for a `with`."""

    @abstractmethod
    def pass_time(self, seconds: float) -> None:
        """Make the store believe that so much time has passed."""
