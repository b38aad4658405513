"""A folder nobody may read, seen by a process that permissions mean something to.

The superuser may read everything. Becoming somebody else would cure that and cause another ill: Python itself may
lie in a folder of the superuser's, and modules that are imported late are then missing. So this thread, and those
it starts, only lay down the two capabilities that override permissions (capabilities(7)).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# The numbers of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH are 1 and 2.
_OVERRIDES = 1 << 1 | 1 << 2


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def permissions_count() -> Iterator[None]:
    """Meet permissions as users do. Start servers inside: threads that run already keep their rights."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are another matter there")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("the superuser of this system may read everything")
    library = ctypes.CDLL(None, use_errno=True)
    # Version 3, this thread, 64 bits in two halves.
    header, halves = _Header(0x20080522, 0), (_Set * 2)()
    _call(library.capget, header, halves)
    before = halves[0].effective
    halves[0].effective = before & ~_OVERRIDES
    _call(library.capset, header, halves)
    try:
        yield
    finally:
        halves[0].effective = before
        _call(library.capset, header, halves)


@contextmanager
def unreadable_folder() -> Iterator[Path]:
    """A folder with `a.txt` and `locked/index.html`; neither the file nor the folder `locked` may be read."""
    folder = Path(tempfile.mkdtemp())
    (folder / "a.txt").write_bytes(b"SECRET")
    (folder / "locked").mkdir()
    (folder / "locked" / "index.html").write_bytes(b"SECRET")
    (folder / "a.txt").chmod(0)
    (folder / "locked").chmod(0)
    try:
        with permissions_count():
            yield folder
    finally:
        (folder / "locked").chmod(0o700)
        shutil.rmtree(folder)


def _call(function: ctypes._NamedFuncPointer, header: _Header, halves: ctypes.Array[_Set]) -> None:
    if function(ctypes.byref(header), halves):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
