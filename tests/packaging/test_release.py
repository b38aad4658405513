"""`tools/release.py` in a repository of its own, which holds copies of this one's distributions."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.release_repository import ROOT, TODAY, Repository


def test_all_distributions_of_this_repository_are_fit_for_a_release(tmp_path):
    folders = [project.parent.name for project in ROOT.glob("*/pyproject.toml")]
    repository = Repository(tmp_path, *folders)
    status, printed = repository.release("--all", "--dry-run", "--no-tests")
    assert status == 0, printed
    assert printed.count(": good") == len(folders) == 8
    assert "Not run" in printed
    assert repository.git("tag", "--list") == ""
    assert repository.git("status", "--porcelain", "--ignored", "--", "dist") == ""


def test_a_clone_that_would_change_the_ends_of_lines_builds_the_same(tmp_path):
    repository = Repository(tmp_path / "one", "static")
    command = [
        "git",
        "-c",
        "core.autocrlf=true",
        "clone",
        "--quiet",
        str(tmp_path / "one"),
        str(tmp_path / "two"),
    ]
    subprocess.run(command, check=True)
    printed = repository.release("--all", "--dry-run", "--no-tests")
    assert "growler_ext_static-0.1.0-py3-none-any.whl" in printed[1]
    repository.root = tmp_path / "two"
    assert repository.release("--all", "--dry-run", "--no-tests") == printed


@pytest.fixture
def nearly(tmp_path, wheelhouse):
    """A repository whose static can be released, with a single test; like the wheelhouse, it wants a network."""
    repository = Repository(tmp_path, "growler", "static")
    repository.change("static/CHANGELOG.md", "## 0.1.0 (unreleased)", f"## 0.1.0 ({TODAY})")
    (tmp_path / "tests/static").mkdir(parents=True)
    text = (tmp_path / "pyproject.toml").read_text("utf-8")
    before, _, after = text.partition("test = [\n")
    text = f'{before}test = ["pytest>=8.3", "pytest-timeout>=2.3"]\n' + after.partition("\n]\n")[2]
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    return repository


TEST_ALONE = """
from importlib.metadata import distributions, version
from growler.ext import Static

def test_it_is_alone():
    assert {found.name for found in distributions() if found.name.startswith("growler")} == {
        "growler", "growler-ext-static"}
    assert "site-packages" in Static.__init__.__code__.co_filename
    assert version("growler") in %s
"""


def test_a_release_writes_the_files_their_sums_and_the_tag(nearly):
    (nearly.root / "tests/static/test_alone.py").write_text(TEST_ALONE % ["1.0.0", "1.2.0"])
    # A core that was released, and a newer one in the tree: the tests run with both.
    nearly.commit()
    nearly.git("tag", "growler==1.0.0")
    nearly.change("growler/pyproject.toml", 'version = "1.0.0"', 'version = "1.2.0"')
    nearly.commit()
    status, printed = nearly.release("static", "0.1.0")
    assert status == 0, printed
    assert "alone, with growler 1.0.0" in printed
    assert "alone, with growler 1.2.0" in printed
    assert nearly.git("tag", "--list", "growler-ext-*") == "growler-ext-static==0.1.0\n"
    folder = nearly.root / "dist/growler-ext-static-0.1.0"
    sums = (folder / "SHA256SUMS").read_text()
    assert sums in nearly.git("tag", "--list", "--format=%(contents)", "growler-ext-static==0.1.0")
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    assert checked.stdout.count(": OK") == len(sums.splitlines()) == 2
    assert nearly.git("status", "--porcelain") == ""


def test_nothing_is_released_whose_tests_fail_with_one_of_the_cores(nearly):
    (nearly.root / "tests/static/test_alone.py").write_text(TEST_ALONE % ["0.9"])
    nearly.commit()
    status, printed = nearly.release("static", "0.1.0")
    assert status == 1
    assert "growler-ext-static: its tests alone fail with growler 1.0.0" in printed
    assert nearly.git("tag", "--list") == ""
    assert not (nearly.root / "dist").exists()


@pytest.mark.parametrize(
    "words",
    [["--all"], ["static"], ["--prepare", "--all"], ["nothing", "1.0"], ["static", "0.1.0", "--no-tests"]],
)
def test_a_command_line_that_cannot_be_is_refused(words):
    done = subprocess.run(
        [sys.executable, "tools/release.py", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "error:" in done.stderr
