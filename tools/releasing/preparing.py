"""What a release changes in the tree, before it is committed: the version, and the section of the changelog.

Towncrier makes the section of the lines that wait in `changes/` and takes them away. A first section that was written
by hand, `## 0.1.0 (unreleased)`, only gets its date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from releasing.problem import Problem
from releasing.source import Source

UNRELEASED = re.compile(r"^## (\S+) \(unreleased\)$", re.MULTILINE)


def prepare(root: Path, source: Source, version: str, day: date) -> list[Problem]:
    """Make the tree of a distribution that of this version; what stands in the way, and then nothing is changed."""
    changelog = source.folder / "CHANGELOG.md"
    text = changelog.read_text("utf-8")
    waiting = sorted(source.folder.glob("changes/*.md"))
    by_hand = UNRELEASED.search(text)
    if by_hand and waiting:
        fix = f"move them below `{by_hand[0]}` as lines that begin with `- `, and remove the files"
        return [Problem(source.name, "some changes wait in changes/, others stand in CHANGELOG.md", fix)]
    if not by_hand and not waiting:
        fix = "say it in changes/NUMBER.change.md, or +any-words.change.md"
        return [Problem(source.name, "there is nothing to tell about this version", fix)]
    project = source.folder / "pyproject.toml"
    declared = project.read_text("utf-8")
    changed = re.sub(r'^version = ".*"$', f'version = "{version}"', declared, count=1, flags=re.MULTILINE)
    project.write_text(changed, "utf-8", newline="\n")
    if by_hand:
        dated = text.replace(by_hand[0], f"## {version} ({day})", 1)
        changelog.write_text(dated, "utf-8", newline="\n")
        return []
    words = ["--config", "tools/towncrier.toml", "--dir", source.folder.name, "--version", version]
    command = [sys.executable, "-m", "towncrier", "build", "--yes", *words, "--date", str(day)]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    return []
