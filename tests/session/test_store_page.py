"""docs/sessions-store.md: the store that it writes keeps the contract, and the suite finds out when it does not."""

import re
from pathlib import Path

import pytest

from growler_ext.session.testing import StoreContract

PAGE = Path(__file__).parents[2] / "docs" / "sessions-store.md"
TESTS = [name for name in dir(StoreContract) if name.startswith("test_")]


@pytest.fixture(scope="module")
def page():
    names = {"__name__": "page"}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        exec(block, names)
    return names


@pytest.mark.parametrize("test", TESTS)
def test_the_store_of_the_page_keeps_the_contract(page, test):
    getattr(page["TestMyStore"](), test)()


def failures(page, mistake):
    """The tests that a store with a mistake in it does not pass."""

    class WithMistake(page["MyStore"]):
        pass

    for name, method in mistake.items():
        setattr(WithMistake, name, method)

    class TestIt(page["TestMyStore"]):
        def open_store(self):
            self.clock = page["ManualClock"]()
            return WithMistake(self.clock)

    failed = []
    for test in TESTS:
        try:
            getattr(TestIt(), test)()
        except AssertionError:
            failed.append(test)
    return failed


def test_the_suite_notices_a_store_that_revives_sessions(page):
    def upsert(self, key, change):
        if self.find(key)[1] is None:
            self.create(key, {}, ttl=100, lifetime=None, owner=None)
        return page["MyStore"].commit(self, key, change)

    found = failures(page, {"commit": upsert})
    assert "test_commit_after_delete_does_not_revive" in found
    assert "test_a_commit_after_revoke_does_not_revive" in found


def test_the_suite_notices_a_store_that_forgets_renames(page):
    def rename(self, old, new, change, *, grace):
        outcome = page["MyStore"].rename(self, old, new, change, grace=0)
        self.rows.pop(old, None)
        return outcome

    found = failures(page, {"rename": rename})
    assert "test_within_the_grace_the_old_key_means_the_record" in found
    assert "test_a_key_without_grace_is_dead_at_once" in found
    assert "test_of_renames_at_once_one_wins" in found


def test_the_suite_notices_a_store_that_shares_its_fields(page):
    def record(self, key, row, touched=False):
        return page["Record"](
            key, row.fields, row.created, self.clock(), row.expires, row.ends, touched, row.owner
        )

    assert "test_loaded_fields_belong_to_the_caller" in failures(page, {"record": record})
