"""A folder nobody may read, seen by a process that is not the superuser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def unreadable_folder() -> Iterator[Path]:
    """A folder with `a.txt` and `locked/index.html`; neither the file nor the folder `locked` may be read."""
    if not hasattr(os, "seteuid"):
        pytest.skip("permissions are another matter there")
    folder = Path(tempfile.mkdtemp())
    (folder / "a.txt").write_bytes(b"SECRET")
    (folder / "locked").mkdir()
    (folder / "locked" / "index.html").write_bytes(b"SECRET")
    folder.chmod(0o755)
    (folder / "a.txt").chmod(0)
    (folder / "locked").chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(before)
        (folder / "locked").chmod(0o700)
        shutil.rmtree(folder)
