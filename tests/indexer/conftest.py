"""Fixtures for folders that may not be read."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that any user may reach; pytest's own are for one user only."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def as_nobody() -> Iterator[Callable[[], None]]:
    """Go on as a user whom permissions mean something to: root may read everything."""
    yield lambda: os.seteuid(NOBODY) if os.geteuid() == 0 else None
    if os.getuid() == 0:
        os.seteuid(0)
