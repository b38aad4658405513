"""`Program`: a program that runs as a process of its own, followed by the lines it prints and ended by signals."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Program:
    """Starts `python WORDS` in a process group of its own; warnings are errors. Leaving it kills what is left.

    Parameters:
        words: the command line after `python`.
        folder: where it runs.
        environment: what it has besides the test's own.
    """

    def __init__(self, *words: str, folder: Path | None = None, environment: Sequence[tuple[str, str]] = ()):
        self.lines: list[str] = []
        # Output is buffered, as it is for most.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**inherited, **dict(environment)},
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    @property
    def pid(self) -> int:
        return self._process.pid

    def until(self, start: str) -> str:
        """Read lines up to one that starts so, which is returned."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(start):
                return self.lines[-1]
        raise AssertionError(f"no line starts with {start!r}: {self.lines}")

    def url(self) -> str:
        """Wait until it listens; its URL."""
        return self.until("Listening on ").removeprefix("Listening on ")

    def port(self) -> int:
        """Wait until it listens; its port."""
        return int(self.url().rstrip("/").rpartition(":")[2])

    def signal(self, number: int) -> None:
        """To this process alone."""
        self._process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """To it and all its children, as a terminal and a service manager do."""
        os.killpg(self._process.pid, number)

    def ended(self) -> int:
        """Its status, once nobody holds its output any more: neither it nor a child."""
        assert self._process.stdout is not None
        self.lines += [line.rstrip("\n") for line in self._process.stdout]
        return self._process.wait(20)


def wait_for_port(port: int, process: subprocess.Popen[Any]) -> None:
    """Wait until the process listens there; if it ends without, its errors are told."""
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise AssertionError(process.communicate()[1])


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()
