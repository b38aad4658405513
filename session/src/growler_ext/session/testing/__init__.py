"""What every `Store` must do, as tests that any implementation can run.

    from growler_ext.session.testing import ManualClock, StoreContract

    class TestMyStore(StoreContract):
        def open_store(self):
            self.clock = ManualClock()
            return MyStore(clock=self.clock)

        def pass_time(self, seconds):
            self.clock.now += seconds

Sync and async stores run the same tests. pytest collects the subclass; nothing here needs pytest.
"""

from growler_ext.session.testing.clock import ManualClock
from growler_ext.session.testing.contract import StoreContract

__all__ = ["ManualClock", "StoreContract"]
