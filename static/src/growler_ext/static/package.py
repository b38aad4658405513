"""Folders inside installed packages (`importlib.resources`).

A package that lies in folders is served from there. One in a zip archive has no folders to serve from: its files are
unpacked once, to a folder that goes when the program ends.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from growler.paths import split


def package_folder(package: str, folder: str) -> Path:
    """The folder of a package, as a path on disk.

    Parameters:
        package: as it is imported, "myapp" or "myapp.web".
        folder: the path in it, with slashes; "" for the package itself.

    Raises ValueError for a package or a folder that is not there.
    """
    try:
        found = files(package)
    except (ModuleNotFoundError, TypeError):
        raise ValueError(
            f"there is no package {package!r}: install it, or give the name under which it is imported"
        ) from None
    if folder.strip("/"):
        for part in split(b"/" + folder.strip("/").encode()):
            found = found / part
    if not found.is_dir():
        raise ValueError(
            f"the package {package!r} has no folder {folder!r}: is it part of what was installed?"
        )
    if isinstance(found, Path):
        return found
    unpacked = Path(tempfile.mkdtemp(prefix="growler-static-"))
    atexit.register(shutil.rmtree, unpacked, ignore_errors=True)
    _unpack(found, unpacked)
    return unpacked


def _unpack(folder: Traversable, target: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            (target / entry.name).mkdir()
            _unpack(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())
