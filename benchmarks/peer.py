"""Peers: each is a program in `peers/` that listens, prints its port and serves until it is terminated.

It runs on a core of its own (where the system can pin); the load keeps to another. A peer whose package, or whose
node, is not there, or that says itself what it lacks, raises LeftOut with the reason; one that fails otherwise ends
the run. What it wrote is shown.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "peers"
NAMES = sorted(path.stem for pattern in ("[!_]*.py", "[!_]*.js") for path in FOLDER.glob(pattern))

# What the peers that are written for node need.
PACKAGES = ("express@5", "express-session@1", "connect-redis@9", "redis@6")

# The core of the servers and the core of the load; one and the same on a machine with one.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class LeftOut(Exception):
    """A peer that cannot run on this machine, with the reason."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs."""

    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """CPU time of all its threads so far; NaN where the system does not say (only Linux does)."""
        if sys.platform != "linux":
            return float("nan")
        return time.clock_gettime((~self.pid << 3) | 2)  # what clock_getcpuclockid(3) returns for a process

    def resident_kib(self) -> float:
        """Its resident memory; NaN where there is no /proc."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except FileNotFoundError:
            return float("nan")
        return float(status.partition("VmRSS:")[2].split()[0])


@contextlib.contextmanager
def running(name: str) -> Iterator[Peer]:
    """Start a peer and terminate it in the end. Raises LeftOut."""
    command, environment = _program(name)
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True,
            env={**os.environ, **environment}, preexec_fn=pin_server,
        ) as process,
    ):  # fmt: skip
        assert process.stdout is not None
        try:
            port = process.stdout.readline()
            if not port:
                process.wait()
                errors.seek(0)
                raise _failure(name, errors.read().strip())
            try:
                yield Peer(name, int(port), process.pid)
            finally:
                errors.seek(0)
                sys.stderr.write(errors.read())
        finally:
            process.terminate()


def pin_server() -> None:
    if CORES:
        os.sched_setaffinity(0, CORES[:1])


def pin_load() -> None:
    if CORES:
        os.sched_setaffinity(0, CORES[-1:])


def _failure(name: str, complaint: str) -> Exception:
    last = complaint.rpartition("\n")[2]
    if last.startswith("ModuleNotFoundError: No module named"):
        return LeftOut(last.partition(": ")[2])
    if last.startswith("left out: "):
        return LeftOut(last.removeprefix("left out: "))
    return RuntimeError(f"{name} did not start:\n{complaint}")


def _program(name: str) -> tuple[list[str], dict[str, str]]:
    """The command of a peer, and what it needs in its environment."""
    if (FOLDER / f"{name}.py").exists():
        return [sys.executable, str(FOLDER / f"{name}.py")], {}
    node = shutil.which("node")
    if node is None:
        raise LeftOut("there is no node on PATH")
    environment = {"NODE_PATH": str(_node_modules()), "NODE_ENV": "production"}
    return [node, str(FOLDER / f"{name}.js")], environment


def _node_modules() -> Path:
    """Where they are; installed there by npm the first time, outside of the repository."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "growler-bench"
    modules = cache / "node_modules"
    if all((modules / package.partition("@")[0]).exists() for package in PACKAGES):
        return modules
    npm = shutil.which("npm")
    if npm is None:
        raise LeftOut("there is no npm on PATH")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-fund", "--no-audit", "--prefix", str(cache), *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise LeftOut(f"npm could not install {', '.join(PACKAGES)}: {done.stderr.strip()[-200:]}")
    return modules
