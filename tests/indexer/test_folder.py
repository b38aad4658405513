"""What is found on a real disk: entries, and which of them are shown."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from growler.paths import Symlinks
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.folder import Folder, Tree


def scan(tree: Tree, raw: bytes = b"/") -> dict[str, Entry]:
    folder = tree.find(raw)
    assert folder is not None
    return {entry.name: entry for entry in tree.scan(folder)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "a.txt").write_bytes(b"12345")
    (tmp_path / "root-private").mkdir()
    (tmp_path / "root-private" / "secret").write_bytes(b"secret")
    return root


def test_entry_has_size_date_and_kind(root: Path) -> None:
    os.utime(root / "a.txt", (0, 1_700_000_000))
    entries = scan(Tree(str(root)))
    assert entries["sub"].kind == "directory"
    assert entries["sub"].size is None
    file = entries["a.txt"]
    assert (file.kind, file.size, file.link) == ("file", 5, False)
    assert file.mtime is not None
    assert file.mtime.isoformat() == "2023-11-14T22:13:20+00:00"


def test_date_before_1970_is_kept(root: Path) -> None:
    os.utime(root / "a.txt", (0, -1))
    mtime = scan(Tree(str(root)))["a.txt"].mtime
    assert mtime is not None
    assert mtime.isoformat() == "1969-12-31T23:59:59+00:00"


def test_broken_and_looping_links_keep_their_place(root: Path) -> None:
    (root / "broken").symlink_to("nothing")
    (root / "loop").symlink_to("loop")
    entries = scan(Tree(str(root)))
    assert entries["broken"] == Entry("broken", "other", link=True)
    assert entries["loop"] == Entry("loop", "other", link=True)
    assert entries["a.txt"].size == 5


def test_pipes_and_sockets_are_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)  # the path of a socket may be no longer than about 100 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        entries = scan(Tree(str(root)))
    assert entries["pipe"].kind == entries["socket"].kind == "other"
    assert entries["pipe"].size is None


def test_file_that_vanishes_while_listed_costs_only_its_own_size_and_date(root: Path) -> None:
    with os.scandir(root) as found:
        left = {each.name: each for each in found}
    os.unlink(root / "a.txt")
    assert Entry.of(left["a.txt"]) == Entry("a.txt", "file")


@pytest.mark.parametrize(
    ("symlinks", "shown"), [("inside", {"in"}), ("follow", {"in", "out", "sibling"}), ("never", set())]
)
def test_only_links_that_may_be_followed_are_shown(root: Path, symlinks: Symlinks, shown: set[str]) -> None:
    (root / "in").symlink_to("a.txt")
    (root / "out").symlink_to("/")
    (root / "sibling").symlink_to("../root-private")
    entries = scan(Tree(str(root), symlinks=symlinks))
    assert {name for name, entry in entries.items() if entry.link} == shown


@pytest.mark.parametrize("target", ["../root-private/nothing", "/nowhere/at/all"])
def test_broken_link_out_of_the_root_is_not_shown(root: Path, target: str) -> None:
    (root / "broken").symlink_to(target)
    assert "broken" not in scan(Tree(str(root)))


def test_chain_of_links_that_leaves_the_root_is_not_shown(root: Path) -> None:
    (root / "first").symlink_to("second")
    (root / "second").symlink_to("../root-private")
    assert not {"first", "second"} & scan(Tree(str(root))).keys()


def test_hidden_names_are_shown_when_asked_for(root: Path) -> None:
    assert ".git" not in scan(Tree(str(root)))
    assert ".git" in scan(Tree(str(root), hidden=True))
    assert Tree(str(root), hidden=True).find(b"/.git/") is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"/../", b"/%2e%2e/", b"/.%2e/root-private/", b"/../root/", b"/sub/../../", b"/..%2f", b"/..%5c",
        b"//", b"//etc/", b"/%2fetc/", b"/%2e%2e%2froot-private/", b"/sub//", b"/%00/", b"/%", b"/%zz/",
        b"/%c0%ae%c0%ae/", b"/..;/", b"/.git/", b"/%2egit/", b"/.git/sub/", b"/a.txt/", b"/none/", b"*", b"",
        b"/out/", b"/out/root-private/", b"/sibling/", b"/" + b"x" * 5000 + b"/", b"/" + b"y/" * 3000,
    ],
)  # fmt: skip
def test_nothing_but_visible_folders_below_the_root_is_found(root: Path, raw: bytes) -> None:
    (root / "out").symlink_to("..")
    (root / "sibling").symlink_to("../root-private")
    assert Tree(str(root)).find(raw) is None


@pytest.mark.parametrize(("raw", "parts"), [(b"/", ()), (b"/sub", ("sub",)), (b"/sub/../sub/./", ("sub",))])
def test_folders_are_found_by_their_parts(root: Path, raw: bytes, parts: tuple[str, ...]) -> None:
    assert Tree(str(root)).find(raw) == Folder(root.joinpath(*parts), parts)


def test_unreadable_folder_raises_and_unreadable_entries_keep_their_place(
    public_folder: Path, as_nobody: Callable[[], None]
) -> None:
    (public_folder / "locked").mkdir(mode=0o000)
    (public_folder / "no-look").mkdir()
    (public_folder / "no-look" / "a").write_bytes(b"1")
    (public_folder / "no-look").chmod(0o444)
    as_nobody()
    tree = Tree(str(public_folder))
    assert scan(tree).keys() == {"locked", "no-look"}
    locked = tree.find(b"/locked/")
    assert locked is not None
    with pytest.raises(PermissionError):
        tree.scan(locked)
    assert scan(tree, b"/no-look/") == {"a": Entry("a", "file")}
