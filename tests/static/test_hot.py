"""What is kept of files that are asked for often: looked at each time, no older than a second, and bounded."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from growler.paths import Root
from growler_ext.static import hot
from growler_ext.static.facts import facts_of
from growler_ext.static.hot import HotFiles, Kept, Witness, witness_of
from growler_ext.static.shown import Shown

posix_only = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "sub" / "deep" / "b.css").write_bytes(b"b{}")
    return root


def look_at(root: Path, *parts: str, symlinks: str = "inside") -> Witness | None:
    return witness_of(Root(root, symlinks=symlinks), parts, root.joinpath(*parts).stat())


# What has been seen of a file


def test_a_witness_knows_the_file_and_every_folder_on_the_way_below_the_root(root):
    witness = look_at(root, "sub", "deep", "b.css")
    assert witness is not None
    assert witness.path == str(root / "sub" / "deep" / "b.css")
    assert witness.folders == (str(root / "sub"), str(root / "sub" / "deep"))
    assert witness.follow is False
    assert witness.holds() is True


@pytest.mark.parametrize("change", ["written", "removed", "another", "no folder"])
def test_a_witness_does_not_hold_for_a_file_that_was(root, change):
    path = root / "sub" / "deep" / "b.css"
    witness = look_at(root, "sub", "deep", "b.css")
    match change:
        case "written":
            path.write_bytes(b"b{c:d}")
        case "removed":
            path.unlink()
        case "another":
            (root / "new").write_bytes(b"b{}")
            (root / "new").replace(path)
        case "no folder":
            (root / "sub").rename(root / "sup")
    assert witness.holds() is False


@posix_only
@pytest.mark.parametrize("part", ["sub", "sub/deep", "sub/deep/b.css"])
def test_a_way_over_a_link_holds_only_where_links_are_followed(root, tmp_path, part):
    parts = ("sub", "deep", "b.css")
    seen = {policy: look_at(root, *parts, symlinks=policy) for policy in ("inside", "never", "follow")}
    (root / part).rename(tmp_path / "moved")
    (root / part).symlink_to(tmp_path / "moved")
    # Renaming changes the times of the file itself: here the link alone is to be noticed.
    status = (root / "sub" / "deep" / "b.css").stat()
    fresh = {name: replace(witness, signature=hot.signature_of(status)) for name, witness in seen.items()}
    assert {name: witness.holds() for name, witness in fresh.items()} == {
        "inside": False, "never": False, "follow": True,
    }  # fmt: skip
    assert look_at(root, *parts) is None
    assert look_at(root, *parts, symlinks="never") is None
    assert look_at(root, *parts, symlinks="follow").follow is True


# The store


@pytest.fixture
def make(root: Path):
    """`make(name, size)`: a file, as it would be kept."""

    def make(name: str, size: int = 100) -> Kept:
        path = root / name
        path.write_bytes(b"x" * size)
        status = path.stat()
        shown = Shown(facts_of(status, 0), {}, {})
        witness = witness_of(Root(root), (name,), status)
        assert witness is not None
        return Kept((witness,), (), shown, b"x" * size)

    return make


def test_the_least_used_files_are_given_up(make):
    store = HotFiles(3 * (hot._OVERHEAD + 100))
    for name in ("a", "b", "c"):
        store.keep(name, make(name))
    assert store.get("a", None) is not None
    store.keep("d", make("d"))
    assert [name for name in "abcd" if store.get(name, None)] == ["a", "c", "d"]
    store.keep("large", make("large", 100_000))
    assert [name for name in "acd" if store.get(name, None)] == ["a", "c", "d"]
    store.keep("e", make("e", 2 * hot._OVERHEAD))
    assert store._size <= 3 * (hot._OVERHEAD + 100)


def test_a_file_kept_anew_is_counted_once(make):
    store = HotFiles(10_000)
    for _ in range(20):
        store.keep("a", make("a"))
    assert store._size == hot._OVERHEAD + 100


def test_a_file_is_kept_that_fills_all_the_room_and_no_larger_one(make):
    store = HotFiles(hot._OVERHEAD + 100)
    store.keep("a", make("a", 101))
    assert store.get("a", None) is None
    store.keep("a", make("a", 100))
    assert store.get("a", None) is not None


def test_a_file_is_looked_for_anew_after_a_second(make, monkeypatch):
    now = 100.0
    monkeypatch.setattr(hot, "monotonic", lambda: now)
    store = HotFiles(10_000)
    store.keep("a", make("a"))
    now = 100.999
    assert store.get("a", None) is not None
    now = 101.0
    assert store.get("a", None) is None
    assert store._size == 0


def test_compressed_forms_are_kept_where_nothing_more_is_known(make):
    store = HotFiles(10_000)
    file = make("a")
    forms = Kept(file.witnesses, ("br",))
    store.keep_codings("a", forms)
    assert store.get("a", None) is forms
    assert store._size == hot._OVERHEAD
    assert (forms.shown, forms.content, forms.whole, forms.unchanged, forms.etag) == (None,) * 5
    store.keep("a", file)
    store.keep_codings("a", forms)
    assert store.get("a", None) is file


def test_a_quarter_of_a_megabyte_is_the_most_of_one_file():
    assert hot.LARGEST == 256 * 1024


def test_requests_of_one_turn_of_the_loop_share_a_look(make, root):
    store = HotFiles(10_000)
    store.keep("a", make("a"))

    async def look() -> list[bool]:
        loop = asyncio.get_running_loop()
        seen = [store.get("a", loop) is not None]
        (root / "a").unlink()
        seen += [store.get("a", loop) is not None, store.get("a", None) is not None]
        return seen

    assert asyncio.run(look()) == [True, True, False]


def test_the_next_turn_looks_again(make, root):
    store = HotFiles(10_000)
    store.keep("a", make("a"))

    async def look() -> list[bool]:
        loop = asyncio.get_running_loop()
        seen = [store.get("a", loop) is not None]
        (root / "a").unlink()
        await asyncio.sleep(0)
        return [*seen, store.get("a", loop) is not None]

    assert asyncio.run(look()) == [True, False]


def test_a_turn_of_another_loop_is_not_shared(make, root):
    store = HotFiles(10_000)
    store.keep("a", make("a"))

    async def begin() -> None:
        assert store.get("a", first) is not None

    async def look() -> bool:
        return store.get("a", asyncio.get_running_loop()) is not None

    first = asyncio.new_event_loop()
    task = first.create_task(begin())
    first.call_soon(first.stop)
    first.run_forever()  # stands still in the middle of a turn
    (root / "a").unlink()
    assert asyncio.run(look()) is False
    first.run_until_complete(task)
    first.close()
