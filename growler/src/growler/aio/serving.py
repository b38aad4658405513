"""One server in the foreground of one process: from its startup to a signal and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from growler.aio.server import HTTPServer
    from growler.aio.stop_signals import StopSignals


class Ending(IntEnum):
    """How it went; what is not DONE was logged. Also the exit statuses of worker processes."""

    DONE = 0
    SHUTDOWN_FAILED = 1
    STARTUP_FAILED = 3


async def serve(server: HTTPServer, stop: StopSignals, ready: Callable[[], object]) -> Ending:
    """Start, call `ready` once connections are accepted, and end when a stop is asked for.

    A stop that is asked for during the startup cancels it; then, as after a startup that failed, nothing was served
    and nothing is shut down.
    """
    # Startup and shutdown run in one task, so that what one enters (a task group, say) the other can leave.
    main = asyncio.current_task()
    assert main is not None
    over = asyncio.Event()
    starting = True

    def asked() -> None:
        over.set()
        if starting:
            main.cancel()

    stop.call(asked)
    try:
        try:
            await server.start()
        except asyncio.CancelledError:
            if not stop.asked:
                raise
            return Ending.DONE
        except Exception as error:
            server.app.log.error("The startup failed, nothing is served", exc_info=error)
            return Ending.STARTUP_FAILED
        if stop.asked:
            # A startup that never waits ends before its cancellation arrives, and that must not end what follows.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        starting = False
        ready()
        await over.wait()
        try:
            await server.close()
        except Exception as error:
            server.app.log.error("The shutdown failed", exc_info=error)
            return Ending.SHUTDOWN_FAILED
        return Ending.DONE
    finally:
        stop.call_nothing()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed, else None for asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
