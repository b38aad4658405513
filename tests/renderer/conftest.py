"""A directory for templates, and a function that writes one."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def views(tmp_path: Path) -> Path:
    path = tmp_path / "views"
    path.mkdir()
    return path


@pytest.fixture
def write(views: Path) -> Callable[..., Path]:
    """`write("blog/post.mako", "<p>${v}</p>")`, below the views."""

    def write(name: str, text: str | bytes = "") -> Path:
        path = views / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
