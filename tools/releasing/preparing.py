"""What a release changes in the tree, before it is committed: the version, and the section of the changelog.

Towncrier makes the section of the lines that wait in `changes/` and takes them away. A first section that was written
by hand, `## 0.1.0 (unreleased)`, only gets its date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from packaging.version import InvalidVersion, Version

from releasing.problem import Problem
from releasing.repository import released
from releasing.source import Source

UNRELEASED = re.compile(r"^## (\S+) \(unreleased\)$", re.MULTILINE)

FRAGMENT = re.compile(r"(\d+|\+[\w-]+)\.change\.md")


def prepare(root: Path, source: Source, version: str, day: date) -> list[Problem]:
    """Make the tree of a distribution that of this version; what stands in the way, and then nothing is changed."""
    changelog = source.folder / "CHANGELOG.md"
    text = changelog.read_text("utf-8") if changelog.is_file() else ""
    by_hand = UNRELEASED.search(text)
    problems = [*_wrong_version(root, source, version, text), *_wrong_changes(source, text, by_hand)]
    if problems:
        return problems
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
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        fix = f"look at {source.folder.name}/changes/, and git checkout {source.folder.name}/pyproject.toml"
        return [Problem(source.name, f"towncrier: {done.stderr.strip().rpartition(chr(10))[2]}", fix)]
    # Towncrier leaves more empty lines above its section than stand between the others.
    tidy = re.sub(r"\n{3,}", "\n\n", changelog.read_text("utf-8"))
    changelog.write_text(tidy, "utf-8", newline="\n")
    return []


def _wrong_version(root: Path, source: Source, version: str, changelog: str) -> Iterator[Problem]:
    try:
        usual = str(Version(version))
    except InvalidVersion:
        yield Problem(source.name, f"{version!r} is no version", "give one as PEP 440 has it, such as 1.0.0")
        return
    if usual != version:
        yield Problem(source.name, f"{version!r} is not the usual form", f"write {usual}")
    before = released(root, source.name, before=True)
    if before and Version(version) <= before[-1]:
        fix = f"choose a higher version than {before[-1]}"
        yield Problem(source.name, f"{version} is not newer than the last release", fix)
    elif re.search(rf"^## {re.escape(version)} \(\d", changelog, re.MULTILINE):
        fix = "choose another version, or take that section away"
        yield Problem(source.name, f"CHANGELOG.md has a section of {version} already", fix)


def _wrong_changes(source: Source, changelog: str, by_hand: re.Match[str] | None) -> Iterator[Problem]:
    folder = source.folder.name
    if not changelog.startswith("# "):
        fix = f"begin {folder}/CHANGELOG.md with `# Changelog of {source.name}` and an empty line"
        yield Problem(source.name, "there is no changelog to write into", fix)
    for file in source.changes:
        if not FRAGMENT.fullmatch(file.name):
            fix = "call it NUMBER.change.md, or +any-words.change.md: there is no other kind"
            yield Problem(source.name, f"{folder}/changes/{file.name} is no name of a change", fix)
        elif not file.read_text("utf-8").strip():
            yield Problem(
                source.name, f"{folder}/changes/{file.name} says nothing", "write a sentence into it"
            )
    if by_hand and source.changes:
        fix = f"move them below `{by_hand[0]}` as lines that begin with `- `, and remove the files"
        yield Problem(source.name, "some changes wait in changes/, others stand in CHANGELOG.md", fix)
    if not by_hand and not source.changes:
        fix = "say it in changes/NUMBER.change.md, or +any-words.change.md"
        yield Problem(source.name, "there is nothing to tell about this version", fix)
