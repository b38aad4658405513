"""A git repository that holds copies of some distributions, with `tools/release.py`, for tests of releases."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-02-03"
# Whoever runs the tests has a name for git, which these repositories shall not know.
ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}


class Repository:
    """A repository with some of the distributions, everything committed."""

    def __init__(self, root: Path, *folders: str) -> None:
        self.root = root
        for folder in ("tools", *folders):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("LICENSE", "pyproject.toml", ".gitignore", ".gitattributes"):
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
            command, cwd=self.root, env=ENVIRONMENT, check=check, capture_output=True, text=True, timeout=110
        )  # fmt: skip
