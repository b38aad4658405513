"""`tools/release.py` in a repository of its own, which holds copies of this one's distributions."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-02-03"


class Repository:
    """A repository with some of the distributions, everything committed."""

    def __init__(self, root: Path, *folders: str) -> None:
        self.root = root
        for folder in ("tools", *folders):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("LICENSE", "pyproject.toml", ".gitignore"):
            shutil.copy(ROOT / name, root)
        self.git("init", "--quiet")
        self.git("config", "user.email", "somebody@example.org")
        self.git("config", "user.name", "Somebody")
        self.commit()

    def git(self, *words: str) -> str:
        return self._run("git", *words).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "all", "--allow-empty")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert old in text
        (self.root / name).write_text(text.replace(old, new), "utf-8")

    def release(self, *words: str) -> tuple[int, str]:
        """The status and what was printed."""
        done = self._run(sys.executable, "tools/release.py", *words, check=False)
        return done.returncode, done.stdout + done.stderr

    def _run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, check=check, capture_output=True, text=True, timeout=110
        )  # fmt: skip


def test_all_distributions_of_this_repository_are_fit_for_a_release(tmp_path):
    folders = [project.parent.name for project in ROOT.glob("*/pyproject.toml")]
    repository = Repository(tmp_path, *folders)
    status, printed = repository.release("--all", "--dry-run", "--no-tests")
    assert status == 0, printed
    assert printed.count(": good") == len(folders) == 8
    assert "Not run" in printed
    assert repository.git("tag", "--list") == ""
    assert repository.git("status", "--porcelain", "--ignored", "--", "dist") == ""


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
    assert f"{new}\n\n- Something new. (#7)\n- Something faster.\n\n## 0.1.0" in changelog
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
