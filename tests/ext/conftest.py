"""Interpreters that see growler and, of all extensions, only the stand-ins that a test has made.

The extensions of the development environment must stay out of sight, import state must be fresh, and the text
of an error is tested as a user sees it: so every case is a program of its own, run without site-packages.
"""

import os
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# growler's own dependencies are found through a finder that knows no distributions: what is installed in the
# development environment can be imported by them and still is not listed as an entry point.
PREAMBLE = """\
import os
import sys
from importlib.machinery import PathFinder

class ThirdParty:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, {site!r} if path is None else path)

sys.path[:0] = {paths!r}
sys.meta_path.append(ThirdParty)
if "COVERAGE_PROCESS_CONFIG" in os.environ:  # run.py coverage; what it relies on otherwise is in site-packages
    __import__("coverage").process_startup()
"""

SESSION = {
    "growler_ext/session/__init__.py": """
        import sys
        loaded = getattr(sys, "session_loaded", 0) + 1
        sys.session_loaded = loaded

        class RedisStore:
            pass

        class Session:
            def __init__(self, value=None):
                self.value = value
        """,
    "growler_ext/session/deep.py": "import sys\nsys.deep_loaded = getattr(sys, 'deep_loaded', 0) + 1\n",
    "growler_ext/session/data.txt": "a file of the package",
}


class Environment:
    """A folder of stand-in distributions, and programs that run with it on their path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, distribution: str, files: Mapping[str, str], *, version: str = "1.0", **entry_points: str
    ) -> None:
        """Lay out a distribution as an installer would; the entry points are of the group growler.ext."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))
        if entry_points:
            lines = [f"{name} = {value}\n" for name, value in entry_points.items()]
            (info / "entry_points.txt").write_text("[growler.ext]\n" + "".join(lines))

    def install_session(self) -> None:
        """A stand-in for growler-ext-session with a store, a submodule and a data file."""
        self.install("growler-ext-session", SESSION, Session="growler_ext.session:Session")

    def run(self, program: str, **environment: str) -> str:
        """What the program printed; it must succeed."""
        done = self._execute(program, environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def error(self, program: str, **environment: str) -> str:
        """The last line of the traceback with which the program ended."""
        done = self._execute(program, environment)
        assert done.returncode == 1, f"it was to fail: {done.stdout}{done.stderr}"
        return done.stderr.rstrip("\n").splitlines()[-1]

    def _execute(self, program: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        site = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
        preamble = PREAMBLE.format(site=site, paths=[str(self.folder), str(ROOT / "growler" / "src")])
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GROWLER_")}
        return subprocess.run(
            [sys.executable, "-I", "-S", "-W", "error", "-c", preamble + textwrap.dedent(program)],
            env={**inherited, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Nothing installed but growler."""
    return Environment(tmp_path)


@pytest.fixture
def with_session(environment: Environment) -> Environment:
    """A stand-in of growler-ext-session installed."""
    environment.install_session()
    return environment
