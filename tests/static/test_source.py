"""Finding a file below one or several folders."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from growler.paths import Root
from growler_ext.static.hiding import Hiding
from growler_ext.static.source import Folder, Found, Nothing, Source, read_part


def find(source: Source, raw: bytes) -> object:
    """What the source finds; contents for a file."""
    found = source.find(raw, as_folder=raw.endswith(b"/"))
    if isinstance(found, Found):
        with found.opened.file as file:
            return file.read()
    return found


def source_of(*roots: Path, symlinks: str = "inside", **options: object) -> Source:
    return Source([Root(root, symlinks=symlinks) for root in roots], **({"index": ["index.html"]} | options))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"/a.txt", b"0123456789"),
        (b"/", b"<h1>top</h1>"),
        (b"/sub/", b"<h1>sub</h1>"),
        (b"/sub", Folder(("sub",))),
        (b"/bare", Folder(("bare",))),
        (b"/bare/", Nothing.MISSING),
        (b"/a.txt/", Nothing.MISSING),
        (b"/nowhere", Nothing.MISSING),
        (b"/../a.txt", Nothing.OUTSIDE),
        (b"/sub%2fb.css", Nothing.OUTSIDE),
        (b"/%zz", Nothing.MALFORMED),
        (b"/%00", Nothing.MALFORMED),
        (b"/sub//b.css", Nothing.HIDDEN),
        (b"//a.txt", Nothing.HIDDEN),
        (b"//sub", Folder(("sub",))),
        (b"///sub/", Folder(("sub",))),
        (b"//sub//", Folder(("sub",))),
        (b"//nowhere", Nothing.HIDDEN),
        (b"/" + b"a" * 5000, Nothing.MISSING),
    ],
)
def test_a_path_finds_a_file_a_folder_or_nothing(root, raw, expected):
    assert find(source_of(root), raw) == expected


def test_without_an_index_a_folder_is_nothing(root):
    source = source_of(root, index=[])
    assert find(source, b"/sub/") is Nothing.MISSING
    assert find(source, b"/sub") == Folder(("sub",))
    assert find(source, b"/sub/index.html") == b"<h1>sub</h1>"


def test_a_folder_with_the_name_of_the_index_is_nothing(root):
    (root / "bare" / "index.html").mkdir()
    assert find(source_of(root), b"/bare/") is Nothing.MISSING


@pytest.mark.parametrize("raw", [b"/.env", b"/%2eenv", b"/.git/config", b"/sub/.hidden", b"/.git", b"/.git/",
                                 b"/.well-known/.env", b"/sub/../.env", b"/sub/.well-known/x"])  # fmt: skip
def test_dotfiles_are_ignored_or_denied(root, raw):
    assert find(source_of(root), raw) is Nothing.HIDDEN
    assert find(source_of(root, dotfiles="deny"), raw) is Nothing.DENIED


def test_a_denied_name_is_denied_whether_it_exists_or_not(root):
    assert find(source_of(root, dotfiles="deny"), b"/.nowhere") is Nothing.DENIED


def test_dotfiles_are_served_when_asked(root):
    assert find(source_of(root, dotfiles="allow"), b"/.env") == b"SECRET"
    assert find(source_of(root, dotfiles="allow"), b"/sub/.hidden") == b"SECRET"


@pytest.mark.parametrize("dotfiles", ["ignore", "deny", "allow"])
def test_well_known_is_no_dotfile(root, dotfiles):
    assert find(source_of(root, dotfiles=dotfiles), b"/.well-known/security.txt") == b"Contact: x"


def test_the_first_root_that_has_the_file_wins(root, tmp_path):
    theme = tmp_path / "theme"
    (theme / "sub").mkdir(parents=True)
    (theme / "a.txt").write_bytes(b"theme")
    (theme / "only.txt").write_bytes(b"only")
    assert find(source_of(theme, root), b"/a.txt") == b"theme"
    assert find(source_of(root, theme), b"/a.txt") == b"0123456789"
    assert find(source_of(root, theme), b"/only.txt") == b"only"
    assert find(source_of(theme, root), b"/sub/") == b"<h1>sub</h1>"
    assert find(source_of(theme, root), b"/nowhere") is Nothing.MISSING


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_out_of_one_root_leaves_the_others_to_be_asked(root, tmp_path):
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "a.txt").symlink_to(tmp_path / "public" / "a.txt")
    assert find(source_of(theme), b"/a.txt") is Nothing.MISSING
    assert find(source_of(theme, root), b"/a.txt") == b"0123456789"
    assert find(source_of(theme, symlinks="follow"), b"/a.txt") == b"0123456789"


def test_a_root_that_vanished_has_nothing(root):
    source = source_of(root)
    shutil.rmtree(root)
    assert find(source, b"/a.txt") is Nothing.MISSING


def test_what_may_not_be_read_is_unreadable(unreadable):
    source = source_of(unreadable)
    assert find(source, b"/a.txt") is Nothing.UNREADABLE
    assert find(source, b"/locked/index.html") is Nothing.UNREADABLE
    assert find(source, b"/locked/") is Nothing.UNREADABLE


def test_the_next_root_is_asked_for_what_may_not_be_read(unreadable):
    with tempfile.TemporaryDirectory() as other:
        assert find(source_of(unreadable, Path(other)), b"/a.txt") is Nothing.UNREADABLE
        (Path(other) / "a.txt").write_bytes(b"mine")
        assert find(source_of(unreadable, Path(other)), b"/a.txt") == b"mine"


def test_a_machine_that_fails_is_not_taken_for_a_missing_file(root, monkeypatch):
    def fail(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(OSError, match="Too many open files"):
        source_of(root).find(b"/a.txt", as_folder=False)


def test_reading_a_part_gives_just_that(root):
    opened = source_of(root).find(b"/a.txt", as_folder=False).opened
    with opened.file:
        assert read_part(opened, 2, 3) == b"234"
        assert read_part(opened, 0, 10) == b"0123456789"


def test_reading_behind_the_end_of_a_shrunk_file_raises(root):
    opened = source_of(root).find(b"/a.txt", as_folder=False).opened
    with opened.file:
        os.truncate(root / "a.txt", 4)
        with pytest.raises(EOFError, match="became shorter"):
            read_part(opened, 2, 3)


def test_the_first_index_that_is_there_stands_for_its_folder(root):
    (root / "bare" / "c.js").rename(root / "bare" / "default.htm")
    source = source_of(root, index=["default.htm", "index.html"])
    assert find(source, b"/bare/") == b"c"
    assert find(source, b"/sub/") == b"<h1>sub</h1>"
    assert find(source_of(root, index=["sub", "a.txt"]), b"/") == b"0123456789"


def test_a_suffix_is_completed(root):
    source = source_of(root, extensions=[".html", ".txt", ".css"])
    assert find(source, b"/a") == b"0123456789"
    assert find(source, b"/index") == b"<h1>top</h1>"
    assert find(source, b"/sub/b") == b"b{}"
    assert find(source, b"/sub") == Folder(("sub",))
    for raw in (b"/nowhere", b"/a.", b"/b.x", b"/a/", b"/bare/c"):
        assert find(source, raw) is Nothing.MISSING


def test_a_folder_is_not_what_a_suffix_completes_to(root):
    (root / "name.html").mkdir()
    (root / "name.txt").write_bytes(b"name")
    assert find(source_of(root, extensions=[".html", ".txt"]), b"/name") == b"name"


@pytest.mark.parametrize(
    ("globs", "hidden", "seen"),
    [
        (["*.css"], [b"/sub/b.css", b"/sub/B.CSS", b"/x.css/y"], [b"/a.txt"]),
        (["sub"], [b"/sub", b"/sub/", b"/sub/b.css", b"/SUB/b.css"], [b"/bare/c.js"]),
        (["sub/b.*"], [b"/sub/b.css", b"/sub/./b.css", b"/sub/%62.css"], [b"/sub/", b"/bare/c.js"]),
        (["/sub/"], [b"/sub", b"/sub/b.css"], [b"/bare/c.js"]),
        (["/a.txt", "*/c.js"], [b"/a.txt", b"/bare/c.js"], [b"/sub/b.css"]),
        (["[ab].*"], [b"/a.txt", b"/sub/b.css"], [b"/bare/c.js"]),
    ],
)
def test_what_is_hidden_is_not_there(root, globs, hidden, seen):
    source = source_of(root, hiding=Hiding(globs))
    for raw in hidden:
        assert find(source, raw) is Nothing.HIDDEN, raw
    for raw in seen:
        assert isinstance(find(source, raw), bytes), raw


def test_a_suffix_is_not_completed_to_what_is_hidden(root):
    assert find(source_of(root, extensions=[".txt"], hiding=Hiding(["*.txt"])), b"/a") is Nothing.MISSING


@pytest.mark.parametrize("glob", ["", "/", "..", "a/../b", "a\\b", 3, None])
def test_what_is_no_glob_is_told(glob):
    with pytest.raises(ValueError, match="is no glob"):
        Hiding([glob])
