"""A root with files, folders and links that lead inside and out, and a count of open descriptors."""

from __future__ import annotations

import os
from pathlib import Path


def linked_tree(top: Path) -> Path:
    """Make the folder `www` below `top`, what its links lead to beside it, and the link `current` to it."""
    root = top / "www"
    (root / "sub" / "deep").mkdir(parents=True)
    (top / "out").mkdir()
    for name in ("www/a.txt", "www/sub/b.txt", "www/sub/deep/c.txt", "out/secret.txt"):
        (top / name).write_text(Path(name).stem)
    for name, target in {
        "www/in": "a.txt", "www/sub/up": "../a.txt", "www/dir": "sub", "www/out": "../out/secret.txt",
        "www/dir-out": "../out", "www/loop": "loop", "www/self": ".", "current": "www",
    }.items():  # fmt: skip
        (top / name).symlink_to(target)
    os.mkfifo(root / "pipe")
    return root


def open_descriptors() -> int:
    """How many this process has, where the system says so; the one that the count itself takes is always among them."""
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
