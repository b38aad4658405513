"""The files of the jobs with files: text of several sizes, made once; they stay. Their answers are in `jobs`."""

import os
import tempfile
from pathlib import Path

SIZES = {"1k.txt": 1024, "64k.txt": 64 * 1024, "10m.txt": 10 * 1024 * 1024}


def folder() -> Path:
    """The folder, in the place for temporary files; what is missing in it is made."""
    path = Path(tempfile.gettempdir(), f"growler-bench-files-{os.getuid()}")
    path.mkdir(exist_ok=True, mode=0o700)
    for name, size in SIZES.items():
        file = path / name
        if not file.exists():
            file.write_bytes(b"x" * size)
            os.utime(file, (0, 1_600_000_000))
    return path
