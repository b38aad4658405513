"""Folders to serve."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from growler import App
from growler_ext.static import Static
from support.twice import Twice, keep_young_files
from support.unreadable import unreadable_folder

# Older than the two seconds for which a file's tag is weak.
SETTLED = int(time.time()) - 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """`public/` with a few files, all of them settled."""
    root = tmp_path / "public"
    for name, content in {
        "a.txt": b"0123456789",
        "index.html": b"<h1>top</h1>",
        "empty.txt": b"",
        "sub/index.html": b"<h1>sub</h1>",
        "sub/b.css": b"b{}",
        "bare/c.js": b"c",
        ".env": b"SECRET",
        ".git/config": b"SECRET",
        "sub/.hidden": b"SECRET",
        ".well-known/security.txt": b"Contact: x",
        ".well-known/.env": b"SECRET",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (SETTLED, SETTLED))
    return root


@pytest.fixture
def unreadable() -> Iterator[Path]:
    with unreadable_folder() as folder:
        yield folder


@pytest.fixture
def served(serve, root, monkeypatch):
    """`client = served(...)`: asks everything twice, first from disk and then from memory."""
    keep_young_files(monkeypatch)

    def make(*roots: object, mount: str = "/", **options: object) -> Twice:
        app = App()
        app.use(mount, Static(*(roots or (root,)), **options))
        return Twice(serve(app))

    return make


@pytest.fixture
def packed(root):
    """`a.txt` with its three compressed forms; what they hold tells them apart."""
    for suffix in ("br", "zst", "gz"):
        path = root / f"a.txt.{suffix}"
        path.write_bytes(f"the {suffix} form".encode())
        status = (root / "a.txt").stat()
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    return root
