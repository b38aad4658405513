"""`python -m growler_ext.static compress DIR`: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.static import Static
from growler_ext.static.__main__ import main
from growler_ext.static.compress import work
from growler_ext.static.compress.plan import Job
from growler_ext.static.compress.work import Outcome

TEXT = b"body{color:red}" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "app.css").write_bytes(TEXT)
    os.utime(folder / "css" / "app.css", (0, 1_700_000_000))
    (folder / "css" / "app.css").chmod(0o640)
    return folder


def compress(folder: Path, *words: str) -> int:
    return main(["compress", str(folder), "-e", "gzip", *words])


def test_a_form_has_the_contents_time_and_mode_of_its_file(folder, capsys):
    assert compress(folder) == 0
    form = folder / "css" / "app.css.gz"
    assert gzip.decompress(form.read_bytes()) == TEXT
    assert (form.stat().st_mtime, form.stat().st_mode & 0o777) == (1_700_000_000, 0o640)
    said = capsys.readouterr()
    assert said.out.startswith("1 written; 9")
    assert "compressing: 100 %" in said.err
    app = App()
    app.use(Static(folder))
    with TestClient(app) as client:
        reply = client.get("/css/app.css", headers={"Accept-Encoding": "gzip"})
    assert (reply.headers["content-encoding"], gzip.decompress(reply.body)) == ("gzip", TEXT)


def test_what_is_up_to_date_is_left_alone_and_what_is_not_is_made_anew(folder, capsys):
    compress(folder)
    form = folder / "css" / "app.css.gz"
    before = form.stat().st_ino
    assert compress(folder) == 0
    assert "1 up to date" in capsys.readouterr().out
    assert form.stat().st_ino == before
    (folder / "css" / "app.css").write_bytes(TEXT * 2)
    assert compress(folder, "-q") == 0
    assert gzip.decompress(form.read_bytes()) == TEXT * 2
    assert capsys.readouterr() == ("", "")


def test_a_form_that_would_not_be_smaller_is_not_written_and_an_old_one_goes(folder, capsys):
    compress(folder)
    (folder / "css" / "app.css").write_bytes(os.urandom(5000))
    assert compress(folder) == 0
    assert "1 not smaller" in capsys.readouterr().out
    assert [path.name for path in (folder / "css").iterdir()] == ["app.css"]


@pytest.mark.skipif(os.name == "nt", reason="no links, pipes or such names there")
def test_links_pipes_dotfiles_small_and_packed_files_are_left_out(folder, tmp_path):
    (tmp_path / "outside.css").write_bytes(TEXT)
    (folder / "link.css").symlink_to(tmp_path / "outside.css")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.css")
    for name in (".env.css", ".git/config.css", "photo.png", "app.css.br"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(TEXT)
    (folder / "small.css").write_bytes(b"b{}")
    assert compress(folder) == 0
    assert [path.name for path in tmp_path.rglob("*.gz")] == ["app.css.gz"]


@pytest.mark.skipif(os.name == "nt", reason="no links or such names there")
def test_hostile_names_and_what_lies_in_the_way_of_a_form(folder, tmp_path, capsys):
    (tmp_path / "outside").write_bytes(b"as it was")
    for name in ("a\n\x1b[31m.css", os.fsdecode(b"\xff.css"), "blocked.css", "linked.css"):
        (folder / name).write_bytes(TEXT)
    (folder / "blocked.css.gz").mkdir()
    (folder / "a\n\x1b[31m.css.gz").mkdir()
    (folder / "linked.css.gz").symlink_to(tmp_path / "outside")
    assert compress(folder) == 1
    said = capsys.readouterr()
    assert "3 written, 2 failed" in said.out
    assert "\x1b" not in said.err
    assert "blocked.css.gz: Is a directory" in said.err
    assert (tmp_path / "outside").read_bytes() == b"as it was"
    assert gzip.decompress((folder / "linked.css.gz").read_bytes()) == TEXT
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture
def deep(folder: Path) -> Iterator[Path]:
    """The folder with more folders in one another than Python's stack has frames: those that remove it, too."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    yield folder
    while (folder / "d" / "d").exists():
        (folder / "d" / "d").rename(folder / "up")
        (folder / "d").rmdir()
        (folder / "up").rename(folder / "d")


@pytest.mark.skipif(os.name == "nt", reason="no paths of that length there")
def test_a_tree_deeper_than_the_stack_is_no_crash(deep, folder):
    assert compress(folder, "-q") == 0
    assert (folder / "css" / "app.css.gz").exists()


def test_a_file_that_changes_meanwhile_has_no_form(folder):
    source = folder / "css" / "app.css"

    def change(_: int) -> None:
        source.write_bytes(b"new" * 1000)

    outcome, _ = work.compress(Job(source, "gzip", len(TEXT)), change)
    assert outcome is Outcome.CHANGED
    assert [path.name for path in source.parent.iterdir()] == ["app.css"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "there is no folder nowhere"),
        ([".", "-e", "deflate"], "give some of br, zstd, gzip"),
        ([".", "-j", "0"], "--jobs is 0: give a number from 1"),
        ([], "required"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["compress", *words])
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
