"""The contract of session stores, over every store there is."""

from session.async_store import AsyncDictStore

from growler_ext.session import DictStore
from growler_ext.session.testing import ManualClock, StoreContract


class TestDictStore(StoreContract):
    def open_store(self):
        self.clock = ManualClock()
        return DictStore(clock=self.clock)

    def pass_time(self, seconds):
        self.clock.now += seconds


class TestAsyncStore(StoreContract):
    async def open_store(self):
        self.clock = ManualClock()
        return AsyncDictStore(clock=self.clock)

    def pass_time(self, seconds):
        self.clock.now += seconds
