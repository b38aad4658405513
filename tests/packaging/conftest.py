"""The wheels of all distributions, built once, and environments that hold only what a test installs.

All that is third-party is downloaded once, into the folder of the wheels; from then on pip works offline. So
no name of ours is ever looked up in a package index, where it might belong to somebody else.
"""

import os
import subprocess
import sys
import textwrap
import tomllib
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.require import unavailable

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Distribution:
    """A folder of the repository and the wheel built from it."""

    folder: Path
    wheel: Path

    @property
    def project(self) -> Mapping[str, object]:
        """The [project] table of its pyproject.toml."""
        table: Mapping[str, object] = tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))[
            "project"
        ]
        return table


class Virtual:
    """A virtual environment without pip; the pip of the running interpreter installs into it."""

    def __init__(self, folder: Path, wheelhouse: Path) -> None:
        self.wheelhouse = wheelhouse
        # Windows copies the interpreter, because links want a privilege there.
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def install(self, *requirements: str) -> None:
        self._pip("install", "--no-index", "--find-links", str(self.wheelhouse), *requirements)

    def upgrade(self, folder: Path, distribution: str) -> None:
        """As `install --upgrade`, with the wheels of one more folder."""
        self._pip(
            "install", "--upgrade", "--no-index", "--find-links", str(self.wheelhouse),
            "--find-links", str(folder), distribution,
        )  # fmt: skip

    def try_install(self, *words: str) -> str:
        """What pip says when it refuses, or warns; whatever its status."""
        return _run([*PIP, "--python", str(self.python), "install", "--no-index", *words]).stderr

    def versions(self) -> dict[str, str]:
        """What is installed."""
        program = (
            "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions()))"
        )
        return dict(line.split("==") for line in self.run(program).split())

    def uninstall(self, distribution: str) -> None:
        self._pip("uninstall", "--yes", distribution)

    def run(self, program: str) -> str:
        """What the program printed; it must succeed."""
        done = _run([str(self.python), "-I", "-c", textwrap.dedent(program)])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _pip(self, command: str, *arguments: str) -> None:
        done = _run([*PIP, "--python", str(self.python), command, *arguments])
        assert done.returncode == 0, done.stderr


PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=110)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory) -> Mapping[str, Distribution]:
    """All distributions of the repository by name, built with the backend of the running environment."""
    wheels = tmp_path_factory.mktemp("wheels")
    folders = [project.parent for project in sorted(ROOT.glob("*/pyproject.toml"))]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels)]
    done = _run([*PIP, "wheel", *options, *map(str, folders)])
    assert done.returncode == 0, done.stderr
    found = {}
    for folder in folders:
        name = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]["name"]
        [wheel] = wheels.glob(f"{name.replace('-', '_')}-[0-9]*.whl")
        found[name] = Distribution(folder, wheel)
    return found


@pytest.fixture(scope="session")
def wheelhouse(distributions) -> Path:
    """The folder of our wheels, and beside them the wheels of all that they need."""
    wheels = [distribution.wheel for distribution in distributions.values()]
    folder = wheels[0].parent
    done = _run([*PIP, "download", "--dest", str(folder), *map(str, wheels)])
    if done.returncode:
        unavailable(f"the dependencies could not be downloaded: {done.stderr[-500:]}")
    return folder


@pytest.fixture(scope="session")
def empty_environment(wheelhouse) -> Callable[[Path], Virtual]:
    """Makes an empty environment in a folder."""
    return lambda folder: Virtual(folder, wheelhouse)


@pytest.fixture
def virtual(tmp_path, empty_environment) -> Virtual:
    """An empty environment."""
    return empty_environment(tmp_path / "venv")
