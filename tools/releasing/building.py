"""Builds the sdist and the wheel of a distribution twice, in two places and in two ways, and compares the bytes.

The time in the archives is the one that hatchling takes by itself, so that a plain `python -m build` on another machine
gives the same bytes, provided that it has the same version of hatchling, whose name stands in the wheel.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from releasing.problem import Problem
from releasing.repository import export
from releasing.source import Source

SOURCE_DATE_EPOCH = "1580601600"
"""2020-02-02, hatchling's own default, in seconds since 1970."""


class BuildFailed(Exception):
    """The text is what the builder printed last."""


@dataclass(frozen=True)
class Built:
    """The two files of a release."""

    sdist: Path
    wheel: Path

    def sums(self) -> str:
        """Lines as `sha256sum --check` reads them."""
        files = sorted((self.sdist, self.wheel))
        return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def build(tree: Path, output: Path, *targets: str, timezone: str = "UTC", umask: int = 0o022) -> Path:
    """Build the targets ("sdist", "wheel"; both if none) of an exported tree. Raises BuildFailed."""
    words = [word for target in targets or ("sdist", "wheel") for word in ("-t", target)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH, "TZ": timezone}
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(output), *words],
        cwd=tree, env=environment, umask=umask, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise BuildFailed((done.stderr or done.stdout).strip().rpartition("\n")[2])
    return output


def build_twice(root: Path, source: Source, work: Path) -> tuple[Built | None, list[Problem]]:
    """Build from the repository, then elsewhere and the wheel from the sdist. None if that is impossible."""
    folder = source.folder.name
    try:
        first = _files(build(export(root, folder, work / "first-tree"), work / "first"))
        build(
            export(root, folder, work / "second-tree"),
            work / "second",
            "sdist",
            timezone="Asia/Tokyo",
            umask=0o077,
        )
        [sdist] = (work / "second").glob("*.tar.gz")
        build(
            _unpacked(sdist, work / "unpacked"), work / "second", "wheel", timezone="Asia/Tokyo", umask=0o077
        )
        second = _files(work / "second")
    except BuildFailed as error:
        fix = f"make this work: cd {folder} && python -m hatchling build"
        return None, [Problem(source.name, f"it cannot be built: {error}", fix)]
    different = [
        one.name
        for one, other in ((first.sdist, second.sdist), (first.wheel, second.wheel))
        if one.read_bytes() != other.read_bytes()
    ]
    fix = "keep times, paths and files that are not committed out of it; compare the two with diffoscope"
    return first, [
        Problem(source.name, f"{name} is not the same when built twice", fix) for name in different
    ]


def _files(folder: Path) -> Built:
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Built(sdist, wheel)


def _unpacked(sdist: Path, target: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(target, filter="data")
    return target / sdist.name.removesuffix(".tar.gz")
