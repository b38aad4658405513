"""Jobs in transactions: the reading ones together, then the writing ones together, each with a result of its own.

Where one of them fails, the transaction is undone and each is done again in one of its own, so that a neighbour's
bad luck is nobody's. Where another process has the file locked they are left undone, to be tried again.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from growler_ext.session.stores.sqlite.database import Database
from growler_ext.session.stores.sqlite.job import Job
from growler_ext.session.stores.sqlite.records import MUST_WRITE, Records

_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

# After these the file is opened again, for it may be replaced. Not after others: on a full disk what is open can still
# read and delete, and could not be opened anew.
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_LATE: Final = object()

# Expired records removed with each write: two, so that expiry keeps ahead of one creation per write.
_FORGOTTEN_PER_WRITE: Final = 2


class Transactions:
    """Opens the database when it is first needed, and again when the file was damaged or replaced."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._records: Records | None = None
        self._identity = (0, 0)

    def serve(self, jobs: Sequence[Job]) -> None:
        """Finish jobs; those that are not `done` afterwards have to wait for another process."""
        self._attempt([job for job in jobs if job.read is not None], reading=True)
        writing = [job for job in jobs if not job.done and job.write is not None]
        self._attempt(writing, reading=False)
        if writing and self._records is not None:
            # Not worth an error: the next one tries it again.
            with contextlib.suppress(sqlite3.Error):
                self._records.give_back()

    def close(self) -> None:
        if self._records is not None:
            # Closing may fail where the disk does; there is nothing left to do about it.
            with contextlib.suppress(sqlite3.Error):
                self._records.connection.close()
            self._records = None

    def _attempt(self, jobs: Sequence[Job], *, reading: bool) -> None:
        if not jobs:
            return
        try:
            answers = self._together(jobs, reading)
        except Exception as error:
            code = _code(error)
            if code in _BUSY:
                return
            if code in _DAMAGED:
                self.close()
            if len(jobs) == 1:
                jobs[0].fail(error)
            else:
                for job in jobs:
                    self._attempt([job], reading=reading)
        else:
            for job, answer in zip(jobs, answers, strict=True):
                if answer is _LATE:
                    job.fail_late()
                elif answer is not MUST_WRITE:
                    job.succeed(answer)

    def _together(self, jobs: Sequence[Job], reading: bool) -> list[Any]:
        records = self._opened()
        run = records.connection.execute
        run("BEGIN" if reading else "BEGIN IMMEDIATE")
        try:
            now = self._clock()
            if reading:
                answers = [job.read(records, now, *job.args) for job in jobs if job.read is not None]
            else:
                # First, so that what they free is there for the new ones.
                records.forget(now, _FORGOTTEN_PER_WRITE * len(jobs))
                answers = [_write(job, records, now) for job in jobs]
            run("COMMIT")
        except BaseException:
            # Some errors have ended it already.
            with contextlib.suppress(sqlite3.Error):
                run("ROLLBACK")
            if records.connection.in_transaction:
                self.close()
            raise
        return answers

    def _opened(self) -> Records:
        if self._records is not None:
            # Somebody may have restored a backup or removed the file; other processes use the new one then.
            with contextlib.suppress(OSError):
                if self._database.identity() == self._identity:
                    return self._records
            self.close()
        connection, self._identity = self._database.open()
        self._records = Records(connection)
        return self._records


def _write(job: Job, records: Records, now: float) -> Any:
    # Looked at here, where the lock is held: whoever was told that it failed shall not find it done later.
    if time.monotonic() >= job.deadline:
        return _LATE
    assert job.write is not None, "only jobs that write come here"
    return job.write(records, now, *job.args)


def _code(error: Exception) -> int:
    """SQLite's primary code of an error: the low byte, SQLITE_BUSY for all kinds of it; 0 for other errors."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
