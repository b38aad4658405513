"""Reads an error's traceback for a page: what happened, where, and the lines around it.

An error that knows more than its traceback - in which line of which template it came up - has a method
`__growler_explain__` that gives an `Explanation`; the renderer's errors do.
"""

from __future__ import annotations

import linecache
import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from traceback import FrameSummary, TracebackException

import growler

CONTEXT = 4
"""Lines shown before and after the one that failed."""
MAX_FRAMES = 30
"""Calls shown of one error, the innermost; a recursion without end has a thousand."""
MAX_CHAIN = 10
"""Errors shown that led to each other."""

_FOREIGN = tuple(
    {
        f"{Path(path)}/"
        for path in (*map(sysconfig.get_path, ("stdlib", "purelib", "platlib")), growler.__path__[0])
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source; `marked` are the columns of the expression that failed, empty for other lines."""

    number: int
    text: str
    failing: bool
    marked: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A call on the way to the error. `own`: in the application, neither in a library nor in Growler."""

    file: str
    line: int
    function: str
    own: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an error tells of itself, for the page in development."""

    message: str
    """In place of its text, which may hold for the log what is shown here."""
    title: str
    """Of the list of places."""
    places: tuple[Frame, ...]
    """Innermost first."""
    facts: Mapping[str, Mapping[str, str]]
    """Tables by their titles."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One error of the chain. `led_to`: what it has to do with the one before in the list."""

    explanation: Explanation | None
    kind: str
    message: str
    led_to: str
    frames: tuple[Frame, ...]
    left_out: int


def failures(error: BaseException) -> list[Failure]:
    """The error, then what caused it, then what caused that; calls with the innermost first."""
    found: list[Failure] = []
    current: BaseException | None = error
    link = ""
    while current is not None and len(found) < MAX_CHAIN:
        # Reads messages and sources with care: a `__str__` that raises is not the end of the page.
        summary = TracebackException(type(current), current, current.__traceback__, limit=-MAX_FRAMES)
        frames = tuple(_frame(frame) for frame in reversed(summary.stack))
        explain = getattr(current, "__growler_explain__", None)
        explanation: Explanation | None = None if explain is None else explain()
        text = str(summary) if explanation is None else explanation.message
        message = "\n".join([text, *getattr(current, "__notes__", ())])
        left_out = _depth(current) - len(frames)
        found.append(Failure(explanation, _kind(current), message, link, frames, left_out))
        if current.__cause__ is not None:
            current, link = current.__cause__, "It was raised because of"
        elif current.__suppress_context__:
            current = None
        else:
            current, link = current.__context__, "It happened while this was handled"
    return found


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _depth(error: BaseException) -> int:
    depth, trace = 0, error.__traceback__
    while trace is not None:
        depth, trace = depth + 1, trace.tb_next
    return depth


def _frame(summary: FrameSummary) -> Frame:
    number = summary.lineno or 0
    first = max(number - CONTEXT, 1)
    source = linecache.getlines(summary.filename)[first - 1 : number + CONTEXT] if number else []
    lines = tuple(
        Line(at, text.rstrip("\n"), at == number, _marked(summary, text) if at == number else (0, 0))
        for at, text in enumerate(source, first)
    )
    # What has no path was made by a library: the code of a template, say.
    own = os.path.isabs(summary.filename) and not summary.filename.startswith((*_FOREIGN, *_extensions()))
    return Frame(summary.filename, number, summary.name, own, lines)


def _extensions() -> list[str]:
    """Where extensions lie that are not among the installed packages, but in a checkout."""
    package = sys.modules.get("growler_ext")
    return [f"{path}/" for path in package.__path__] if package is not None else []


def _marked(summary: FrameSummary, text: str) -> tuple[int, int]:
    """The columns of the failing expression; traceback counts them in bytes of UTF-8."""
    if summary.colno is None or summary.end_colno is None:
        return 0, 0
    raw = text.rstrip("\n").encode("utf-8", "surrogatepass")
    end = summary.end_colno if summary.end_lineno == summary.lineno else len(raw)
    start, stop = (len(raw[:at].decode("utf-8", "replace")) for at in (summary.colno, end))
    return start, stop
