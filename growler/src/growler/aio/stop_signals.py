"""`StopSignals`: Ctrl-C and SIGTERM. The first asks for a graceful stop, the second ends the process at once.

These are handlers of the signal module and not of the loop: they are there before a loop is, they work on every
platform, and the second signal ends a program whose loop is held up by code that never waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

STOP = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """Catches the signals while it is entered; in threads other than the main one it catches nothing.

    Parameters:
        passed_on: a parent process of ours gets the signals and passes each on as one SIGTERM. Ctrl-C, which a
            terminal sends to the child too, is then not for us, and a SIGTERM after the first means nothing: a
            service manager sends one to the parent and to the child, and the parent kills where it has to be quick.
    """

    def __init__(self, *, passed_on: bool = False) -> None:
        self.asked: bool = False
        self.before_death: Callable[[], object] | None = None  # called when a second signal ends the process
        self._passed_on = passed_on
        self._call: Callable[[], object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        for number in STOP:
            # Not SIG_IGN: programs that the app starts would inherit that.
            handler = _ignore if self._passed_on and number is signal.SIGINT else self._caught
            with contextlib.suppress(ValueError):  # not in the main thread
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            # None: whoever set it did not use Python.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def call(self, function: Callable[[], object]) -> None:
        """Have the running loop call a function when a stop is asked for, or now if it was."""
        self._loop, self._call = asyncio.get_running_loop(), function
        if self.asked:
            function()

    def call_nothing(self) -> None:
        """The loop is about to end."""
        self._loop = self._call = None

    def ask(self) -> None:
        """Ask for a graceful stop."""
        self.asked = True
        if self._loop is not None and self._call is not None:
            self._loop.call_soon_threadsafe(self._call)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if not self.asked:
            self.ask()
        elif not self._passed_on:
            if self.before_death is not None:
                self.before_death()
            die_of(number)


def die_of(number: int) -> None:
    """End at once, as if the signal had never been caught: the shell and the parent see what it was."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _ignore(number: int, frame: FrameType | None) -> None:
    """A signal that is for somebody else."""
