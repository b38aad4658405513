"""`growler.paths.walk`: going down part by part, how links are told, and what systems lack."""

from __future__ import annotations

import errno
import importlib.util
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from growler.paths import walk
from support.linked_tree import linked_tree, open_descriptors

fcntl = pytest.importorskip("fcntl", reason="links and descriptors of folders need a POSIX system")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """Nobody changes it."""
    return linked_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """Every test here closes what it opens, so that a descriptor more is one that was lost."""
    before = open_descriptors()
    yield
    assert open_descriptors() == before


def test_a_folder_is_entered_part_by_part(tree):
    here = walk.enter(str(tree), ("sub", "deep"))
    try:
        assert os.path.samestat(os.fstat(here), (tree / "sub" / "deep").stat())
        assert walk.status(here, "c.txt").st_size == 1
    finally:
        os.close(here)


def test_a_root_that_is_a_link_is_entered(tree):
    os.close(walk.enter(str(tree.parent / "current"), ()))


@pytest.mark.parametrize(("parts", "error"), [
    (("dir",), walk.LinkMet), (("sub", "up"), walk.LinkMet), (("dir", "deep"), walk.LinkMet), (("loop",), walk.LinkMet),
    (("dir-out",), walk.LinkMet), (("a.txt",), NotADirectoryError), (("sub", "b.txt", "x"), NotADirectoryError),
    (("nothing",), FileNotFoundError), (("sub", "nothing", "x"), FileNotFoundError), (("x" * 5000,), OSError),
])  # fmt: skip
def test_only_folders_are_entered(tree, parts, error):
    with pytest.raises(error):
        walk.enter(str(tree), parts)


def test_the_root_has_to_be_a_folder(tree):
    with pytest.raises(NotADirectoryError):
        walk.enter(str(tree / "a.txt"), ())


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="only Linux opens folders without asking to read them")
def test_the_way_down_asks_for_no_right_to_read(tree):
    for parts in ((), ("sub",)):
        here = walk.enter(str(tree), parts)
        flags = fcntl.fcntl(here, fcntl.F_GETFL)
        os.close(here)
        assert flags & os.O_PATH


def test_a_link_is_told_or_followed_as_asked(tree):
    here = walk.enter(str(tree), ())
    try:
        assert walk.status(here, "in", follow=True).st_size == 1
        assert stat.S_ISREG(walk.status(here, "a.txt", follow=False).st_mode)
        os.close(walk.read(here, "in", follow=True))
        for ask in (walk.status, walk.read):
            for name in ("in", "dir-out", "loop"):
                with pytest.raises(walk.LinkMet):
                    ask(here, name)
                with pytest.raises(walk.LinkMet):
                    ask(here, name, follow=False)
            with pytest.raises(FileNotFoundError):
                ask(here, "nothing")
        with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
            walk.read(here, "loop", follow=True)
    finally:
        os.close(here)


def test_names_are_paths_where_there_is_no_folder(tree):
    assert walk.status(None, str(tree / "a.txt")).st_size == 1
    descriptor = walk.read(None, str(tree / "a.txt"))
    assert os.read(descriptor, 9) == b"a"
    os.close(descriptor)


def test_what_is_read_cannot_be_written_and_does_not_wait(tree):
    descriptor = walk.read(None, str(tree / "pipe"))  # nobody writes to it: this would wait for ever
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    os.close(descriptor)
    assert flags & os.O_ACCMODE == os.O_RDONLY


@pytest.mark.parametrize(("code", "error"), [
    (errno.ELOOP, walk.LinkMet), (errno.EMLINK, walk.LinkMet), (errno.EACCES, PermissionError),
])  # fmt: skip
@pytest.mark.parametrize("follow", [False, True])
def test_each_way_of_saying_link_is_understood_unless_links_are_followed(monkeypatch, code, error, follow):
    def refuse(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(walk.os, "open", refuse)  # FreeBSD's answer cannot be had elsewhere
    with pytest.raises(OSError if follow else error) as caught:
        walk.read(None, "x", follow=follow)
    assert not follow or caught.value.errno == code


@pytest.mark.parametrize("code", [errno.ELOOP, errno.ENOTDIR])
def test_each_way_of_refusing_a_link_as_folder_is_understood(tree, monkeypatch, code):
    really_open = os.open

    def refuse(path: str, flags: int, **options: int) -> int:
        if path == "dir":
            raise OSError(code, os.strerror(code))
        return really_open(path, flags, **options)

    monkeypatch.setattr(walk.os, "open", refuse)  # which of the two it is depends on the system
    with pytest.raises(walk.LinkMet):
        walk.enter(str(tree), ("dir",))


def test_other_errors_on_the_way_are_not_taken_for_links(tree, monkeypatch):
    really_open = os.open

    def refuse(path: str, flags: int, **options: int) -> int:
        if path == "dir":
            raise PermissionError(errno.EACCES, "no")
        return really_open(path, flags, **options)

    monkeypatch.setattr(walk.os, "open", refuse)  # the tests run as the superuser, too
    with pytest.raises(PermissionError):
        walk.enter(str(tree), ("dir",))


def anew() -> ModuleType:
    """`walk` as it is imported on this system."""
    spec = walk.__spec__
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_system_without_any_of_it_reads_by_name(tree, monkeypatch):
    for flag in ("O_NOFOLLOW", "O_DIRECTORY", "O_PATH", "O_NONBLOCK"):
        monkeypatch.delattr(os, flag, raising=False)
    monkeypatch.setattr(os, "O_BINARY", os.O_APPEND, raising=False)
    there = anew()
    assert not there.POSSIBLE
    descriptor = there.read(None, str(tree / "a.txt"))
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    os.close(descriptor)
    # Windows would otherwise change the ends of lines.
    assert flags & (os.O_ACCMODE | os.O_APPEND) == os.O_RDONLY | os.O_APPEND
    os.close(there.enter(str(tree), ("sub",)))


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="where it is missing anyway, every test says so")
def test_a_system_without_o_path_opens_folders_for_reading(tree, monkeypatch):
    monkeypatch.delattr(os, "O_PATH")
    here = anew().enter(str(tree), ("sub",))
    try:
        assert sorted(os.listdir(here)) == ["b.txt", "deep", "up"]
    finally:
        os.close(here)


def test_it_takes_both_descriptors_of_folders_and_refusing_links(monkeypatch):
    assert anew().POSSIBLE
    with monkeypatch.context() as less:
        less.setattr(os, "supports_dir_fd", set())
        assert not anew().POSSIBLE
    with monkeypatch.context() as less:
        less.delattr(os, "O_NOFOLLOW")
        assert not anew().POSSIBLE
