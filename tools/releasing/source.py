"""A distribution as it stands in the repository: its folder, its pyproject.toml, its place in the namespace."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

CORE = "growler"
BUNDLE = "growler-ext"
# The tests of these use other distributions of ours, which nobody needs who only uses them.
TESTED_WITH = {
    "growler": (
        "growler-ext-renderer",
        "growler-ext-static",
    ),  # what old programs import, through their old names
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


def find_all(root: Path) -> dict[str, Source]:
    """All distributions of the repository by name, the core first."""
    sources = [Source(project.parent) for project in root.glob("*/pyproject.toml")]
    return {source.name: source for source in sorted(sources, key=lambda source: source.name)}


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
