"""What has to be true of a distribution's sources and of its wheel. Each check gives Problems and changes nothing."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from packaging.version import InvalidVersion, Version

from releasing.problem import Problem
from releasing.source import CORE, Source

_HEADING = re.compile(r"^## (\S+)(?: \((.*)\))?", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def check_version(source: Source, wanted: str | None, released: list[Version]) -> Iterator[Problem]:
    """The version that is asked for, if one is, stands in pyproject.toml and is newer than what was released."""
    project = f"{source.folder.name}/pyproject.toml"
    try:
        version = Version(wanted or source.version)
    except InvalidVersion:
        fix = f'give one as PEP 440 has it, such as version = "1.0.0" in {project}'
        yield Problem(source.name, f"{wanted or source.version!r} is no version", fix)
        return
    if wanted and wanted != source.version:
        fix = f'write version = "{wanted}" into it, or release {source.version}'
        yield Problem(source.name, f"{project} says {source.version or 'no version'}, not {wanted}", fix)
    if str(version) != (wanted or source.version):
        yield Problem(source.name, f"{wanted or source.version!r} is not the usual form", f"write {version}")
    if wanted and released and version <= released[-1]:
        fix = f"choose a higher version than {released[-1]}; a tag is never moved"
        yield Problem(source.name, f"{version} is not newer than the last release", fix)


def check_changelog(source: Source, *, dated: bool) -> Iterator[Problem]:
    """The newest heading is the version's, for a release with its date, and no fragment waits to be taken in."""
    path = f"{source.folder.name}/CHANGELOG.md"
    file = source.folder / "CHANGELOG.md"
    heading = _HEADING.search(file.read_text("utf-8")) if file.is_file() else None
    right = f"## {source.version} ({date.today().isoformat()})"
    if heading is None or heading[1] != source.version:
        found = f"begins with {heading[0]!r}" if heading else "has no heading of a version"
        yield Problem(source.name, f"{path} {found}", f"write what is new below {right!r}")
    elif dated and not _DATE.fullmatch(heading[2] or ""):
        yield Problem(source.name, f"{path} has no date at {heading[0]!r}", f"make it {right!r}")
    waiting = sorted(file.name for file in source.folder.glob("changes/*.md"))
    if dated and waiting:
        folder = source.folder.name
        fix = f"python3 tools/release.py --prepare {folder}"
        yield Problem(
            source.name, f"{path} lacks {', '.join(waiting)} of changes/", f"{fix} {source.version}"
        )


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
