"""`Clock`: a time that a test sets, in place of the machine's."""

from __future__ import annotations


class Clock:
    """Callable as `time.time` is; `now` is what it answers, in seconds."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
