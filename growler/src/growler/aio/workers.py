"""`Supervisor`: several processes that serve one address, and the parent that keeps them running.

The workers are forked: the app is there as it was wired and need not be pickled, memory is shared until written to,
and TLS sessions can be resumed at any worker because all have the keys of one context. Forking is dangerous only where
threads or a loop exist; here the parent has neither, ever - it waits in `select` - and starts its loops in the
children. (`multiprocessing` would start a server process for it by default since Python 3.14, and pickle.)

On Linux every worker binds the address itself with SO_REUSEPORT, and the kernel spreads connections evenly; elsewhere
they accept from the one socket they inherit. What a worker does stands in `growler.aio.worker`.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from growler.aio import listening
from growler.aio.running import say
from growler.aio.serving import Ending
from growler.aio.stop_signals import STOP, die_of
from growler.aio.worker import PID, Pipes, work

if TYPE_CHECKING:
    from growler.aio.server import HTTPServer

STEADY = 1.0  # seconds a worker has to live after it was ready, for its death not to be a quick one
QUICK_DEATHS = 6  # in a row, of one worker: then all ends
BACK_OFF = 0.1  # seconds before the second start after a quick death, doubled for each further one


@dataclass(slots=True)
class Worker:
    """The place of one process; when that dies, another takes it."""

    pid: int = 0  # 0: none runs
    ready_at: float | None = None
    quick_deaths: int = 0
    start_at: float | None = None  # when to start the next one


class Supervisor:
    """Starts workers, restarts those that die, ends them together.

    Parameters:
        server: bound, not started.
        count: how many workers.
        passed_on: see StopSignals.
    """

    def __init__(self, server: HTTPServer, count: int, *, passed_on: bool = False) -> None:
        self._server = server
        self._log = server.app.log
        self._passed_on = passed_on
        # The first starts alone: what is wrong with the startup is then said once, and stops the rest.
        self._workers = [Worker(start_at=0.0 if number == 0 else None) for number in range(count)]
        self._announced = False
        self._stopping = False
        self._failed = False

    def run(self) -> bool:
        """Supervise until a signal has ended all workers. Returns whether something failed, which was logged."""
        if listening.CAN_SHARE_PORTS:
            # `bind` was without the option: so a port that belongs to another program is an error.
            self._server.bind(reuse_port=True)
        self._pipes = Pipes()
        ready = self._pipes.ready[0]
        with self._signals() as signals, selectors.DefaultSelector() as selector:
            selector.register(signals, selectors.EVENT_READ)
            selector.register(ready, selectors.EVENT_READ)
            while not (self._stopping and not any(worker.pid for worker in self._workers)):
                self._start_due()
                for key, _ in selector.select(self._patience()):
                    if key.fileobj == signals:
                        self._heard(os.read(signals, 4096))
                    else:
                        self._note_ready(os.read(ready, 4096))
        self._pipes.close()
        self._server.give_up()
        return self._failed

    # Signals

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """Makes signals readable: a descriptor that gives the number of each that has come."""
        out, into = os.pipe()
        os.set_blocking(into, False)
        before = {number: signal.signal(number, _noted) for number in (*STOP, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(into, warn_on_full_buffer=False)
        try:
            yield out
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(out)
            os.close(into)

    def _heard(self, numbers: bytes) -> None:
        for number in numbers:
            if number in STOP and not (self._passed_on and number == signal.SIGINT):
                if not self._stopping:
                    self._stop()
                elif not self._passed_on:
                    self._kill()
                    die_of(number)
        self._reap()

    def _stop(self) -> None:
        """End gracefully: each worker has its own deadline."""
        self._stopping = True
        for worker in self._workers:
            worker.start_at = None
            if worker.pid:
                os.kill(worker.pid, signal.SIGTERM)

    def _kill(self) -> None:
        for worker in self._workers:
            if worker.pid:
                os.kill(worker.pid, signal.SIGKILL)
                os.waitpid(worker.pid, 0)

    # The life of workers

    def _patience(self) -> float | None:
        """Seconds until a worker is to be started, None if none is."""
        times = [worker.start_at for worker in self._workers if worker.start_at is not None]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _start_due(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            if worker.start_at is not None and worker.start_at <= now:
                worker.start_at = None
                self._start(worker)

    def _start(self, worker: Worker) -> None:
        # What is buffered would be written twice.
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal for the child must not come before it has handlers of its own: ours would tell the parent of it.
        signal.pthread_sigmask(signal.SIG_BLOCK, (*STOP, signal.SIGCHLD))
        try:
            worker.ready_at = None
            worker.pid = os.fork()
            if worker.pid == 0:
                work(self._server, self._pipes)
        except OSError as error:
            self._log.error("No process could be started: %s", error)
            self._died(worker, 1)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOP, signal.SIGCHLD))

    def _note_ready(self, pids: bytes) -> None:
        now = time.monotonic()
        ready = {pid for (pid,) in PID.iter_unpack(pids)}
        for worker in self._workers:
            if worker.pid in ready:
                worker.ready_at = now
            elif not worker.pid and worker.start_at is None and not self._stopping:
                worker.start_at = now  # the first has started well
        if not self._announced and all(worker.ready_at is not None for worker in self._workers):
            self._announced = True
            say(self._server.url)

    def _reap(self) -> None:
        for worker in self._workers:
            # One by one and not "any child": the app may have children of its own.
            if worker.pid:
                pid, status = os.waitpid(worker.pid, os.WNOHANG)
                if pid:
                    self._died(worker, os.waitstatus_to_exitcode(status))

    def _died(self, worker: Worker, code: int) -> None:
        pid, ready_at = worker.pid, worker.ready_at
        worker.pid, worker.ready_at = 0, None
        if self._stopping:
            self._failed = self._failed or code != Ending.DONE
            return
        if code == Ending.STARTUP_FAILED and not self._announced:
            self._failed = True  # the worker has logged why
            self._stop()
            return
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        if ready_at is not None and time.monotonic() - ready_at >= STEADY:
            worker.quick_deaths = 0
            worker.start_at = 0.0
            self._log.error("Worker %d ended %s; another takes its place", pid, how)
            return
        worker.quick_deaths += 1
        if worker.quick_deaths == QUICK_DEATHS:
            self._failed = True
            self._log.error(
                "Worker %d ended %s, like %d before it right after their start: giving up",
                pid, how, QUICK_DEATHS - 1,
            )  # fmt: skip
            self._stop()
            return
        pause = BACK_OFF * 2 ** (worker.quick_deaths - 1)
        worker.start_at = time.monotonic() + pause
        self._log.error(
            "Worker %d ended %s right after its start; another takes its place in %.1f s", pid, how, pause
        )


def _noted(number: int, frame: FrameType | None) -> None:
    """A signal that the parent reads from its pipe."""
