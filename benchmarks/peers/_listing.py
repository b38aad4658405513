"""The folder of the listing job: 1,000 files with sizes and dates of their own. It is made once and stays."""

import os
import tempfile
from pathlib import Path

_SUFFIXES = ("txt", "pdf", "png", "tar.gz", "mp4", "py")


def folder() -> Path:
    """The folder, in the place for temporary files; what is missing in it is made."""
    path = Path(tempfile.gettempdir(), f"growler-bench-listing-{os.getuid()}")
    path.mkdir(exist_ok=True, mode=0o700)
    for number in range(1000):
        file = path / f"report {number}.{_SUFFIXES[number % len(_SUFFIXES)]}"
        if not file.exists():
            file.write_bytes(bytes(number * 37 % 5000))
            os.utime(file, (0, 1_600_000_000 + number * 99_991))
    return path
