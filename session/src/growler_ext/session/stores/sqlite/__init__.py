"""`SqliteStore`: sessions in one file, for one machine: several worker processes share it, and it survives a restart.

The methods only queue what they were asked for; `desk.py` collects one turn of the event loop, `worker.py` runs it
off the loop in one transaction, `records.py` has the statements and `database.py` the file.
"""

from __future__ import annotations

import os
import time
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from growler_ext.session.numbers import is_count, is_number
from growler_ext.session.store import Change, Outcome, Record, Touch
from growler_ext.session.stores.sqlite.database import Database
from growler_ext.session.stores.sqlite.desk import Desk
from growler_ext.session.stores.sqlite.job import Job, Step
from growler_ext.session.stores.sqlite.records import Records
from growler_ext.session.stores.sqlite.worker import Worker

_SCHEME: Final = "sqlite:///"


class SqliteStore:
    """Sessions in an SQLite file, which is created, for its owner only (mode 0600), if it is not there.

        app.use(Session("sqlite:///sessions.db"))
        app.use(Session(SqliteStore("/var/lib/shop/sessions.db")))

    Each process has one thread for it. What the requests of one turn of the event loop want, and what they want
    while the thread is busy, is done in one transaction, each with a result of its own.

    The file is in WAL mode with synchronous=NORMAL. A process that is killed loses nothing that was answered; a
    power cut can undo the last changes (at most those since the last checkpoint, every 1000 pages) but not damage
    the file: a login may be forgotten then, and a logout too. WAL needs shared memory: no network file systems.

    Parameters:
        path: the file; its folder must exist. Give it to sessions alone.
        timeout: seconds after which an operation fails, even while another process has the file locked. `Session` has
            a time-out of its own; the shorter one counts.
        max_size: bytes that the file may have; new sessions are refused (503) when it is full. None: no limit.
        clock: Unix time in seconds.

    Raises ValueError that lists every wrong option.
    """

    sync = False
    shared = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: float = 1.0,
        max_size: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        mistakes = [*_about_path(path)]
        if not (is_number(timeout) and 0 < timeout <= 3600):
            mistakes.append(f"timeout must be seconds, more than 0 and at most 3600, not {timeout!r}")
        if max_size is not None and not (is_count(max_size) and max_size >= 1 << 16):
            mistakes.append(f"max_size must be 65536 bytes or more, or None, not {max_size!r}")
        if mistakes:
            raise ValueError("SqliteStore: " + "; ".join(mistakes))
        # Absolute: the program may change its folder later.
        self._path = Path(path).absolute()
        self._timeout = timeout
        self._max_size = max_size
        self._clock = clock
        self._lock = Lock()
        self._worker: Worker | None = None
        self._desks: dict[AbstractEventLoop, Desk] = {}

    @classmethod
    def from_url(cls, url: str) -> SqliteStore:
        """The store of "sqlite:///sessions.db", relative to the current folder, or "sqlite:////var/lib/sessions.db".

        Raises ValueError for any other URL, and as the constructor does.
        """
        path = unquote(url.removeprefix(_SCHEME))
        if not url.startswith(_SCHEME) or "?" in url or "#" in url:
            raise ValueError(
                f'SqliteStore: the URL must be "{_SCHEME}sessions.db" or "{_SCHEME}/absolute/path"; '
                "options are given to SqliteStore(path, ...)"
            )
        return cls(path)

    def __repr__(self) -> str:
        return f"<SqliteStore {self._path}>"

    async def load(self, key: str, *, touch: Touch | None) -> Record | None:
        found: Record | None = await self._ask(Records.peek, Records.load, key, touch)
        return found

    async def create(
        self, key: str, fields: Mapping[str, bytes], *, ttl: float, lifetime: float | None, owner: str | None
    ) -> None:
        await self._ask(None, Records.create, key, fields, ttl, lifetime, owner)

    async def commit(self, key: str, change: Change) -> Outcome:
        outcome: Outcome = await self._ask(None, Records.commit, key, change)
        return outcome

    async def rename(self, old: str, new: str, change: Change, *, grace: float) -> Outcome:
        outcome: Outcome = await self._ask(None, Records.rename, old, new, change, grace)
        return outcome

    async def delete(self, *keys: str) -> int:
        count: int = await self._ask(None, Records.delete, keys)
        return count

    async def owned(self, owner: str) -> dict[str, Record]:
        found: dict[str, Record] = await self._ask(Records.owned, None, owner)
        return found

    async def revoke(self, owner: str, *, keep: Collection[str]) -> int:
        count: int = await self._ask(None, Records.revoke, owner, keep)
        return count

    async def close(self) -> None:
        """Do what was asked for before, then end the thread and close the file; the next use opens it again."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None and worker.pid == os.getpid():
            await worker.stop()

    def _ask(self, read: Step | None, write: Step | None, *args: object) -> Future[Any]:
        loop = get_running_loop()
        desk = self._desks.get(loop)
        if desk is None:
            desk = Desk(loop, self._send, self._timeout)
            self._desks = {known: its for known, its in self._desks.items() if not known.is_closed()}
            self._desks[loop] = desk
        return desk.ask(read, write, *args)

    def _send(self, jobs: list[Job]) -> None:
        with self._lock:
            if self._worker is None or self._worker.pid != os.getpid():
                self._worker = Worker(Database(self._path, self._max_size), self._clock)
            self._worker.put(jobs)


def _about_path(given: object) -> list[str]:
    if not isinstance(given, str | os.PathLike):
        return [f"path must be a str or a path, not {given!r}"]
    path = os.fspath(given)
    if not isinstance(path, str):
        return [f"path must be text, not {path!r}"]
    if path == ":memory:" or path.startswith("file:") or not path:
        return ["path must be a file: a database in memory is shared with nobody; use DictStore() for that"]
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        return [f"there is no folder {folder}: create it"]
    if Path(path).is_dir():
        return [f"{path} is a folder: name a file in it"]
    if not _may(folder, os.W_OK | os.X_OK):
        return [f"this process may not write in the folder {folder}, where SQLite keeps files beside {path}"]
    if Path(path).exists() and not _may(Path(path), os.R_OK | os.W_OK):
        return [f"this process may not read and write {path}"]
    return []


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)
