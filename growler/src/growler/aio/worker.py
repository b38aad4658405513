"""What a worker process does, from the fork to its end: the child's side of `growler.aio.workers`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import sys
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from growler.aio import listening
from growler.aio.serving import Ending, loop_factory, serve
from growler.aio.stop_signals import STOP, StopSignals

if TYPE_CHECKING:
    from growler.aio.server import HTTPServer

PID = struct.Struct("i")
"""How a worker writes its process id to its parent."""


@dataclass(slots=True)
class Pipes:
    """What connects workers and their parent, each as its two ends: to read from, to write to."""

    ready: tuple[int, int] = field(default_factory=os.pipe)
    """A worker writes its id when it accepts connections."""
    lifeline: tuple[int, int] = field(default_factory=os.pipe)
    """Nobody writes: it ends with the parent."""

    def close(self) -> None:
        for descriptor in (*self.ready, *self.lifeline):
            os.close(descriptor)


def work(server: HTTPServer, pipes: Pipes) -> NoReturn:
    """Be a worker. What called `app.run` goes on in the parent only, so there is no way back from here."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(pipes.ready[0])
        os.close(pipes.lifeline[1])
        with StopSignals(passed_on=True) as stop:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOP, signal.SIGCHLD))
            if listening.CAN_SHARE_PORTS:
                server.bind(reuse_port=True)
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                status = runner.run(_serve(server, pipes, stop))
    except SystemExit as leaving:
        # A startup that calls sys.exit means the program and not this process.
        status = Ending.STARTUP_FAILED
        if isinstance(leaving.code, str):
            sys.stderr.write(f"{leaving.code}\n")
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):  # whoever read it may have gone
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


async def _serve(server: HTTPServer, pipes: Pipes, stop: StopSignals) -> Ending:
    loop = asyncio.get_running_loop()
    lifeline = pipes.lifeline[0]

    def parent_gone() -> None:
        loop.remove_reader(lifeline)
        stop.ask()

    loop.add_reader(lifeline, parent_gone)
    return await serve(server, stop, lambda: os.write(pipes.ready[1], PID.pack(os.getpid())))
