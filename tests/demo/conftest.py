"""A folder with things inside and outside, the site that shows it, and a way in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Client

from growler import App
from growler_ext.demo.app import build

NAME, PASSWORD = "demo", "abcd-efgh-jkmn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`shown/`, beside a file nobody may see and links to it."""
    (tmp_path / "outside.txt").write_text("OUTSIDE")
    folder = tmp_path / "shown"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("INSIDE")
    (folder / ".env").write_text("OUTSIDE")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "up").symlink_to(tmp_path)
    return folder


@pytest.fixture
def site(folder: Path) -> App:
    return build(folder, NAME, PASSWORD)


@pytest.fixture
def sign_in() -> Callable[[Client], None]:
    def sign_in(client: Client) -> None:
        reply = client.post("/auth/login", form={"username": NAME, "password": PASSWORD})
        assert reply.status == 200

    return sign_in
