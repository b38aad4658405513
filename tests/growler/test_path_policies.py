"""`resolve_under` obeys the same policies for links as what opens files."""

from __future__ import annotations

import os

import pytest

from growler.paths import PathRefused, open_folder, resolve_under

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links want a privilege there")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "www"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.txt").write_text("a")
    (tmp_path / "outside.txt").write_text("secret")
    (root / "in").symlink_to("sub")
    (root / "out").symlink_to("../outside.txt")
    return root


@pytest.mark.parametrize("symlinks", ["inside", "never", "follow"])
def test_a_path_without_links_is_its_parts_below_the_root_there_or_not(root, symlinks):
    assert resolve_under(root, b"/sub/a.txt", symlinks=symlinks) == root / "sub" / "a.txt"
    assert resolve_under(root, b"/nowhere/b%20c", symlinks=symlinks) == root / "nowhere" / "b c"


def test_links_within_the_root_lead_on_unless_none_may(root):
    assert resolve_under(root, b"/in/a.txt").read_text() == "a"
    with pytest.raises(PathRefused, match="a symbolic link"):
        resolve_under(root, b"/in/a.txt", symlinks="never")


def test_links_out_of_the_root_lead_on_only_if_all_may(root):
    assert resolve_under(root, b"/out", symlinks="follow").read_text() == "secret"
    for symlinks in ("inside", "never"):
        with pytest.raises(PathRefused):
            resolve_under(root, b"/out", symlinks=symlinks)


def test_a_file_is_no_folder_to_open(root):
    with pytest.raises(NotADirectoryError):
        open_folder(root, ("sub", "a.txt"))
