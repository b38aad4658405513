"""Shows how far the work has come: a bar by rich where it is installed and somebody is looking, else plain lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TextIO

STEPS = 10
"""Plain lines that are written on the way."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where progress is told: bytes that are done, and lines that are to be read."""

    advance: Callable[[int], None]
    say: Callable[[str], None]


@contextmanager
def progress(total: int, *, quiet: bool, out: TextIO | None = None) -> Iterator[Progress]:
    """Something to tell progress to.

    Parameters:
        total: bytes to do in all.
        quiet: show nothing but what `say` is given.
        out: where to; standard error if None, so that a pipe gets the summary only.
    """
    stream = out or sys.stderr

    def say(line: str) -> None:
        print(line, file=stream, flush=True)

    if quiet or not total:
        yield Progress(lambda _: None, say)
        return
    if not stream.isatty() or find_spec("rich") is None:
        yield Progress(_Lines(total, say).advance, say)
        return
    from rich import progress as rich  # an extra, needed by those who look at a bar
    from rich.console import Console

    columns = ("compressing", rich.BarColumn(), rich.DownloadColumn(), rich.TimeRemainingColumn())
    with rich.Progress(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task("", total=total)
        yield Progress(
            lambda done: bar.advance(task, done), lambda line: bar.console.out(line, highlight=False)
        )


class _Lines:
    """A line for each tenth of the way."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self._total = total
        self._say = say
        self._done = 0
        self._told = 0

    def advance(self, done: int) -> None:
        self._done += done
        step = min(self._done * STEPS // self._total, STEPS)
        if step > self._told:
            self._told = step
            self._say(f"compressing: {step * 100 // STEPS} %")
