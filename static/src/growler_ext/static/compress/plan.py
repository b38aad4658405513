"""Which files of a folder are worth compressing, and which compressed forms are out of date."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from growler.middleware.content_coding import is_compressible
from growler_ext.static.hiding import WELL_KNOWN
from growler_ext.static.mime import TYPES, UNKNOWN, media_type
from growler_ext.static.precompressed import SUFFIXES

# Fewer bytes than this fit into one packet with or without compression.
SMALLEST = 256


@dataclass(frozen=True, slots=True)
class Job:
    """One compressed form of one file that has to be made.

    Parameters:
        source: the file.
        coding: the encoding's name in Accept-Encoding.
        size: bytes of the file.
    """

    source: Path
    coding: str
    size: int

    @property
    def target(self) -> Path:
        return self.source.with_name(self.source.name + SUFFIXES[self.coding])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: the jobs, and how many forms need none."""

    jobs: tuple[Job, ...]
    up_to_date: int


def plan(folder: Path, codings: Sequence[str]) -> Plan:
    """What is to be done in a folder and everything below it.

    Links, dotfiles, small files and types that are packed already are left out. A form is up to date if it has the time
    of its source.
    Raises OSError for a folder that cannot be read.
    """
    jobs = []
    up_to_date = 0
    for path, status in _files(folder):
        if status.st_size < SMALLEST or path.suffix in SUFFIXES.values() or not _is_worth_it(path.name):
            continue
        for coding in codings:
            job = Job(path, coding, status.st_size)
            try:
                done = job.target.stat().st_mtime_ns == status.st_mtime_ns
            except OSError:
                done = False
            if done:
                up_to_date += 1
            else:
                jobs.append(job)
    return Plan(tuple(jobs), up_to_date)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    left = [folder]
    while left:
        with os.scandir(left.pop()) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if entry.name.startswith(".") and entry.name != WELL_KNOWN:
                continue
            if entry.is_dir(follow_symlinks=False):
                left.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path), entry.stat(follow_symlinks=False)


def _is_worth_it(name: str) -> bool:
    kind = media_type(name, TYPES, None)
    return kind == UNKNOWN or is_compressible(kind)
