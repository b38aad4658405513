"""Middleware below an Indexer that its archives walk around: a guard of one folder sees no request for another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from growler.router.table import Entry


def walked_around(
    entries: Sequence[Entry], indexer: object, holds: Callable[[tuple[Any, ...]], bool]
) -> list[str]:
    """Where middleware stands that runs before an Indexer and for one of its folders alone.

    Parameters:
        entries: all handlers of an app, in their order.
        holds: whether an archive could hold what lies at a path below the Indexer.
    """
    found = []
    for position, entry in enumerate(entries):
        if entry.handler is not indexer:
            continue
        mount = entry.pattern.segments
        for before in entries[:position]:
            above, below = before.pattern.segments[: len(mount)], before.pattern.segments[len(mount) :]
            is_middleware = not before.exact and not before.handles_errors
            # A parameter is any name, and so is what a regex matches: the folder it stands in decides.
            parts = tuple(takewhile(lambda part: isinstance(part, str), below))
            narrows = bool(below) or before.pattern.regex is not None
            if is_middleware and above == mount and narrows and holds(parts):
                found.append(str(before.pattern))
    return found
