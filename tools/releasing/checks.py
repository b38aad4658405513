"""What has to be true of a distribution's sources and of its wheel. Each check gives Problems and changes nothing."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from packaging.version import InvalidVersion, Version

from releasing.problem import Problem
from releasing.source import CORE, Source

_HEADING = re.compile(r"^## (\S+)(?: \((.*)\))?", re.MULTILINE)


def check_version(
    source: Source, wanted: str | None, before: Sequence[Version], everywhere: Sequence[Version]
) -> Iterator[Problem]:
    """The version that is asked for, if one is, stands in pyproject.toml and is newer than what it comes after.

    On another branch there may be higher ones: 1.0.1 is released when there is a 1.2.0.
    """
    project = f"{source.folder.name}/pyproject.toml"
    try:
        version = Version(wanted or source.version)
    except InvalidVersion:
        fix = f'give one as PEP 440 has it, such as version = "1.0.0" in {project}'
        yield Problem(source.name, f"{wanted or source.version!r} is no version", fix)
        return
    if wanted and source.version not in (wanted, str(version)):
        fix = f'write version = "{version}" into it, or release {source.version}'
        yield Problem(source.name, f"{project} says {source.version or 'no version'}, not {version}", fix)
    if str(version) != (wanted or source.version):
        yield Problem(source.name, f"{wanted or source.version!r} is not the usual form", f"write {version}")
    if version.local:
        yield Problem(source.name, f"no index takes a local version, +{version.local}", "leave that away")
    if wanted and before and version <= before[-1]:
        fix = f"choose a higher version than {before[-1]}; a tag is never moved"
        yield Problem(source.name, f"{version} is not newer than the last release", fix)
    elif wanted and version in everywhere:
        fix = "choose one that no branch has released; a tag is never moved"
        yield Problem(source.name, f"{version} has been released from another branch", fix)


def check_changelog(source: Source, *, dated: bool) -> Iterator[Problem]:
    """The newest heading is the version's, for a release with its date, and nothing waits to be taken in."""
    path = f"{source.folder.name}/CHANGELOG.md"
    file = source.folder / "CHANGELOG.md"
    heading = _HEADING.search(file.read_text("utf-8")) if file.is_file() else None
    today = datetime.now(UTC).date()
    right = f"## {source.version} ({today})"
    if heading is None or heading[1] != source.version:
        found = f"begins with {heading[0]!r}" if heading else "has no heading of a version"
        yield Problem(source.name, f"{path} {found}", f"write what is new below {right!r}")
    elif dated:
        day = _date(heading[2] or "")
        if day is None:
            yield Problem(source.name, f"{path} has no date at {heading[0]!r}", f"make it {right!r}")
        elif day > today + timedelta(days=1):  # it may be tomorrow already where it was written
            yield Problem(source.name, f"{path} has a date to come at {heading[0]!r}", f"make it {right!r}")
    if dated and source.changes:
        fix = f"python3 tools/release.py --prepare {source.folder.name} {source.version}"
        waiting = ", ".join(file.name for file in source.changes)
        yield Problem(source.name, f"{path} lacks {waiting} of changes/", fix)


def _date(text: str) -> date | None:
    """The day that "2026-02-03" is, in no other form."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def check_needed(
    source: Source, sources: Mapping[str, Source], released: Mapping[str, Sequence[Version]]
) -> Iterator[Problem]:
    """What it needs of ours can be had: who installs it today would get no answer otherwise.

    The extras of the core are for extensions, which need the core: it comes first.
    """
    for requirement in source.requirements(extras=source.name != CORE):
        other = sources.get(requirement.name)
        if other is not None and not any(
            requirement.specifier.contains(version, prereleases=True) for version in released[other.name]
        ):
            fix = f"python3 tools/release.py {other.folder.name} {other.version}, or git fetch --tags"
            yield Problem(source.name, f"it needs {requirement}, and no release is that", fix)


def check_source(root: Path, source: Source, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """License, types, namespace, and ranges that admit what is released together with it."""
    folder = source.folder.name
    license_file = source.folder / "LICENSE"
    if not license_file.is_file() or license_file.read_bytes() != (root / "LICENSE").read_bytes():
        yield Problem(
            source.name, f"{folder}/LICENSE is not the repository's", f"cp LICENSE {folder}/LICENSE"
        )
    if not (source.folder / "src" / source.package / "py.typed").is_file():
        marker = f"{folder}/src/{source.package}/py.typed"
        yield Problem(source.name, "type checkers would ignore it", f"touch {marker}")
    if (source.folder / "src" / "growler_ext" / "__init__.py").exists():
        fix = f"git rm {folder}/src/growler_ext/__init__.py"
        yield Problem(source.name, "it would take the namespace from all others", fix)
    if source.name != CORE and CORE not in {requirement.name for requirement in source.requirements()}:
        fix = f'dependencies = ["{CORE}>=1.0,<2"] in {folder}/pyproject.toml'
        yield Problem(source.name, f"it does not say which {CORE} it works with", fix)
    for requirement in source.requirements(extras=True):
        if requirement.name == CORE and not {">=", "<"} <= {one.operator for one in requirement.specifier}:
            fix = f'give it both ends in {folder}/pyproject.toml: "{CORE}>=1.0,<2"'
            yield Problem(source.name, f"{requirement} promises more than can be tried", fix)
        other = sources.get(requirement.name)
        if other is not None and not requirement.specifier.contains(other.version, prereleases=True):
            fix = f"change the range in {folder}/pyproject.toml, or the version of {other.name}"
            yield Problem(source.name, f"it wants {requirement}, but here is {other.version}", fix)


def check_wheel(source: Source, wheel: Path) -> Iterator[Problem]:
    """What was built: one package, typed and licensed, found under its name."""
    folder = source.folder.name
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        information = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
        declared = configparser.ConfigParser()
        declared.optionxform = str  # type: ignore[assignment,method-assign]  # names are case-sensitive; the way the manual shows
        if f"{information}/entry_points.txt" in names:
            declared.read_string(archive.read(f"{information}/entry_points.txt").decode())
    strange = sorted(name for name in names if not name.startswith((f"{source.package}/", f"{information}/")))
    if strange:
        fix = f"keep only src/{source.package} in it"
        yield Problem(source.name, f"the wheel has files that are not its own: {', '.join(strange[:3])}", fix)
    for needed, fix in (
        (f"{source.package}/py.typed", f"touch {folder}/src/{source.package}/py.typed"),
        (f"{information}/licenses/LICENSE", f'license-files = ["LICENSE"] in {folder}/pyproject.toml'),
    ):
        if needed not in names:
            yield Problem(source.name, f"the wheel has no {needed}", fix)
    if source.is_extension:
        yield from _check_entry_point(
            source, dict(declared["growler.ext"]) if "growler.ext" in declared else {}, names
        )


def _check_entry_point(source: Source, declared: Mapping[str, str], names: set[str]) -> Iterator[Problem]:
    module = source.package.replace("/", ".")
    right = [name for name, place in declared.items() if place == f"{module}:{name}"]
    if len(declared) != 1 or not right or f"{source.package}/__init__.py" not in names:
        fix = f"""[project.entry-points."growler.ext"] with one line such as Name = "{module}:Name\""""
        yield Problem(source.name, f"growler.ext cannot find it by {declared or 'no entry point'}", fix)
