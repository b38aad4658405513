"""What `Indexer` refuses when it is made."""

from pathlib import Path
from typing import Any

import pytest

from growler import App
from growler.ext import Indexer
from growler.testing import TestClient
from growler_ext.indexer.options import parse_size


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


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hide": "*.bak"}, "give a tuple of globs"),
        ({"hide": ("",)}, "give a tuple of globs"),
        ({"hide": ("../a",)}, "is no glob"),
        ({"archive": "zip"}, "give a tuple of some of"),
        ({"archive": ("rar",)}, "give a tuple of some of"),
        ({"archive_limit": "1 elephant"}, "archive_limit is '1 elephant': give bytes"),
        ({"archive_limit": -1}, "archive_limit is -1: give bytes"),
        ({"page_size": 0}, "at least 1"),
        ({"page_size": True}, "at least 1"),
        ({"filter": "x"}, "filter is 'x', which cannot be called"),
        ({"render": "x"}, "render is 'x', which cannot be called"),
        ({"static": {"symlinks": "follow"}}, "static has 'symlinks': the Indexer says that itself"),
        ({"static": {"no_such": 1}}, "no_such"),
        ({"static": {"max_age": "1 moon"}}, "max_age"),
        ({"static": ()}, "give options of Static"),
        ({"static": {}, "files": False}, "leave one of the two out"),
        ({"index": "index.html", "files": False}, "leave one of the two out"),
        ({"index": "../a"}, "index"),
    ],
)
def test_each_mistake_names_its_mend(tmp_path: Path, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match="Indexer cannot list like this") as caught:
        Indexer(tmp_path, **options)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("given", "size"), [("1GB", 10**9), ("500 MB", 5 * 10**8), ("2KiB", 2048), ("7", 7), (9, 9), ("0B", 0)]
)
def test_sizes_may_have_a_unit(given: str | int, size: int) -> None:
    assert parse_size(given) == size
