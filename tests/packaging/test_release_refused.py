"""What `tools/release.py` does not release, and what it says of it."""

from __future__ import annotations

import pytest

from support.release_repository import TODAY, Repository


def test_all_that_is_wrong_is_told_at_once_with_its_fix(tmp_path):
    repository = Repository(tmp_path, "static")
    static = tmp_path / "static"
    (static / "src/growler_ext/__init__.py").touch()
    (static / "src/growler_ext/static/py.typed").unlink()
    (static / "LICENSE").unlink()
    (static / "changes").mkdir()
    (static / "changes/7.change.md").write_text("Something new.\n")
    repository.change(
        "static/pyproject.toml", 'Static = "growler_ext.static:Static"', 'Statik = "growler_ext:Static"'
    )
    repository.change("static/pyproject.toml", '"growler>=1.0,<2"', "")
    status, printed = repository.release("static", "2.0.0", "--dry-run", "--no-tests")
    assert status == 1
    for what in (
        "changes are not committed",
        "says 0.1.0, not 2.0.0",
        "no date",
        "lacks 7.change.md",
        "LICENSE is not the repository's",
        "type checkers would ignore it",
        "take the namespace from all others",
        "does not say which growler",
        "files that are not its own: growler_ext/__init__.py",
        "the wheel has no growler_ext/static/py.typed",
        "the wheel has no growler_ext_static-0.1.0.dist-info/licenses/LICENSE",
        "growler.ext cannot find it",
    ):
        assert what in printed
    assert printed.count("\n    fix: ") == 12


def test_a_range_that_shuts_out_what_is_here_is_told(tmp_path):
    repository = Repository(tmp_path, "growler", "static")
    repository.change("static/pyproject.toml", "growler>=1.0,<2", "growler>=2,<3")
    repository.commit()
    status, printed = repository.release("--all", "--dry-run", "--no-tests")
    assert status == 1
    assert "growler-ext-static: it wants growler<3,>=2, but here is 1.0.0" in printed


def test_a_version_is_released_once_and_never_lowered(tmp_path):
    repository = Repository(tmp_path, "static")
    repository.git("tag", "growler-ext-static==0.1.0")
    _, printed = repository.release("static", "0.1.0", "--dry-run", "--no-tests")
    assert "0.1.0 is not newer than the last release" in printed


def test_an_old_release_is_mended_on_a_branch_of_its_own(tmp_path):
    repository = Repository(tmp_path, "static")
    repository.git("tag", "growler-ext-static==0.1.0")
    repository.git("checkout", "--quiet", "-b", "main-goes-on")
    repository.commit()
    repository.git("tag", "growler-ext-static==0.2.0")
    repository.git("tag", "growler-ext-static==0.1.1")
    repository.git("checkout", "--quiet", "-b", "old", "growler-ext-static==0.1.0")
    repository.change("static/pyproject.toml", 'version = "0.1.0"', 'version = "0.1.2"')
    repository.change("static/CHANGELOG.md", "## 0.1.0 (unreleased)", f"## 0.1.2 ({TODAY})")
    repository.commit()
    status, printed = repository.release("static", "0.1.2", "--dry-run", "--no-tests")
    assert status == 0, printed
    _, printed = repository.release("static", "0.1.1", "--dry-run", "--no-tests")
    assert "0.1.1 has been released from another branch" in printed


def test_what_needs_an_unreleased_sibling_waits_for_it(tmp_path):
    repository = Repository(tmp_path, "growler", "static", "indexer")
    repository.change("indexer/CHANGELOG.md", "## 0.1.0 (unreleased)", f"## 0.1.0 ({TODAY})")
    repository.commit()
    status, printed = repository.release("indexer", "0.1.0", "--dry-run", "--no-tests")
    assert status == 1
    assert "growler-ext-indexer: it needs growler<2,>=1.0, and no release is that" in printed
    assert "fix: python3 tools/release.py static 0.1.0, or git fetch --tags" in printed
    repository.git("tag", "growler==1.0.0")
    repository.git("tag", "growler-ext-static==0.1.0")
    repository.git("tag", "growler-ext-static==soon")  # no release, and no error
    status, printed = repository.release("indexer/", "0.1.0", "--dry-run", "--no-tests")
    assert status == 0, printed


def test_the_core_comes_first_though_its_extras_are_for_extensions(tmp_path):
    repository = Repository(tmp_path, "growler", "renderer")
    repository.change("growler/CHANGELOG.md", "## 1.0.0 (unreleased)", f"## 1.0.0 ({TODAY})")
    repository.commit()
    status, printed = repository.release("growler", "1.0.0", "--dry-run", "--no-tests")
    assert status == 0, printed
    _, printed = repository.release("renderer", "0.1.0", "--dry-run", "--no-tests")
    assert "python3 tools/release.py growler 1.0.0" in printed


@pytest.mark.parametrize(
    ("date", "what"),
    [("2026-13-45", "no date"), ("20260203", "no date"), ("9998-01-01", "a date to come")],
    ids=["impossible", "in another form", "to come"],
)
def test_a_date_that_cannot_be_is_told(tmp_path, date, what):
    repository = Repository(tmp_path, "static")
    repository.change("static/CHANGELOG.md", "## 0.1.0 (unreleased)", f"## 0.1.0 ({date})")
    repository.commit()
    status, printed = repository.release("static", "0.1.0", "--dry-run", "--no-tests")
    assert status == 1
    assert f"static/CHANGELOG.md has {what} at '## 0.1.0 ({date})'" in printed


def test_what_no_index_or_reader_could_use_is_told(tmp_path):
    repository = Repository(tmp_path, "static")
    repository.change("static/pyproject.toml", 'version = "0.1.0"', 'version = "0.1.0+mine"')
    repository.change("static/pyproject.toml", '"growler>=1.0,<2"', '"growler>=1.0"')
    repository.git("config", "user.useConfigOnly", "true")
    repository.commit()
    repository.git("config", "--unset", "user.email")
    status, printed = repository.release("static", "0.1.0+mine", "--dry-run", "--no-tests")
    assert status == 1
    assert "no index takes a local version, +mine" in printed
    assert "growler>=1.0 promises more than can be tried" in printed
    assert "git does not know who makes the tag" in printed


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('name = "growler-ext-static"', "", "there is no name"),
        ('version = "0.1.0"', "version = ", "Invalid value"),
        ('"growler>=1.0,<2"', '"growler=>1"', "Expected semicolon"),
    ],
    ids=["nameless", "broken", "wrong range"],
)
def test_a_project_that_cannot_be_read_is_told(tmp_path, old, new, what):
    repository = Repository(tmp_path, "static")
    repository.change("static/pyproject.toml", old, new)
    status, printed = repository.release("--all", "--dry-run", "--no-tests")
    assert status == 1
    assert f"static: static/pyproject.toml cannot be read: {what}" in printed
    assert "Traceback" not in printed


def test_a_build_that_depends_on_its_place_is_told(tmp_path):
    repository = Repository(tmp_path, "static")
    hook = "import os\nfrom hatchling.metadata.plugin.interface import MetadataHookInterface\n"
    hook += "class Here(MetadataHookInterface):\n    def update(self, metadata):\n"
    (tmp_path / "static/hatch_build.py").write_text(hook + "        metadata['description'] = os.getcwd()\n")
    repository.change("static/pyproject.toml", "\ndescription", '\ndynamic = ["description"]\n# description')
    with (tmp_path / "static/pyproject.toml").open("a") as project:
        project.write("\n[tool.hatch.metadata.hooks.custom]\n")
    repository.commit()
    status, printed = repository.release("static", "0.1.0", "--dry-run", "--no-tests")
    assert status == 1
    assert "is not the same when built twice" in printed
