"""`tools/release.py --prepare`: the version and the changelog of a release, or all that stands in their way."""

from __future__ import annotations

import re

import pytest

from support.release_repository import TODAY, Repository


def test_the_lines_that_wait_become_the_section_of_the_version(tmp_path):
    repository = Repository(tmp_path, "static")
    repository.change("static/CHANGELOG.md", "## 0.1.0 (unreleased)", f"## 0.1.0 ({TODAY})")
    (tmp_path / "static/changes").mkdir()
    (tmp_path / "static/changes/7.change.md").write_text("Something new.\n")
    (tmp_path / "static/changes/+quick.change.md").write_text("Something faster.\n")
    repository.commit()
    assert repository.release("--prepare", "static", "0.2.0") == (0, "")
    changelog = (tmp_path / "static/CHANGELOG.md").read_text("utf-8")
    title, new, *_ = [line for line in changelog.splitlines() if line.startswith("#")]
    assert title == "# Changelog of growler-ext-static"
    assert re.fullmatch(r"## 0\.2\.0 \(\d{4}-\d\d-\d\d\)", new)
    assert f"{title}\n\n{new}\n\n- Something new. (#7)\n- Something faster.\n\n## 0.1.0" in changelog
    assert list((tmp_path / "static").glob("changes/*.md")) == []
    repository.commit()
    # What was prepared is what a release wants.
    status, printed = repository.release("static", "0.2.0", "--dry-run", "--no-tests")
    assert status == 0, printed


def test_a_section_that_was_written_by_hand_gets_its_date(tmp_path):
    repository = Repository(tmp_path, "static")
    before = (tmp_path / "static/CHANGELOG.md").read_text("utf-8")
    assert repository.release("--prepare", "static", "0.1.0") == (0, "")
    after = (tmp_path / "static/CHANGELOG.md").read_text("utf-8")
    assert (
        re.sub(r"^## 0.1.0 \(\d{4}-\d\d-\d\d\)$", "## 0.1.0 (unreleased)", after, flags=re.MULTILINE)
        == before
    )
    assert "## 0.1.0 (unreleased)" not in after


@pytest.mark.parametrize(("heading", "waiting", "what"), [
    ("## 0.1.0 (unreleased)", True, "some changes wait in changes/, others stand in CHANGELOG.md"),
    (f"## 0.1.0 ({TODAY})", False, "there is nothing to tell about this version"),
])  # fmt: skip
def test_a_version_with_two_changelogs_or_none_is_not_prepared(tmp_path, heading, waiting, what):
    repository = Repository(tmp_path, "static")
    repository.change("static/CHANGELOG.md", "## 0.1.0 (unreleased)", heading)
    if waiting:
        (tmp_path / "static/changes").mkdir()
        (tmp_path / "static/changes/7.change.md").write_text("Something new.\n")
    repository.commit()
    status, printed = repository.release("--prepare", "static", "0.2.0")
    assert status == 1
    assert what in printed
    assert repository.git("status", "--porcelain") == ""


def test_all_that_is_wrong_with_a_preparation_is_told_and_nothing_is_changed(tmp_path):
    repository = Repository(tmp_path, "static")
    (tmp_path / "static/changes").mkdir()
    (tmp_path / "static/changes/7.feature.md").write_text("Something new.\n")
    (tmp_path / "static/changes/8.change.md").write_text("\n")
    repository.git("tag", "growler-ext-static==0.3.0")
    repository.commit()
    status, printed = repository.release("--prepare", "static", "0.2")
    assert status == 1
    for what in (
        "0.2 is not newer than the last release",
        "static/changes/7.feature.md is no name of a change",
        "static/changes/8.change.md says nothing",
        "some changes wait in changes/, others stand in CHANGELOG.md",
    ):
        assert what in printed
    assert printed.count("\n    fix: ") == 4
    _, printed = repository.release("--prepare", "static", "soon")
    assert "'soon' is no version" in printed
    assert repository.git("status", "--porcelain") == ""

    (tmp_path / "static/changes/8.change.md").rename(tmp_path / "static/changes/.gitkeep")
    (tmp_path / "static/changes/7.feature.md").unlink()
    (tmp_path / "static/CHANGELOG.md").unlink()
    _, printed = repository.release("--prepare", "static", "0.4.0")
    assert "there is no changelog to write into" in printed
    (tmp_path / "static/CHANGELOG.md").write_text(f"# Changelog\n\n## 0.4.0 ({TODAY})\n\n- This.\n")
    _, printed = repository.release("--prepare", "static", "0.4.0")
    assert "CHANGELOG.md has a section of 0.4.0 already" in printed
