"""A guard of one folder below an Indexer: an archive of the folder above would hold what it guards."""

import re

import pytest

from growler import App, Router
from growler_ext.indexer import Indexer


def guard(req, res):
    res.send_text("not you", 403)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "closed" / "deep").mkdir(parents=True)
    (tmp_path / "closed" / "secret.txt").write_text("secret")
    (tmp_path / ".dot").mkdir()
    return tmp_path


def wired(root, *paths, mount="/files", handler=guard, **options):
    app = App()
    for path in paths:
        app.use(path, handler)
    app.use(mount, Indexer(root, **options))
    return app.wire()


@pytest.mark.parametrize(("path", "mount"), [
    ("/files/closed", "/files"), ("/files/closed/deep", "/files"), ("/closed", "/"),
    ("/files/closed/secret.txt", "/files"), ("/files/:name", "/files"), ("/files/closed/:name", "/files"),
])  # fmt: skip
def test_a_guard_below_is_refused_when_wired(root, path, mount):
    with pytest.raises(ValueError, match=rf"middleware at {path} .*archive=\(\).*hide="):
        wired(root, path, mount=mount)


def test_a_guard_inside_a_router_is_found_too(root):
    app, files = App(), Router()
    files.use("/closed", guard)
    files.use(Indexer(root))
    app.use("/files", files)
    with pytest.raises(ValueError, match="/files/closed"):
        app.wire()


@pytest.mark.parametrize(("paths", "options"), [
    (["/files/closed"], {"archive": ()}),
    (["/files/closed"], {"hide": ["closed"]}),
    (["/files", "/", "/other/closed", "/files/api", "/files/.dot", "/files/api/:name"], {}),
])  # fmt: skip
def test_what_no_archive_walks_around_is_taken(root, paths, options):
    assert wired(root, *paths, **options) is not None


def test_what_runs_behind_it_guards_nothing_and_is_taken(root):
    app = App()
    app.use("/files", Indexer(root))
    app.use("/files/closed", guard)
    app.use("/files/closed", lambda req, res, error: None)
    app.get("/files/closed/x", guard)
    assert app.wire() is not None


def test_routes_and_error_handlers_in_front_guard_nothing_and_are_taken(root):
    app = App()
    app.get("/files/closed", guard)
    app.use("/files/closed", lambda req, res, error: None)
    app.use("/files", Indexer(root))
    assert app.wire() is not None


def test_a_guard_at_a_regex_is_refused(root):
    app = App()
    app.use(re.compile("/files/(closed|open)"), guard)
    app.use("/", Indexer(root))
    with pytest.raises(ValueError, match=r"middleware at / ~ "):
        app.wire()
