"""The command line of `tools/release.py`: collects every Problem, and writes only if there is none."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from releasing.building import Built, build_twice
from releasing.checks import check_changelog, check_needed, check_source, check_version, check_wheel
from releasing.preparing import prepare
from releasing.problem import Problem
from releasing.repository import git, nobody, not_committed, released
from releasing.source import Source, UnreadableError, find_all
from releasing.trial import try_alone

DESCRIPTION = """\
Release one distribution, or look at all of them. All that is wrong is told at once, with its fix.
Only if nothing is, sdist, wheel and SHA256SUMS are written to dist/ and the tag is made. Nothing is uploaded or pushed.
"""


def main(root: Path, words: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python3 tools/release.py", description=DESCRIPTION)
    parser.add_argument(
        "distribution", nargs="?", help="its folder or its name: session, growler-ext-session"
    )
    parser.add_argument("version", nargs="?", help="the version to release, such as 1.0.0")
    parser.add_argument(
        "--all", action="store_true", help="look at every distribution as it is; with --dry-run"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check and build, but write neither files nor tag"
    )
    parser.add_argument(
        "--no-tests", action="store_true", help="leave out the tests alone, which take minutes"
    )
    parser.add_argument(
        "--prepare", action="store_true", help="only write the version and the changelog, to be committed"
    )
    arguments = parser.parse_args(words)
    try:
        sources = find_all(root)
    except UnreadableError as error:
        return report(error.problems)
    if arguments.all:
        if not arguments.dry_run or arguments.distribution:
            parser.error("--all goes with --dry-run only: each distribution has a version of its own")
        chosen = list(sources.values())
    else:
        if not arguments.distribution or not arguments.version:
            parser.error("say what to release: session 1.0.0, or --all --dry-run")
        wanted = arguments.distribution.rstrip("/")  # as a shell completes the name of a folder
        chosen = [one for one in sources.values() if wanted in (one.name, one.folder.name)]
        if not chosen:
            parser.error(f"there is no {arguments.distribution}, but {', '.join(sources)}")
    if arguments.no_tests and not arguments.dry_run:
        parser.error("--no-tests goes with --dry-run only: nothing is released untried")
    if arguments.prepare:
        if arguments.all or arguments.dry_run:
            parser.error("--prepare goes with one distribution and its version")
        return report(prepare(root, chosen[0], arguments.version, datetime.now(UTC).date()))

    problems = not_committed(root) + (nobody(root) if arguments.version else [])
    with tempfile.TemporaryDirectory() as work:
        for source in chosen:
            found, built = examine(root, source, sources, arguments.version, Path(work) / source.name)
            if not arguments.no_tests:
                found += try_alone(root, sources, source, Path(work))
            problems += found
            print(f"{source.tag}: {f'{len(found)} problems' if found else 'good'}")
            if built:
                print(built.sums(), end="")
        if arguments.no_tests:
            print("Not run (--no-tests): the tests of each distribution alone")
        if problems:
            return report(problems)
        if not arguments.dry_run and built:
            publish(root, chosen[0], built)
    return 0


def report(problems: Sequence[Problem]) -> int:
    """Tell what is wrong, if anything is; the status of the command."""
    if problems:
        print("", *problems, sep="\n", file=sys.stderr)
    return int(bool(problems))


def examine(
    root: Path, source: Source, sources: dict[str, Source], version: str | None, work: Path
) -> tuple[list[Problem], Built | None]:
    """All checks but the tests; and the files, if they could be built. Without a version, as it stands."""
    built, found = build_twice(root, source, work)
    tags = {name: released(root, name) for name in sources}
    found += check_version(source, version, released(root, source.name, before=True), tags[source.name])
    found += check_changelog(source, dated=version is not None)
    found += check_source(root, source, sources)
    if version is not None:
        found += check_needed(source, sources, tags)
    if built:
        found += check_wheel(source, built.wheel)
    return found, built


def publish(root: Path, source: Source, built: Built) -> None:
    """Write the files, the sums and the tag; the sums stand in the tag's message too."""
    folder = root / "dist" / f"{source.name}-{source.version}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in (built.sdist, built.wheel):
        shutil.copyfile(file, folder / file.name)
    (folder / "SHA256SUMS").write_text(built.sums(), "utf-8", newline="\n")
    message = f"{source.name} {source.version}\n\nBuilt by hatchling {metadata.version('hatchling')}:\n\n{built.sums()}"
    git(root, "tag", "--annotate", source.tag, "--message", message)
    print(f"Wrote {folder.relative_to(root)}/ and the tag {source.tag}. To publish it:")
    files = f"{folder.relative_to(root)}/*.whl {folder.relative_to(root)}/*.tar.gz"
    print(f"  git push origin {source.tag}\n  python -m twine upload {files}")
