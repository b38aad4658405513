"""Reads a file that somebody may be writing: as it was or as it is, and never the half of it.

An editor that empties a file and fills it again leaves nothing for moments that a server under load will meet.
Linux tells whether a file is open for writing, by a lease on it (fcntl(2)) - for files of one's own. For others, and
elsewhere, a file counts as whole when it has not changed for a while.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from typing import BinaryIO

PATIENCE = 0.1
"""Seconds to wait for whoever writes."""

_QUIET = 0.02  # seconds without a change after which a file counts as written, where the system does not tell
_PAUSE = 0.001  # between two looks at a file that is being written; nothing tells when that is over


class BeingWritten(Exception):
    """The file was being written all the time."""


def read_whole(file: BinaryIO) -> tuple[bytes, os.stat_result]:
    """What is in an unbuffered file, and its state at that time.

    Waits, which holds up everything else, but only while somebody writes; in production files are read once.
    Raises BeingWritten after `PATIENCE`, OSError.
    """
    descriptor = file.fileno()
    deadline = time.monotonic() + PATIENCE
    while True:
        is_quiet = _lease(descriptor)
        try:
            before = os.fstat(descriptor)
            file.seek(0)
            data = file.read()
            status = os.fstat(descriptor)
        finally:
            if is_quiet:
                _release(descriptor)
        if is_quiet is None:
            is_quiet = (
                time.time_ns() - status.st_ctime_ns > _QUIET * 1e9 or status.st_ctime_ns > time.time_ns()
            )
        if (
            is_quiet
            and len(data) == status.st_size == before.st_size
            and before.st_mtime_ns == status.st_mtime_ns
        ):
            return data, status
        if time.monotonic() > deadline:
            raise BeingWritten
        time.sleep(_PAUSE)


def _lease(descriptor: int) -> bool | None:
    """True: nobody writes, and who wants to waits for `_release`. False: somebody does. None: it cannot be known."""
    if sys.platform != "linux":
        return None
    import fcntl  # not on Windows

    try:
        # How the system tells the holder that somebody waits; its own choice, SIGIO, would end the process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        # Somebody else's file (EACCES), or a file system without leases (EINVAL).
        return False if error.errno == errno.EAGAIN else None
    return True


def _release(descriptor: int) -> None:
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
