"""What is found on a real disk: entries, and which of them are shown."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from growler.paths import PathRefused, Root, Symlinks
from growler_ext.indexer.entry import Entry, looked_at
from growler_ext.indexer.folder import Tree
from growler_ext.indexer.visible import Visible


def tree(root: Path, *, symlinks: Symlinks = "inside", **visible: Any) -> Tree:
    return Tree(Root(root, symlinks=symlinks), Visible(**visible))


def scan(tree: Tree, raw: bytes = b"/") -> dict[str, Entry]:
    parts = tree.parts(raw)
    assert parts is not None
    with tree.open(parts) as folder:
        return {entry.name: entry for entry in tree.entries(folder)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shown"
    (root / "sub").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "a.txt").write_bytes(b"12345")
    (tmp_path / "shown-private").mkdir()
    (tmp_path / "shown-private" / "secret").write_bytes(b"secret")
    return root


def test_entry_has_size_date_and_kind(root: Path) -> None:
    os.utime(root / "a.txt", (0, 1_700_000_000))
    entries = scan(tree(root))
    assert entries["sub"].kind == "directory"
    assert entries["sub"].size is None
    file = entries["a.txt"]
    assert (file.kind, file.size, file.link) == ("file", 5, False)
    assert file.mtime == 1_700_000_000


def test_date_before_1970_is_kept(root: Path) -> None:
    os.utime(root / "a.txt", (0, -1))
    assert scan(tree(root))["a.txt"].mtime == -1


def test_broken_and_looping_links_keep_their_place(root: Path) -> None:
    (root / "broken").symlink_to("nothing")
    (root / "loop").symlink_to("loop")
    entries = scan(tree(root))
    assert entries["broken"] == Entry("broken", "other", link=True)
    assert entries["loop"] == Entry("loop", "other", link=True)
    assert entries["a.txt"].size == 5


def test_pipes_and_sockets_are_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)  # the path of a socket may be no longer than about 100 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        entries = scan(tree(root))
    assert entries["pipe"].kind == entries["socket"].kind == "other"
    assert entries["pipe"].size is None


def test_file_that_vanishes_while_listed_costs_only_its_own_size_and_date(root: Path) -> None:
    with os.scandir(root) as found:
        scanned = list(found)
    os.unlink(root / "a.txt")
    entries = {entry.name: entry for entry in looked_at(scanned)}
    assert entries["a.txt"] == Entry("a.txt", "file")
    assert entries["sub"].mtime is not None


@pytest.mark.parametrize(
    ("symlinks", "shown"), [("inside", {"in"}), ("follow", {"in", "out", "sibling"}), ("never", set())]
)
def test_only_links_that_may_be_followed_are_shown(root: Path, symlinks: Symlinks, shown: set[str]) -> None:
    (root / "in").symlink_to("a.txt")
    (root / "out").symlink_to("/")
    (root / "sibling").symlink_to("../shown-private")
    entries = scan(tree(root, symlinks=symlinks))
    assert {name for name, entry in entries.items() if entry.link} == shown


@pytest.mark.parametrize("target", ["../shown-private/nothing", "/nowhere/at/all"])
def test_broken_link_out_of_the_root_is_not_shown(root: Path, target: str) -> None:
    (root / "broken").symlink_to(target)
    assert "broken" not in scan(tree(root))


def test_chain_of_links_that_leaves_the_root_is_not_shown(root: Path) -> None:
    (root / "first").symlink_to("second")
    (root / "second").symlink_to("../shown-private")
    assert not {"first", "second"} & scan(tree(root)).keys()


def test_hidden_names_are_shown_when_asked_for(root: Path) -> None:
    assert ".git" not in scan(tree(root))
    assert ".git" in scan(tree(root, hidden=True))
    assert tree(root, hidden=True).parts(b"/.git/") == (".git",)


@pytest.mark.parametrize(
    "raw",
    [
        b"/..%2f", b"/..%5c", b"//", b"//etc/", b"/%2fetc/", b"/%2e%2e%2fshown-private/", b"/sub//",
        b"/%c0%ae%c0%ae/", b"/..;/", b"/.git/", b"/%2egit/", b"/.git/sub/", b"/a.txt/", b"/none/",
        b"/out/", b"/out/shown-private/", b"/sibling/", b"/" + b"x" * 5000 + b"/", b"/" + b"y/" * 3000,
    ],
)  # fmt: skip
def test_nothing_but_visible_folders_below_the_root_is_found(root: Path, raw: bytes) -> None:
    (root / "out").symlink_to("..")
    (root / "sibling").symlink_to("../shown-private")
    here = tree(root)
    parts = here.parts(raw)
    assert parts is None or here.kind(parts) != "directory"
    if parts is not None:
        with pytest.raises((OSError, PathRefused)):
            here.open(parts)


@pytest.mark.parametrize(
    ("raw", "malformed"),
    [
        (b"/../", False),
        (b"/%2e%2e/", False),
        (b"/.%2e/shown-private/", False),
        (b"/../shown/", False),
        (b"/sub/../../", False),
        (b"/%00/", True),
        (b"/%", True),
        (b"/%zz/", True),
        (b"*", True),
        (b"", True),
    ],
)
def test_what_is_no_path_below_the_root_is_refused(root: Path, raw: bytes, malformed: bool) -> None:
    with pytest.raises(PathRefused) as refused:
        tree(root).parts(raw)
    assert refused.value.malformed == malformed


@pytest.mark.parametrize(("raw", "parts"), [(b"/", ()), (b"/sub", ("sub",)), (b"/sub/../sub/./", ("sub",))])
def test_folders_are_found_by_their_parts(root: Path, raw: bytes, parts: tuple[str, ...]) -> None:
    here = tree(root)
    assert here.parts(raw) == parts
    assert here.kind(parts) == "directory"
    here.open(parts).close()


def test_unreadable_folder_raises_and_unreadable_entries_keep_their_place(
    tmp_path: Path, as_a_user: None
) -> None:
    (tmp_path / "locked").mkdir(mode=0o000)
    (tmp_path / "no-look").mkdir()
    (tmp_path / "no-look" / "a").write_bytes(b"1")
    (tmp_path / "no-look").chmod(0o444)
    here = tree(tmp_path)
    assert scan(here).keys() == {"locked", "no-look"}
    with pytest.raises(PermissionError):
        here.open(("locked",))
    assert scan(here, b"/no-look/") == {"a": Entry("a", "file")}


def test_link_swapped_after_the_folder_was_opened_shows_nothing_foreign(root: Path, tmp_path: Path) -> None:
    here = tree(root)
    with here.open(("sub",)) as folder:
        (root / "sub").rmdir()
        (root / "sub").symlink_to(tmp_path / "shown-private")
        assert here.entries(folder) == []
    with pytest.raises(PathRefused):
        here.open(("sub",))


def test_globs_hide_names_everywhere_and_paths_where_they_say(root: Path) -> None:
    (root / "sub" / "a.txt").touch()
    (root / "sub" / "b.bak").touch()
    (root / "b.bak").touch()
    here = tree(root, hide=("*.bak", "sub/a.txt"))
    assert scan(here).keys() == {"sub", "a.txt"}
    assert scan(here, b"/sub/").keys() == set()
    assert here.parts(b"/sub/a.txt") is None
    assert here.parts(b"/a.txt") is not None
    assert tree(root, hide=("sub",)).parts(b"/sub/") is None


def test_filter_decides_by_all_that_an_entry_shows(root: Path) -> None:
    (root / "large.txt").write_bytes(bytes(1000))
    here = tree(root, accepts=lambda entry: entry.type == "directory" or (entry.size or 0) < 100)
    assert scan(here).keys() == {"sub", "a.txt"}
    assert here.kind(("a.txt",)) == "file"
    assert here.kind(("large.txt",)) is None


def test_what_the_filter_hides_hides_what_is_below_it(root: Path) -> None:
    (root / "sub" / "deep").mkdir()
    here = tree(root, accepts=lambda entry: entry.name != "sub")
    assert here.kind(("sub", "deep")) is None
    with pytest.raises(PathRefused):
        here.open(("sub", "deep"))
    assert not here.accepts_file(b"/sub/deep", None)
