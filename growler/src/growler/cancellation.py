"""Tells the end of a request that was cancelled from the failure of what one of its handlers had waited for.

Both arrive as a CancelledError, which is no Exception. The first one goes its way; the second one - a task or future of
the application's that somebody has cancelled - is a mistake like any other, to be logged and answered.
"""

from __future__ import annotations

import asyncio


class AwaitedCancelledError(RuntimeError):
    """What a handler waited for was cancelled, and not the handler."""


def as_failure(cancelled: asyncio.CancelledError) -> AwaitedCancelledError:
    """The failure that a CancelledError stands for. Raises it where the running task itself was cancelled."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs: nobody can have been cancelled
        task = None
    if task is not None and task.cancelling():
        raise cancelled
    failure = AwaitedCancelledError("something that was waited for was cancelled")
    failure.__cause__ = cancelled
    return failure
