"""The life of an app under a server: `LifeCycle`, the part of an App that starts, is told to stop, and shuts down.

A server calls `startup` before it accepts connections, `stop` when it was told to end, and `shutdown` when the last
answer is done. What runs then are the functions that the application and its middleware have added.
"""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from typing import TypeVar

from growler.events import Callback, Events

Hook = TypeVar("Hook", bound=Callback)


class LifeCycle:
    """The part of an App that starts and ends."""

    log: logging.Logger

    def __init__(self) -> None:
        self.events: Events = Events("startup", "stopping", "shutdown")
        self.stopping: asyncio.Event = asyncio.Event()
        """Set when the server was told to stop, for answers that have no end of their own: see `on_stopping`."""

    @abstractmethod
    def wire(self) -> object:
        """Find out whether all that was registered can work. Raises what is wrong with it."""

    def on_startup(self, function: Hook) -> Hook:
        """Have a function without arguments, sync or async, called before the first connection is accepted.

        Under every server, and in each worker process; in the order of registration. When one raises, nothing is
        served, and the program ends with a status that is not zero. Can be used as a decorator. Not called by
        `create_server`, which gives a bare asyncio server.
        """
        return self.events.on("startup", function)

    def on_stopping(self, function: Hook) -> Hook:
        """Have a function without arguments, sync or async, called when the server was told to stop.

        Connections are still accepted while they run, one after the other: here is the place to tell a load balancer,
        and to wait until it has noticed. Then the server waits for the answers that are under way, at most
        `Limits.shutdown_timeout` seconds. An answer without an end has to end then, by looking at `app.stopping`:

            while not req.app.stopping.is_set(): ...

        `res.sse` does so by itself. What they raise is logged and stops nothing. Under ASGI nobody tells an app
        before its connections are done: there they are called right before those of `on_shutdown`.
        """
        return self.events.on("stopping", function)

    def on_shutdown(self, function: Hook) -> Hook:
        """Have a function without arguments, sync or async, called when the last answer is done; last added first.

        All of them are called although one raises; none is when the startup failed.
        """
        return self.events.on("shutdown", function)

    async def startup(self) -> None:
        """What a server calls before it accepts connections: wires the app, then runs the `on_startup` functions."""
        # An event belongs to the loop in which it was waited for.
        self.stopping = asyncio.Event()
        self.wire()
        await self.events.emit("startup")

    async def stop(self) -> None:
        """What a server calls when it was told to stop, before it waits for answers; a second call does nothing."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        for function in self.events.callbacks("stopping"):
            try:
                result = function()
                if hasattr(result, "__await__"):
                    await result
            except Exception:  # whatever it is, the server has to end
                self.log.exception("a function for stopping failed")

    async def shutdown(self) -> None:
        """What a server calls when the last answer is done. Raises what `on_shutdown` functions raise."""
        await self.stop()
        await self.events.unwind("shutdown")
