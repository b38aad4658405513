"""Fixtures for folders that may not be read."""

from collections.abc import Iterator

import pytest

from support.unreadable import permissions_count


@pytest.fixture
def as_a_user() -> Iterator[None]:
    """Permissions count for this test, and for the servers it starts."""
    with permissions_count():
        yield
