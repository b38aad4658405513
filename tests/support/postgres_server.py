"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, on a free port, stopped at the end.

The programs are those on PATH, or where Debian puts them. As root it runs as the user `postgres`, for it refuses root.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.redis_server import free_port
from support.require import unavailable


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a database that is empty."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        unavailable("no PostgreSQL: initdb and postgres are not on PATH")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder, port = Path(name), free_port()
        user = _user()
        if user:
            shutil.chown(folder, **user)
        folder.chmod(0o700)
        run: dict[str, Any] = {**user, "stdin": subprocess.DEVNULL, "cwd": folder}
        made = subprocess.run(
            [initdb, "-D", folder / "data", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            capture_output=True, timeout=120, **run,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr.decode()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [server, "-D", folder / "data", "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"],
                stdout=log, stderr=log, **run,
            )  # fmt: skip
        try:
            _wait(folder / "data" / "postmaster.pid", process, folder / "log")
            yield f"postgresql://test@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(30)


def _program(name: str) -> str | None:
    # Newest first; Debian keeps the programs of each version in a folder of its own.
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: -float(path.parts[4]))
    return str(found[0]) if found else shutil.which(name)


def _user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        unavailable("PostgreSQL does not run as root, and there is no user `postgres`")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _wait(status: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says that it is ready, in the last line of its status file."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if status.read_text().splitlines()[7:8] and status.read_text().splitlines()[7].strip() == "ready":
                return
        assert process.poll() is None, log.read_text(errors="replace")
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
