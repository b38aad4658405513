#!/usr/bin/env python3
"""Mutation testing of what must not let anybody in: `python3 run.py mutate [names pairs ...]`; none means all.

Every file of `mutating/targets.toml` is changed in all the small ways there are, one at a time, and its tests have to
notice. Survivors that `mutating/equal.toml` explains are expected; any other is printed and makes the status 1, as does
a target whose tests fail as it is. `docs/mutation.md` has the figures. Needs fork, so not Windows.
"""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mutating.mutants import Mutant, mutants
from mutating.trial import Target, prepare, try_all

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).parent / "mutating"


@dataclass(frozen=True)
class Result:
    """How the mutants of one file ended."""

    counts: Counter[str]
    unexplained: list[Mutant]

    def __str__(self) -> str:
        killed = self.counts["killed"] + self.counts["endless"]
        return f"{self.counts.total():7} {killed:7} {self.counts['explained']:9} {len(self.unexplained):11}"


def main(words: list[str]) -> int:
    table = tomllib.loads((HERE / "targets.toml").read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="run.py mutate", description="Mutation testing.")
    parser.add_argument("targets", metavar="TARGET", nargs="*", help=f"of {', '.join(table)}")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (default: %(default)s)"
    )
    arguments = parser.parse_args(words)
    if unknown := sorted(set(arguments.targets) - set(table)):
        parser.error(f"no target is called {', '.join(unknown)}: choose from {', '.join(table)}")
    os.chdir(ROOT)
    results = {}
    failed = False
    for name in arguments.targets or table:
        try:
            results[name] = mutate(target(**table[name]), arguments.jobs)
        except RuntimeError as error:  # says what is wrong; the other targets are tried all the same
            print(error, file=sys.stderr)
            failed = True
    print(f"\n{'':14} mutants  killed explained unexplained")
    for name, result in results.items():
        print(f"{name:14} {result}")
    return int(failed or any(result.unexplained for result in results.values()))


def target(file: str, tests: list[str]) -> Target:
    return Target(ROOT / file, file.partition("/src/")[2].removesuffix(".py").replace("/", "."), tests)


def mutate(target: Target, jobs: int) -> Result:
    """Try all mutants of a file; those that survive without an explanation are printed as they end, and in the end the
    explanations that none has needed. Raises RuntimeError where there is nothing to try them with (see `prepare`)."""
    expected = explained(target.file)
    every = mutants(target.file.read_text("utf-8"))
    usual = prepare(target)
    print(f"{target.file.relative_to(ROOT)}: {len(every)} mutants, {usual:.1f} s each", flush=True)
    counts: Counter[str] = Counter()
    left = []
    needed = set()
    for mutant, end in try_all(target, every, jobs, patience=30 + 10 * usual):
        if end == "survived" and (mutant.before, mutant.after) in expected:
            end = "explained"
            needed.add((mutant.before, mutant.after))
        elif end == "survived":
            left.append(mutant)
            print(f"  {mutant.line}\n    - {mutant.before}\n    + {mutant.after}", flush=True)
        counts[end] += 1
    for before, after in sorted(expected - needed):
        print(
            f"  explained in equal.toml, and no survivor (any more):\n    - {before}\n    + {after}",
            flush=True,
        )
    return Result(counts, left)


def explained(file: Path) -> set[tuple[str, str]]:
    """The mutants of a file that no test can kill, or need not, as they differ from it: a line before and after."""
    entries = tomllib.loads((HERE / "equal.toml").read_text("utf-8")).get("mutant", [])
    name = str(file.relative_to(ROOT))
    return {(entry["before"], entry["after"]) for entry in entries if entry["file"] == name}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
