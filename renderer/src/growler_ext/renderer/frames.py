"""Walks the frames of an exception, for engines that find their templates among them."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType


def frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """Each frame that an exception passed through and the line it stood at, outermost first."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
