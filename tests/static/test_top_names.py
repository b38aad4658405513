"""The names at the top of the folders: what begins otherwise is handed on without a look at the disk."""

from __future__ import annotations

import time

import pytest

from growler import App
from growler_ext.static import Static, top_names
from growler_ext.static.hot import LIFETIME
from growler_ext.static.top_names import MOST, TopNames
from support.clock import Clock
from support.twice import keep_young_files


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(0.0)
    monkeypatch.setattr(top_names, "monotonic", clock)
    return clock


@pytest.fixture
def settled(monkeypatch):
    """Folders count as settled however young they are."""
    monkeypatch.setattr(top_names, "is_settled", lambda status, now: True)


def names_of(*folders, index=("index.html",), extensions=()):
    return TopNames([str(folder) for folder in folders], index, extensions)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("path", [b"/api", b"/api/", b"/api/users/7", b"/a-b_c", b"/api/%2e%2e/a.txt"])
def test_what_begins_with_no_name_is_ruled_out(root, path):
    assert names_of(root).rule_out(path)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "path",
    [
        b"/sub",
        b"/sub/",
        b"/sub/none",
        b"/SUB/x",
        b"/a.txt",
        b"/none.txt",
        b"/%73ub/b.css",
        b"//sub/",
        b"/\xff",
        b"/",
        b"",
    ],
)
def test_what_might_be_there_or_is_not_plain_is_looked_for(root, path):
    assert not names_of(root).rule_out(path)


@pytest.mark.usefixtures("settled")
def test_the_top_is_ruled_out_if_no_file_stands_for_it(root):
    assert names_of(root, index=()).rule_out(b"/")
    assert names_of(root, index=["home.html"]).rule_out(b"/")
    assert not names_of(root, index=["home.html", "INDEX.html"]).rule_out(b"/")


@pytest.mark.usefixtures("settled")
def test_a_suffix_may_be_left_out(root):
    (root / "about.HTML").touch()
    assert names_of(root).rule_out(b"/about")
    assert not names_of(root, extensions=[".html"]).rule_out(b"/about")
    assert not names_of(root, extensions=[".txt", ".html"]).rule_out(b"/about")


@pytest.mark.usefixtures("settled")
def test_every_folder_counts(root, tmp_path):
    other = tmp_path / "other"
    (other / "api").mkdir(parents=True)
    assert names_of(root).rule_out(b"/api/x")
    assert not names_of(root, other).rule_out(b"/api/x")
    assert not names_of(other, root).rule_out(b"/sub/x")


@pytest.mark.usefixtures("settled", "clock")
@pytest.mark.parametrize("change", ["made", "moved in", "another folder"])
def test_a_name_that_comes_is_seen_at_once(root, tmp_path, change):
    served = tmp_path / "current"
    served.symlink_to(root)
    names = names_of(served)
    (tmp_path / "new").mkdir()
    assert names.rule_out(b"/new/x")
    match change:
        case "made":
            (root / "new").mkdir()
        case "moved in":
            (tmp_path / "new").rename(root / "new")
        case "another folder":
            served.unlink()
            served.symlink_to(tmp_path)
    assert not names.rule_out(b"/new/x")


def test_a_folder_that_has_just_changed_rules_nothing_out(root, clock, monkeypatch):
    """Its times may not show the next change: they tick, of FAT every two seconds."""
    now = Clock(root.stat().st_ctime + 1.9)
    monkeypatch.setattr(time, "time", now)
    names = names_of(root)
    assert not names.rule_out(b"/api")
    now.now += 0.2
    assert not names.rule_out(b"/api"), "looked again within a second"
    clock.now += LIFETIME
    assert names.rule_out(b"/api")


@pytest.mark.usefixtures("settled")
def test_the_names_are_read_once_a_second_at_most(root, clock, monkeypatch):
    read = []
    scandir = top_names.os.scandir
    monkeypatch.setattr(top_names.os, "scandir", lambda folder: read.append(folder) or scandir(folder))
    names = names_of(root)
    for _ in range(9):
        names.rule_out(b"/api")
        (root / "new").touch()
    assert len(read) == 1
    clock.now += LIFETIME
    names.rule_out(b"/api")
    assert len(read) == 2


@pytest.mark.usefixtures("settled")
def test_large_folders_are_not_kept(root, clock):
    present = len(list(root.iterdir()))
    for number in range(MOST - present):
        (root / f"f{number}").touch()
    names = names_of(root)
    assert names.rule_out(b"/api")
    (root / "one-more").touch()
    clock.now += LIFETIME
    assert not names.rule_out(b"/api")


@pytest.mark.usefixtures("settled")
def test_a_folder_that_goes_and_comes_back_rules_nothing_out_meanwhile(root, clock):
    names = names_of(root)
    assert names.rule_out(b"/api")
    root.rename(root.with_name("away"))
    assert not names.rule_out(b"/api")
    clock.now += LIFETIME
    assert not names.rule_out(b"/api")
    root.with_name("away").rename(root)
    clock.now += LIFETIME
    assert names.rule_out(b"/api")


def test_routes_behind_it_cost_no_look_at_the_disk(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    static = Static(root, index=None)
    app = App()
    app.use(static)
    app.get("/", lambda req, res: res.send_text("front"))
    app.get("/api/:id", lambda req, res: res.send_text(req.params["id"]))
    client = serve(app)
    looked_for = []
    monkeypatch.setattr(static._source, "find", lambda raw, as_folder: looked_for.append(raw))
    assert client.get("/").text == "front"
    assert client.get("/api/7").text == "7"
    assert looked_for == []


@pytest.mark.parametrize(
    ("options", "path", "status"),
    [
        ({"fallthrough": False}, "/api", 404),
        ({"spa": "index.html"}, "/api", 200),
        ({"dotfiles": "deny"}, "/api/.env", 403),
    ],
)
def test_where_a_path_without_a_file_has_an_answer_it_gets_it(
    serve, root, monkeypatch, options, path, status
):
    keep_young_files(monkeypatch)
    app = App()
    app.use(Static(root, **options))
    app.all("/*rest", lambda req, res: res.set_status(204).end())
    client = serve(app)
    assert [client.get(path, headers={"Accept": "text/html"}).status for _ in range(2)] == [status] * 2


def test_a_mount_point_without_its_slash_is_redirected_to_it(serve, root, monkeypatch):
    keep_young_files(monkeypatch)
    app = App()
    app.use("/files", Static(root, index=None))
    client = serve(app)
    assert client.get("/files/").status == 404
    assert client.get("/files").headers["location"] == "/files/"
