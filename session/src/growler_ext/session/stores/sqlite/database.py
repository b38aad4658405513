"""The file: created for its owner only, opened with the right settings, its schema made or refused.

`application_id` says that a file is ours and `user_version` which schema it has: neither another program's
database nor one of a later version is written to.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from growler_ext.session.store import StoreError

APPLICATION: Final = 0x47724573  # "GrEs"
VERSION: Final = 1

# Seconds that SQLite itself waits for another process before it says BUSY. Few, because nobody is served
# meanwhile; the worker tries again until the operation's time is over.
_PATIENCE: Final = 0.03

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    # After a burst the WAL file is cut to this size again.
    "PRAGMA journal_size_limit = 16777216",
    # A crafted file must not make our statements call functions or read other files.
    "PRAGMA trusted_schema = OFF",
)

_SCHEMA: Final = (
    """CREATE TABLE records (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        created REAL NOT NULL,
        expires REAL NOT NULL,
        ends REAL,
        owner TEXT
    )""",
    "CREATE INDEX records_expires ON records (expires)",
    "CREATE INDEX records_owner ON records (owner) WHERE owner IS NOT NULL",
    # Names are UTF-8 in blobs: any str is a name, lone surrogates too.
    # With an index and not as a primary key: in an index all of a large value would be read to pass by its name.
    """CREATE TABLE fields (
        record INTEGER NOT NULL,
        name BLOB NOT NULL,
        value BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX fields_name ON fields (record, name)",
    # Former keys: until `dead` they mean the record, until `forgotten` it is known that they did.
    """CREATE TABLE moved (
        key TEXT NOT NULL PRIMARY KEY,
        record INTEGER,
        dead REAL NOT NULL,
        forgotten REAL NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX moved_record ON moved (record)",
    "CREATE INDEX moved_forgotten ON moved (forgotten)",
    # Ids are used again: what a record leaves behind would be another session's.
    """CREATE TRIGGER records_gone AFTER DELETE ON records BEGIN
        DELETE FROM fields WHERE record = OLD.id;
        UPDATE moved SET record = NULL WHERE record = OLD.id;
    END""",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


Identity = tuple[int, int]
"""Device and number of a file."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the file is and how large it may become, in bytes."""

    path: Path
    max_size: int | None

    def open(self) -> tuple[sqlite3.Connection, Identity]:
        """A connection of this thread. Raises sqlite3.Error and OSError, StoreError for a file that is not ours."""
        # By hand, for the mode; SQLite gives its -wal and -shm files the same. Only if it is new: closing a file
        # takes away the locks that this process has on it by other connections (sqlite.org/howtocorrupt.html 2.2).
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        # Before it is opened: if it is replaced in between, that is noticed later.
        identity = self.identity()
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection, identity

    def identity(self) -> Identity:
        """What tells this file from another one of the same name. Raises OSError."""
        status = os.stat(self.path)
        return status.st_dev, status.st_ino

    def _prepare(self, connection: sqlite3.Connection) -> None:
        is_made = self._is_made(connection)
        if not is_made:
            # Only heeded before anything else is written.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        for setting in _SETTINGS:
            connection.execute(setting)
        if not is_made:
            connection.execute("BEGIN IMMEDIATE")
            # Another process may have made it meanwhile.
            if not self._is_made(connection):
                for statement in _SCHEMA:
                    connection.execute(statement)
            connection.execute("COMMIT")
        if self.max_size is not None:
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA max_page_count = {self.max_size // page_size}")

    def _is_made(self, connection: sqlite3.Connection) -> bool:
        """Whether it is a database of ours. Raises StoreError for anybody else's; False for an empty file."""
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (things,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application == APPLICATION and version == VERSION:
            return True
        if application == APPLICATION and things:
            raise StoreError(
                f"{self.path} has sessions in format {version}, this version of growler-ext-session knows {VERSION}: "
                "install the version that wrote it, or remove the file and with it all sessions"
            )
        if things or application:
            raise StoreError(f"{self.path} is another program's database: give sessions a file of their own")
        return False
