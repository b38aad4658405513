"""A distribution as it stands in the repository: its folder, its pyproject.toml, its place in the namespace."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from releasing.problem import Problem

CORE = "growler"
BUNDLE = "growler-ext"
# The tests of these use other distributions of ours, which nobody needs who only uses them.
TESTED_WITH = {
    # what old programs import, through their old names
    "growler": ("growler-ext-auth", "growler-ext-renderer", "growler-ext-session", "growler-ext-static"),
    "growler-ext-auth": ("growler-ext-session",),  # a login is kept in one session or in a cookie
}


@dataclass(frozen=True)
class Source:
    """One folder of the repository that has a pyproject.toml."""

    folder: Path

    @cached_property
    def project(self) -> Mapping[str, Any]:
        """The [project] table of its pyproject.toml."""
        table: Mapping[str, Any] = tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))[
            "project"
        ]
        return table

    @property
    def name(self) -> str:
        return str(self.project["name"])

    @property
    def version(self) -> str:
        return str(self.project.get("version", ""))

    @property
    def tag(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def package(self) -> str:
        """The one directory in its wheel that is its own: "growler_ext/session"."""
        if self.name == CORE:
            return "growler"
        return "growler_ext/" + ("demo" if self.name == BUNDLE else self.name.removeprefix("growler-ext-"))

    @property
    def is_extension(self) -> bool:
        return self.name not in (CORE, BUNDLE)

    @property
    def extras(self) -> Sequence[str]:
        return sorted(self.project.get("optional-dependencies", {}))

    @property
    def changes(self) -> list[Path]:
        """What waits for the next section of the changelog."""
        return sorted(file for file in self.folder.glob("changes/*") if not file.name.startswith("."))

    def requirements(self, *, extras: bool = False) -> list[Requirement]:
        """What it declares that it needs, with `extras` also what only some of its users need."""
        declared = list(self.project.get("dependencies", ()))
        if extras:
            declared += [
                line for lines in self.project.get("optional-dependencies", {}).values() for line in lines
            ]
        return [Requirement(line) for line in declared]

    def tests(self, root: Path) -> list[Path]:
        """Its tests: a folder of its own, and the contract suites of its interfaces."""
        own = self.package.rpartition("/")[2]
        return [root / "tests" / own, *sorted((root / "tests" / "contracts").glob(f"test_{own}_*.py"))]


class UnreadableError(Exception):
    """Some pyproject.toml says nothing that can be understood."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*problems)
        self.problems = problems


def find_all(root: Path) -> dict[str, Source]:
    """All distributions of the repository by name, the core first. Raises UnreadableError."""
    sources: dict[str, Source] = {}
    problems = []
    for project in root.glob("*/pyproject.toml"):
        source = Source(project.parent)
        try:
            source.requirements(extras=True)
            sources[source.name] = source
        except (tomllib.TOMLDecodeError, InvalidRequirement) as error:
            what = str(error).partition("\n")[0]
            problems.append(_unreadable(project, what))
        except KeyError as error:
            problems.append(_unreadable(project, f"there is no {error.args[0]}"))
    if problems:
        raise UnreadableError(problems)
    return dict(sorted(sources.items()))


def _unreadable(project: Path, what: str) -> Problem:
    path = f"{project.parent.name}/pyproject.toml"
    return Problem(
        project.parent.name,
        f"{path} cannot be read: {what}",
        f"python3 run.py validate-pyproject {path} shows where",
    )


def closure(sources: Mapping[str, Source], name: str) -> list[str]:
    """That distribution and all of ours that it needs, with its extras and for its tests, but not the core."""
    found: dict[str, None] = {}
    waiting = [name, *TESTED_WITH.get(name, ())]
    while waiting:
        current = waiting.pop(0)
        if current in found or current not in sources or (current == CORE != name):
            continue
        found[current] = None
        waiting += [requirement.name for requirement in sources[current].requirements(extras=True)]
    return [one for one in found if one != CORE]
