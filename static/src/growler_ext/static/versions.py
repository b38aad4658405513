"""The versions of files: a piece of the hash of their contents, as it stands in the URLs that `Static.url` makes.

A hash is computed once per state of a file and kept by what fstat says of it, so that a page full of URLs costs a
look-up each.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import file_digest
from typing import BinaryIO

from growler.paths import OpenedFile
from growler_ext.static.facts import is_settled

QUERY = b"v="
DIGITS = 8
# As many files as a large site has; each takes about 300 bytes.
_MOST_KEPT = 4096
AT_ONCE = 1024 * 1024
"""Bytes hashed without a thread: about a millisecond."""
# Of their own, for anybody may ask for a version: the threads that others wait for are not to be full of it.
_THREADS = 2

Signature = tuple[int, int, int, int, int]


def signature_of(status: os.stat_result) -> Signature:
    """What changes when a file is changed or replaced."""
    return (status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev)


class Versions:
    """Hashes that were computed, the least used ones forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Signature, str] = OrderedDict()
        self._threads = ThreadPoolExecutor(_THREADS, "growler-static-versions")
        self._at_work: dict[Signature, Future[str]] = {}

    def known(self, status: os.stat_result) -> str | None:
        """The version of a file, if it has been computed."""
        version = self._kept.get(signature := signature_of(status))
        if version is not None:
            self._kept.move_to_end(signature)
        return version

    def compute(self, opened: OpenedFile) -> str:
        """The version of an open file; reads all of it."""
        version = digest(opened.file)
        self._keep(opened, version)
        return version

    async def compute_later(self, opened: OpenedFile) -> str:
        """`compute` in a thread; all who ask for one state of a file at a time wait for one reading of it."""
        signature = signature_of(opened.stat)
        work = self._at_work.get(signature)
        if work is None:
            # A descriptor of its own: who asked first may leave before the others.
            work = self._threads.submit(_digest_and_close, os.dup(opened.file.fileno()))
            self._at_work[signature] = work
            work.add_done_callback(lambda _: self._at_work.pop(signature, None))
        version = await asyncio.shield(asyncio.wrap_future(work))
        self._keep(opened, version)
        return version

    def _keep(self, opened: OpenedFile, version: str) -> None:
        # Unless it was written to meanwhile, or might be without a trace.
        signature = signature_of(opened.stat)
        unchanged = signature_of(os.fstat(opened.file.fileno())) == signature
        if not unchanged or not is_settled(opened.stat, time.time()):
            return
        self._kept[signature] = version
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)


def digest(file: BinaryIO) -> str:
    """The version of an open file; reads all of it."""
    file.seek(0)
    return file_digest(file, "sha256").hexdigest()[:DIGITS]  # type: ignore[arg-type]  # a FileIO by another name


def _digest_and_close(descriptor: int) -> str:
    with open(descriptor, "rb", buffering=0) as file:
        return digest(file)


def version_in(query: bytes) -> str | None:
    """The version that a query asks for; None if it has not the form of one."""
    if len(query) != len(QUERY) + DIGITS or not query.startswith(QUERY):
        return None
    return query[len(QUERY) :].decode("latin-1")
