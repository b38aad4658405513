"""Compresses one file: into a file beside it that takes its name when it is whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from growler.middleware.encoders import CODINGS
from growler_ext.static.compress.plan import Job
from growler_ext.static.precompressed import SUFFIXES

# The best there are: this is done once, and what it makes is sent for years.
LEVELS = {"br": 11, "zstd": 19, "gzip": 9}
_PIECE = 1024 * 1024


class Outcome(Enum):
    """What has become of a job."""

    WRITTEN = "written"
    NOT_SMALLER = "not smaller"
    CHANGED = "changed meanwhile"


def compress(job: Job, tell: Callable[[int], None]) -> tuple[Outcome, int]:
    """Do a job. Returns the outcome and how many bytes the compressed form has.

    Parameters:
        tell: called with the bytes of the source that were done since the last call.

    The compressed form gets the mode and the times of its source. Where it would not be smaller, one that was left from
    before is removed. Raises OSError.
    """
    with job.source.open("rb") as source:
        before = os.fstat(source.fileno())
        descriptor, name = tempfile.mkstemp(prefix=f".{job.target.name}.", dir=job.target.parent)
        made = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                size = _encode(source, target, job.coding, before.st_size, tell)
            if _has_changed(job.source, before):
                return Outcome.CHANGED, size
            if size >= before.st_size:
                job.target.unlink(missing_ok=True)
                return Outcome.NOT_SMALLER, size
            made.chmod(before.st_mode & 0o777)
            os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))
            made.replace(job.target)
            return Outcome.WRITTEN, size
        finally:
            with suppress(FileNotFoundError):
                made.unlink()


def missing(codings: tuple[str, ...]) -> tuple[str, ...]:
    """The encodings whose library is not installed."""
    return tuple(coding for coding in codings if not CODINGS[coding].is_installed)


def _encode(
    source: BinaryIO, target: BinaryIO, coding: str, expected: int, tell: Callable[[int], None]
) -> int:
    """Encode a file into another. Returns its size; stops as soon as it is seen not to become smaller."""
    encoder = CODINGS[coding].make(LEVELS[coding])
    size = 0
    while piece := source.read(_PIECE):
        data = encoder.encode(piece)
        target.write(data)
        tell(len(piece))
        size += len(data)
        if size >= expected:
            tell(expected - source.tell())
            return size
    data = encoder.finish()
    target.write(data)
    return size + len(data)


def _has_changed(path: Path, before: os.stat_result) -> bool:
    try:
        now = path.stat()
    except FileNotFoundError:
        return True
    return (now.st_mtime_ns, now.st_size, now.st_ino) != (before.st_mtime_ns, before.st_size, before.st_ino)


assert set(LEVELS) == set(SUFFIXES)
