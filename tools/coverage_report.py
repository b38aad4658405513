#!/usr/bin/env python3
"""Branch coverage of distributions, each by its own tests: `python3 run.py coverage session static`; none means all.

The tests of one distribution run alone, and only its own files are counted: a line of the session that some test of
`auth` happens to run is not tested by that. Processes and workers that tests start are measured, too. The settings are
in the root pyproject.toml; `docs/coverage.md` says what is left and why.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Where the tests of a distribution are not in the folder of its name alone.
TESTS = {
    "auth": ("auth", "contracts/test_auth_methods.py", "contracts/test_auth_shared.py"),
    "growler": ("growler", "ext"),
    "growler_ext": ("demo",),
    "renderer": ("renderer", "contracts/test_render_engines.py"),
    "session": ("session", "contracts/test_session_stores.py"),
}


# A test that looks at what is imported; coverage itself imports sqlite3.
LEFT_OUT = {"session": ("tests/session/test_wiring.py::test_stores_are_imported_when_they_are_asked_for",)}


@dataclass(frozen=True)
class Figures:
    """What coverage counts in the files of one distribution: how many statements and ways, and how many are run."""

    statements: int
    run: int
    ways: int
    taken: int

    def __str__(self) -> str:
        lines = f"{self.statements:6} {percent(self.run, self.statements)}"
        return f"{lines} {self.ways:6} {percent(self.taken, self.ways)}"


def main(words: list[str]) -> int:
    everything = sorted(project.parent.name for project in ROOT.glob("*/pyproject.toml"))
    parser = argparse.ArgumentParser(
        prog="run.py coverage",
        description="Branch coverage of each distribution by its own tests.",
        epilog="Other options go to pytest: run.py coverage session -n 4 --dist loadfile",
    )
    parser.add_argument("folders", metavar="DISTRIBUTION", nargs="*", help=f"of {', '.join(everything)}")
    parser.add_argument("--missing", action="store_true", help="list the lines and ways that no test takes")
    arguments, options = parser.parse_known_args(words)
    # Values of options for pytest stand among the folders: only names of distributions are ours.
    folders = [word for word in arguments.folders if word in everything]
    options = [word for word in words if word not in folders and word != "--missing"]
    os.chdir(ROOT)
    failed = []
    lines = []
    for folder in folders or everything:
        data = ROOT / f".coverage-{folder}"
        if run_tests(folder, data, options):
            failed.append(folder)
        if arguments.missing:
            coverage(data, "report", "--show-missing", "--skip-covered", f"--include={folder}/src/*")
        lines.append(f"{folder:14} {figures(folder, data)}")
    print(f"\n{'':14} {'lines':>6} {'run':>8} {'ways':>6} {'taken':>8}", *lines, sep="\n")
    if failed:
        print(f"Tests failed, so these figures are too low: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def run_tests(folder: str, data: Path, options: list[str]) -> int:
    """Measure the tests of a distribution; the status of pytest. Data of an earlier run are forgotten."""
    coverage(data, "erase")
    left_out = [f"--deselect={test}" for test in LEFT_OUT.get(folder, ())]
    tests = [f"tests/{name}" for name in TESTS.get(folder, (folder,))]
    status = coverage(data, "run", "-m", "pytest", "-q", "-p", "saving_coverage", *left_out, *tests, *options)
    coverage(data, "combine", "--quiet")
    return status


def figures(folder: str, data: Path) -> Figures:
    """What the data say of the files of that distribution."""
    report = data.with_suffix(".json")
    coverage(data, "json", "--quiet", f"--include={folder}/src/*", "-o", str(report))
    totals = json.loads(report.read_text("utf-8"))["totals"]
    report.unlink()
    return Figures(
        totals["num_statements"], totals["covered_lines"], totals["num_branches"], totals["covered_branches"]
    )


def coverage(data: Path, command: str, *words: str) -> int:
    """Run a command of coverage on that file of data; its status."""
    settings = {**os.environ, "COVERAGE_FILE": str(data), "PYTHONPATH": str(ROOT / "tools")}
    return subprocess.run([sys.executable, "-m", "coverage", command, *words], env=settings).returncode


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole if whole else 100:6.1f} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
