"""What `Indexer` refuses when it is made."""

from pathlib import Path

import pytest

from growler import App
from growler.ext import Indexer
from growler.testing import TestClient


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Indexer cannot list like this") as caught:
        Indexer(tmp_path / "none", symlinks="some", sort="colour", order="up", title=" ")  # type: ignore[arg-type]
    message = str(caught.value)
    for fix in (
        "make it, or name",
        '"inside", "follow" or "never"',
        '"date" or "type"',
        '"asc" or',
        "or None",
    ):
        assert fix in message


def test_file_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(ValueError, match="is no folder"):
        Indexer(tmp_path / "a")


def test_root_stays_where_it_was_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("hello")
    monkeypatch.chdir(tmp_path)
    app = App()
    app.use(Indexer("sub"))
    monkeypatch.chdir("/")
    with TestClient(app) as client:
        assert client.get("/?format=json").json()["total"] == 1
        assert client.get("/a.txt").text == "hello"
