"""SqliteStore keeps the contract of session stores, with a clock of the test's and through a file on disk."""

import tempfile
from pathlib import Path

from growler_ext.session.stores.sqlite import SqliteStore
from growler_ext.session.testing import ManualClock, StoreContract


class TestSqliteStore(StoreContract):
    def open_store(self):
        self.clock = ManualClock()
        self.folder = tempfile.TemporaryDirectory()
        return SqliteStore(Path(self.folder.name, "sessions.db"), clock=self.clock)

    async def close_store(self, store):
        await store.close()
        self.folder.cleanup()

    def pass_time(self, seconds):
        self.clock.now += seconds
