"""What git knows: whether the tree is clean, which releases there were, and how a tree looked at one of them."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from packaging.version import InvalidVersion, Version

from releasing.problem import Problem


def git(root: Path, *words: str) -> bytes:
    """What git printed. Raises CalledProcessError."""
    command = ["git", *words]
    return subprocess.run(command, cwd=root, check=True, capture_output=True).stdout


def not_committed(root: Path) -> list[Problem]:
    """A release is built from what everybody can check out."""
    changed = git(root, "status", "--porcelain").decode().splitlines()
    if not changed:
        return []
    shown = ", ".join(line[3:] for line in changed[:3]) + (", ..." if len(changed) > 3 else "")
    fix = "commit them, or put them away (git stash -u)"
    return [Problem("repository", f"{len(changed)} changes are not committed: {shown}", fix)]


def nobody(root: Path) -> list[Problem]:
    """A tag says who made it; git refuses one of nobody, and then the files would be written already."""
    command = ["git", "var", "GIT_COMMITTER_IDENT"]
    if subprocess.run(command, cwd=root, capture_output=True).returncode == 0:
        return []
    fix = 'git config user.name "..." and git config user.email "..."'
    return [Problem("repository", "git does not know who makes the tag", fix)]


def released(root: Path, name: str, *, before: bool = False) -> list[Version]:
    """The versions of a distribution that have a tag, lowest first.

    With `before` only those that what is checked out comes after: on a branch for mending 1.0 nothing is known of 1.2.
    A tag that names no version is none of ours.
    """
    below = ["--merged", "HEAD"] if before else []
    found = []
    for tag in git(root, "tag", "--list", f"{name}==*", *below).decode().split():
        with suppress(InvalidVersion):
            found.append(Version(tag.partition("==")[2]))
    return sorted(found)


def export(root: Path, folder: str, target: Path) -> Path:
    """Copy what git has, or would take, of a folder; with the .gitignore above it, which the builder reads.

    So nothing that happens to lie in somebody's tree gets into a release.
    """
    listed = git(
        root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder, ".gitignore"
    )
    for name in filter(None, listed.decode().split("\0")):
        if (root / name).is_file():  # a file that was removed is still listed until that is committed
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, target / name)
    return target / folder


def export_tag(root: Path, tag: str, folder: str, target: Path) -> Path:
    """The folder as it was at that tag."""
    with tarfile.open(fileobj=BytesIO(git(root, "archive", tag, folder, ".gitignore"))) as archive:
        archive.extractall(target, filter="data")
    return target / folder
