"""Runs the tests of one distribution in a new environment, against the lowest and the newest core it allows.

In that environment is the wheel with its extras, what it declares of ours, and the tools of the tests. Wheels of ours
are always given as files: a name of ours that pip looks up in an index might belong to somebody else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.version import Version

from releasing.building import BuildFailed, build
from releasing.problem import Problem
from releasing.repository import export, export_tag, released
from releasing.source import CORE, Source, closure


def try_alone(root: Path, sources: Mapping[str, Source], source: Source, work: Path) -> Iterator[Problem]:
    """Problems with the range of the core, and one for each core that the tests fail with."""
    cores = allowed_cores(root, sources, source)
    if not cores:
        yield Problem(
            source.name, f"no {CORE} that it allows can be built here", "fetch the tags: git fetch --tags"
        )
        return
    yield from _check_lower_bound(source, cores[0])
    for core in dict.fromkeys((cores[0], cores[-1])):
        print(f"{source.name}: its tests alone, with {CORE} {core} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=work) as place:
            # Some tests give up the rights of root, and have to read what is installed here all the same.
            os.chmod(work, 0o755)  # noqa: S103 - nothing in it is secret
            os.chmod(place, 0o755)  # noqa: S103 - as above
            try:
                failure = _run_tests(root, sources, source, core, Path(place))
            except BuildFailed as error:
                failure = str(error)
        if failure:
            print(failure, file=sys.stderr)
            tests = " ".join(str(path.relative_to(root)) for path in source.tests(root))
            fix = f"mend what is shown above, or change the range of {CORE}; everywhere else: run.py test {tests}"
            yield Problem(source.name, f"its tests alone fail with {CORE} {core}", fix)


def allowed_cores(root: Path, sources: Mapping[str, Source], source: Source) -> list[Version]:
    """The released cores and the one in the tree, as far as the distribution allows them, lowest first."""
    here = Version(sources[CORE].version)
    if source.name == CORE:
        return [here]
    [wanted] = [requirement for requirement in source.requirements() if requirement.name == CORE]
    return sorted(version for version in {here, *released(root, CORE)} if wanted.specifier.contains(version))


def _check_lower_bound(source: Source, lowest: Version) -> Iterator[Problem]:
    """What is promised has to be what was tried."""
    for requirement in source.requirements():
        bounds = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        if requirement.name == CORE and bounds and max(bounds) < lowest:
            fix = f"write {CORE}>={lowest}, or fetch the tags of older releases: git fetch --tags"
            yield Problem(source.name, f"it promises {CORE}>={max(bounds)}, which cannot be tried", fix)


def _run_tests(root: Path, sources: Mapping[str, Source], source: Source, core: Version, work: Path) -> str:
    """The end of what failed, "" for nothing."""
    wheels = work / "wheels"
    if core == Version(sources[CORE].version):
        build(export(root, sources[CORE].folder.name, work / "core"), wheels, "wheel")
    else:
        build(export_tag(root, f"{CORE}=={core}", sources[CORE].folder.name, work / "core"), wheels, "wheel")
    for name in closure(sources, source.name):
        build(export(root, sources[name].folder.name, work / name), wheels, "wheel")

    files = {wheel.name.split("-")[0].replace("_", "-"): wheel for wheel in wheels.iterdir()}
    extras = f"[{','.join(source.extras)}]" if source.extras else ""
    # The core first: pip looks one up in the index that is asked for with extras behind what needs it.
    ours = [
        f"{files[name]}{extras if name == source.name else ''}"
        for name in sorted(files, key=lambda name: (name != CORE, name))
    ]
    tools = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["test"]

    venv.create(work / "venv", with_pip=False, symlinks=os.name != "nt")
    python = work / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "--python"]
    # -P: from the root of the repository, its folders must not be found before what is installed.
    pytest = [
        str(python),
        "-P",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *map(str, source.tests(root)),
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GROWLER_"))}
    for command in ([*pip, str(python), "install", *ours, *tools], pytest):
        done = subprocess.run(command, cwd=root, env=clean, capture_output=True, text=True)
        if done.returncode:
            return "\n".join((done.stdout + done.stderr).splitlines()[-40:])
    return ""
