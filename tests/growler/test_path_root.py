"""`growler.paths.Root` and what it opens: each policy for links, by descriptors of folders and by names."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from growler.paths import PathRefused, Root, open_folder, open_parts, open_under, resolve_under, walk
from growler.paths import root as root_module
from growler.paths.opened import OpenedFolder, demand_folder, demand_regular, opened_file
from support.linked_tree import linked_tree, open_descriptors

pytest.importorskip("fcntl", reason="links and descriptors of folders need a POSIX system")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """Nobody changes it."""
    return linked_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def own(tmp_path) -> Path:
    """To change."""
    return linked_tree(tmp_path)


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """Every test here closes what it opens, so that a descriptor more is one that was lost."""
    before = open_descriptors()
    yield
    assert open_descriptors() == before


def read(opened) -> str:
    with opened.file as file:
        return file.read().decode()


@pytest.fixture(params=[True, False], ids=["by descriptors", "by names"])
def possible(request, monkeypatch) -> bool:
    monkeypatch.setattr(walk, "POSSIBLE", request.param)
    return bool(request.param)


OPENED = {
    ("a.txt",): ("a", "a", "a"), ("sub", "deep", "c.txt"): ("c", "c", "c"), ("in",): ("a", "a", PathRefused),
    ("sub", "up"): ("a", "a", PathRefused), ("dir", "b.txt"): ("b", "b", PathRefused),
    ("dir", "deep", "c.txt"): ("c", "c", PathRefused), ("self", "a.txt"): ("a", "a", PathRefused),
    ("out",): ("secret", PathRefused, PathRefused), ("dir-out", "secret.txt"): ("secret", PathRefused, PathRefused),
    ("loop",): (OSError, PathRefused, PathRefused), ("pipe",): (PathRefused, PathRefused, PathRefused),
    ("sub",): (IsADirectoryError, IsADirectoryError, IsADirectoryError),
    ("self",): (IsADirectoryError, IsADirectoryError, PathRefused),
    ("nothing",): (FileNotFoundError, FileNotFoundError, FileNotFoundError),
    ("dir", "nothing"): (FileNotFoundError, FileNotFoundError, PathRefused),
    ("..", "out", "secret.txt"): (PathRefused, PathRefused, PathRefused),
    ("sub/b.txt",): (PathRefused, PathRefused, PathRefused),
}  # fmt: skip


@pytest.mark.parametrize("parts", OPENED, ids="/".join)
@pytest.mark.parametrize("symlinks", ["follow", "inside", "never"])
def test_a_file_is_opened_as_the_policy_says(tree, possible, parts, symlinks):
    expected = OPENED[parts][("follow", "inside", "never").index(symlinks)]
    for root in (tree, tree.parent / "current"):
        if isinstance(expected, str):
            found = open_parts(root, parts, symlinks=symlinks)
            assert found.path == Path(root, *parts)
            assert found.stat.st_size == len(expected)
            assert read(found) == expected
            assert Root(root, symlinks=symlinks).status(parts).st_size == len(expected)
        else:
            with pytest.raises(expected) as caught:
                open_parts(root, parts, symlinks=symlinks)
            assert expected is not IsADirectoryError or caught.value.filename == str(Path(root, *parts))


def test_links_within_are_followed_unless_said_otherwise(tree):
    assert Root(tree).symlinks == "inside"
    for opened in (Root(tree).open_file(("in",)), open_parts(tree, ("in",)), open_under(tree, b"/in")):
        assert read(opened) == "a"
    assert read(open_under(tree, b"/out", symlinks="follow")) == "secret"
    assert resolve_under(tree, b"/in") == tree / "in"
    open_folder(tree, ("dir",)).close()
    for refused in (
        lambda: Root(tree).open_file(("out",)), lambda: open_parts(tree, ("out",)), lambda: open_under(tree, b"/out"),
        lambda: resolve_under(tree, b"/out"), lambda: open_folder(tree, ("dir-out",)),
        lambda: open_under(tree, b"/in", symlinks="never"), lambda: resolve_under(tree, b"/in", symlinks="never"),
    ):  # fmt: skip
        with pytest.raises(PathRefused):
            refused()


@pytest.mark.parametrize("symlinks", ["Never", "", "all", None, "XXinsideXX"])
def test_a_policy_that_is_none_is_not_taken_for_another(tree, symlinks):
    for ask in (Root, lambda *_, **options: resolve_under(tree, b"/a.txt", **options)):
        with pytest.raises(ValueError, match="is no policy: use 'inside', 'follow' or 'never'"):
            ask(tree, symlinks=symlinks)


def test_a_link_within_is_reached_by_descriptors_where_that_is_possible(tree, monkeypatch):
    monkeypatch.delattr(Root, "_by_name")
    assert read(open_parts(tree, ("dir", "b.txt"))) == "b"


def test_names_with_spaces_are_names_where_a_link_leads_there(own, possible):
    (own / "two words").mkdir()
    (own / "two words" / "c d.txt").write_text("cd")
    (own / "to").symlink_to("two words/c d.txt")
    assert read(open_parts(own, ("to",))) == "cd"


def test_where_folders_cannot_be_opened_none_is(tree, monkeypatch):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    monkeypatch.delattr(walk, "read")
    with open_folder(tree, ("dir",)) as folder, folder.scan() as entries:
        assert "b.txt" in {entry.name for entry in entries}


FOLDERS = {
    (): (True, True, True), ("sub",): (True, True, True), ("sub", "deep"): (True, True, True),
    ("dir",): (True, True, PathRefused), ("self",): (True, True, PathRefused),
    ("dir-out",): (True, PathRefused, PathRefused), ("loop",): (OSError, PathRefused, PathRefused),
    ("a.txt",): (NotADirectoryError, NotADirectoryError, NotADirectoryError),
    ("nothing",): (FileNotFoundError, FileNotFoundError, FileNotFoundError),
    ("pipe",): (NotADirectoryError, NotADirectoryError, NotADirectoryError),
    ("..",): (PathRefused, PathRefused, PathRefused),
}  # fmt: skip


@pytest.mark.parametrize("parts", FOLDERS, ids="/".join)
@pytest.mark.parametrize("symlinks", ["follow", "inside", "never"])
def test_a_folder_is_shown_as_the_policy_says(tree, possible, parts, symlinks):
    expected = FOLDERS[parts][("follow", "inside", "never").index(symlinks)]
    root = Root(tree, symlinks=symlinks)
    if expected is True:
        with root.open_folder(parts) as folder, folder.scan() as entries:
            assert {entry.name for entry in entries} == set(os.listdir(Path(tree, *parts)))
            assert os.path.samestat(folder.stat, Path(tree, *parts).stat())
            assert (folder.path, folder.parts, folder.root) == (Path(tree, *parts), parts, root)
    else:
        with pytest.raises(expected) as caught:
            root.open_folder(parts)
        assert expected is not NotADirectoryError or caught.value.filename == str(Path(tree, *parts))


@pytest.mark.parametrize("symlinks", ["follow", "inside", "never"])
def test_what_is_below_an_opened_folder_obeys_its_policy(tree, possible, symlinks):
    with open_folder(tree, ("sub",), symlinks=symlinks) as folder:
        assert folder.status("b.txt").st_size == 1
        assert stat.S_ISDIR(folder.status("deep").st_mode)
        found = folder.open_file("b.txt")
        assert found.path == tree / "sub" / "b.txt"
        assert read(found) == "b"
        with folder.open_folder("deep") as deep:
            assert (deep.parts, deep.path) == (("sub", "deep"), tree / "sub" / "deep")
            assert read(deep.open_file("c.txt")) == "c"
        if symlinks == "never":
            for ask in (folder.status, folder.open_file, folder.open_folder):
                with pytest.raises(PathRefused):
                    ask("up")
        else:
            assert folder.status("up").st_size == 1
            assert stat.S_ISREG(folder.status("up").st_mode)
            assert read(folder.open_file("up")) == "a"
    with open_folder(tree, (), symlinks=symlinks) as folder:
        for ask in (folder.status, folder.open_file, folder.open_folder):
            with pytest.raises(PathRefused):
                ask("sub/b.txt")


@pytest.mark.parametrize("symlinks", ["follow", "inside", "never"])
def test_an_opened_folder_stays_what_it_was(own, symlinks):
    with open_folder(own, ("sub",), symlinks=symlinks) as folder:
        (own / "sub").rename(own / "moved")
        (own / "sub").mkdir()
        (own / "sub" / "new.txt").write_text("new")
        assert read(folder.open_file("b.txt")) == "b"
        assert folder.status("b.txt").st_size == 1
        folder.open_folder("deep").close()
        for ask in (folder.open_file, folder.status, folder.open_folder):
            with pytest.raises(FileNotFoundError):
                ask("new.txt")
        with folder.scan() as entries:
            assert "new.txt" not in {entry.name for entry in entries}


def replace_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("sub/b.txt")


def replace_by_file(path: Path) -> None:
    (path.parent / "new").write_text("new")
    (path.parent / "new").replace(path)


@pytest.mark.parametrize("change", [replace_by_link, replace_by_file, Path.unlink])
def test_what_takes_the_place_of_a_file_is_noticed_and_the_file_closed(own, monkeypatch, change):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    really_read = walk.read

    def read_and_change(here: int | None, name: str, *, follow: bool = False) -> int:
        descriptor = really_read(here, name, follow=follow)
        change(own / "a.txt")
        return descriptor

    monkeypatch.setattr(walk, "read", read_and_change)  # no test could hit that moment
    with pytest.raises(PathRefused, match="changed while"):
        open_parts(own, ("a.txt",))


def test_a_folder_swapped_for_a_link_while_its_status_is_asked_is_noticed(own, monkeypatch):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    really_ask = walk.status

    def ask_and_swap(here: int | None, name: str, *, follow: bool = False) -> os.stat_result:
        result = really_ask(here, name, follow=follow)
        (own / "sub").rename(own / "moved")
        (own / "sub").symlink_to("moved")
        return result

    monkeypatch.setattr(walk, "status", ask_and_swap)  # no test could hit that moment
    with pytest.raises(PathRefused, match="changed while"):
        Root(own).status(("sub", "b.txt"))


def test_a_path_that_cannot_be_resolved_is_refused(tree, monkeypatch):
    def fail(_: object) -> str:
        raise OSError(errno.ELOOP, "as Windows says it")

    monkeypatch.setattr(root_module.os.path, "realpath", fail)
    with pytest.raises(PathRefused, match="cannot be resolved"):
        resolve_under(tree, b"/a.txt")


def test_a_path_that_cannot_be_resolved_any_more_is_refused_and_closed(tree, monkeypatch):
    monkeypatch.setattr(walk, "POSSIBLE", False)
    really_read, really_resolve = walk.read, os.path.realpath

    def read_and_break(here: int | None, name: str, *, follow: bool = False) -> int:
        descriptor = really_read(here, name, follow=follow)
        monkeypatch.setattr(root_module.os.path, "realpath", fail)
        return descriptor

    def fail(_: object) -> str:
        monkeypatch.setattr(root_module.os.path, "realpath", really_resolve)
        raise OSError(errno.ELOOP, "as Windows says it")

    monkeypatch.setattr(walk, "read", read_and_break)  # no test could hit that moment
    with pytest.raises(PathRefused, match="changed while"):
        open_parts(tree, ("a.txt",))


def test_refusals_say_why(tree):
    for parts, symlinks, why in [
        (("in",), "never", "a symbolic link"), (("out",), "inside", "a link out of the root"),
        (("loop",), "inside", "a loop of links"), (("pipe",), "inside", "not a regular file"),
    ]:  # fmt: skip
        with pytest.raises(PathRefused, match=why) as caught:
            open_parts(tree, parts, symlinks=symlinks)
        assert not caught.value.malformed


RESOLVED = {
    b"/": (True, True, True), b"/a.txt": (True, True, True), b"/nothing/yet": (True, True, True),
    b"/in": (True, True, PathRefused), b"/out": (True, PathRefused, PathRefused),
    b"/../out": (PathRefused, PathRefused, PathRefused), b"/dir/b.txt": (True, True, PathRefused),
}  # fmt: skip


@pytest.mark.parametrize("raw", RESOLVED)
@pytest.mark.parametrize("symlinks", ["follow", "inside", "never"])
def test_a_path_is_resolved_as_the_policy_says(tree, raw, symlinks):
    expected = RESOLVED[raw][("follow", "inside", "never").index(symlinks)]
    for root in (tree, tree.parent / "current"):
        if expected is True:
            assert resolve_under(root, raw, symlinks=symlinks) == Path(f"{root}{raw.decode()}")
        else:
            with pytest.raises(expected):
                resolve_under(root, raw, symlinks=symlinks)


# What was opened


def test_a_descriptor_that_is_no_file_is_closed(tree):
    for path, error in ((tree, IsADirectoryError), (tree / "pipe", PathRefused)):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with pytest.raises(error) as caught:
            opened_file(descriptor, path)
        assert error is PathRefused or caught.value.filename == str(tree)
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            os.fstat(descriptor)


def test_an_opened_file_is_read_in_bytes_and_not_written(tree):
    found = open_parts(tree, ("a.txt",))
    with found.file as file:
        assert (file.read(), file.readable(), file.writable()) == (b"a", True, False)


@pytest.mark.parametrize(("demand", "name", "code"), [
    (demand_regular, "sub", errno.EISDIR), (demand_folder, "a.txt", errno.ENOTDIR),
    (demand_folder, "pipe", errno.ENOTDIR),
])  # fmt: skip
def test_what_is_the_wrong_kind_says_so_by_its_number_and_name(
    tree, demand: Callable[[os.stat_result, Path], None], name, code
):
    with pytest.raises(OSError, match=name) as caught:
        demand((tree / name).stat(), tree / name)
    assert caught.value.errno == code
    assert caught.value.filename == str(tree / name)


def test_a_closed_folder_is_closed_once(tree, possible):
    before = open_descriptors()  # pytest opens 1 and 2 again after a test
    folder = open_folder(tree, ("sub",))
    folder.close()
    taken = os.open(tree / "a.txt", os.O_RDONLY)  # by now somebody else's descriptor may have its number
    folder.close()
    assert os.fstat(taken).st_size == 1
    os.close(taken)
    assert open_descriptors() == before


def test_a_closed_folder_shows_nothing(tree, possible):
    with open_folder(tree, ()) as folder:
        assert folder.status("a.txt").st_size == 1
    with pytest.raises(OSError, match=os.strerror(errno.EBADF if possible else errno.ENOENT)):
        folder.status("b.txt")


def test_descriptor_0_is_one_like_others(tree):
    # Who runs without standard input may get it.
    standard_input = os.dup(0)
    opened = os.open(tree, os.O_RDONLY)
    os.dup2(opened, 0)
    os.close(opened)
    try:
        OpenedFolder(Root(tree), (), 0).close()
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            os.fstat(0)
    finally:
        os.dup2(standard_input, 0)
        os.close(standard_input)
