#!/usr/bin/env python3
"""Branch coverage of distributions, each by its own tests: `python3 run.py coverage session static`; none means all.

The tests of one distribution run alone, and only its own files are counted: a line of the session that some test of
`auth` happens to run is not tested by that. Processes and workers that tests start are measured, too. The settings are
in the root pyproject.toml; `docs/coverage.md` has the figures, which `--write` puts there, and says what is left.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "coverage.md"

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
        lines = f"{self.statements:6} {share(self.run, self.statements):>8}"
        return f"{lines} {self.ways:6} {share(self.taken, self.ways):>8}"

    def row(self, folder: str) -> str:
        """A line of the table in `docs/coverage.md`."""
        cells = (
            f"`{folder}`",
            self.statements,
            share(self.run, self.statements),
            self.ways,
            share(self.taken, self.ways),
        )
        return f"| {' | '.join(map(str, cells))} |"


def main(words: list[str]) -> int:
    everything = sorted(project.parent.name for project in ROOT.glob("*/pyproject.toml"))
    parser = argparse.ArgumentParser(
        prog="run.py coverage",
        usage="run.py coverage [DISTRIBUTION ...] [--missing] [--write] [options of pytest]",
        description=f"Branch coverage of each distribution by its own tests: {', '.join(everything)}.",
        epilog="Other options go to pytest: run.py coverage session -n 4 --dist loadfile",
        allow_abbrev=False,
    )
    parser.add_argument("--missing", action="store_true", help="list the lines and ways that no test takes")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/coverage.md")
    arguments, rest = parser.parse_known_args(words)
    # Names come first: behind an option of pytest a word is its value.
    folders = list(takewhile(lambda word: not word.startswith("-"), rest))
    options = rest[len(folders) :]
    if unknown := sorted(set(folders) - set(everything)):
        parser.error(f"no distribution is called {', '.join(unknown)}: choose from {', '.join(everything)}")
    os.chdir(ROOT)
    measured = {}
    failed = []
    for folder in folders or everything:
        data = ROOT / f".coverage-{folder}"
        if run_tests(folder, data, options):
            failed.append(folder)
        if (found := figures(folder, data)) is None:
            print(f"{folder}: nothing was measured", file=sys.stderr)
            continue
        measured[folder] = found
        if arguments.missing:
            coverage(data, "report", "--show-missing", "--skip-covered", f"--include={folder}/src/*")
    print(f"\n{'':14} {'lines':>6} {'run':>8} {'ways':>6} {'taken':>8}")
    for folder, found in measured.items():
        print(f"{folder:14} {found}{'  tests failed' if folder in failed else ''}")
    if arguments.write:
        sound = {folder: found for folder, found in measured.items() if folder not in failed}
        PAGE.write_text(written(PAGE.read_text("utf-8"), sound), "utf-8")
    if failed:
        print(f"Tests failed, so these figures are too low: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def written(page: str, measured: dict[str, Figures]) -> str:
    """The page with these figures in its table; the rows of other distributions stay."""
    for folder, found in measured.items():
        page = re.sub(rf"^\| `{folder}` \|( [^|\n]+\|){{4}}$", found.row(folder), page, flags=re.MULTILINE)
    return page


def run_tests(folder: str, data: Path, options: list[str]) -> int:
    """Measure the tests of a distribution; the status of pytest. Data of an earlier run are forgotten."""
    coverage(data, "erase")
    left_out = [f"--deselect={test}" for test in LEFT_OUT.get(folder, ())]
    tests = [f"tests/{name}" for name in TESTS.get(folder, (folder,))]
    status = coverage(data, "run", "-m", "pytest", "-q", "-p", "saving_coverage", *left_out, *tests, *options)
    coverage(data, "combine", "--quiet")
    return status


def figures(folder: str, data: Path) -> Figures | None:
    """What the data say of the files of that distribution; None if there are none, as tests never ran."""
    report = data.with_suffix(".json")
    if coverage(data, "json", "--quiet", f"--include={folder}/src/*", "-o", str(report)):
        return None
    totals = json.loads(report.read_text("utf-8"))["totals"]
    report.unlink()
    return Figures(
        totals["num_statements"], totals["covered_lines"], totals["num_branches"], totals["covered_branches"]
    )


def coverage(data: Path, command: str, *words: str) -> int:
    """Run a command of coverage on that file of data; its status."""
    settings = {**os.environ, "COVERAGE_FILE": str(data), "PYTHONPATH": str(ROOT / "tools")}
    return subprocess.run([sys.executable, "-m", "coverage", command, *words], env=settings).returncode


def share(part: int, whole: int) -> str:
    """In percent, rounded down: 100 % is all of it."""
    return "100 %" if part == whole else f"{1000 * part // whole / 10} %"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
