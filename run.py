#!/usr/bin/env python3
"""One command for people and for CI: `python3 run.py COMMAND ...`, or any program of the environment; see USAGE.

It makes `.venv`, installs every distribution of this repository editable, and runs the program there.
Only the standard library is used, so that it works on a machine with nothing but Python and a network.
A stamp of the pyproject files says when nothing has to be installed again.
"""

import sys

# Nothing in this file may be younger than the Python that is to read the next line.
if sys.version_info < (3, 11):  # noqa: UP036 - this file is started by whatever Python there is
    sys.exit("Growler needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": " + sys.executable)

import hashlib
import os
import subprocess
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# Another place for a second Python beside the first: GROWLER_VENV=.venv-3.13 python3.13 run.py test
VENV = ROOT / os.environ.get("GROWLER_VENV", ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")

USAGE = """\
usage: python3 run.py COMMAND [ARGUMENTS]

  demo    start the demo site     (--host HOST, --port PORT, a folder to show)
  test    run the tests           (arguments go to pytest)
  check   formatting, lint, types (ruff format --check, ruff check, mypy --strict)
  bench   measure the speed       (arguments go to benchmarks)
  docs    build and check the documentation site   (--serve to look at it, --external to fetch its links)
  coverage  branch coverage of each distribution   (names of distributions, --missing, --write, options of pytest)
  mutate  mutation testing of what keeps people out   (names of tools/mutating/targets.toml)

Any other word is run as a program of the environment: python3 run.py python -m growler ext
"""

# What each command needs beside the distributions themselves: groups of the root pyproject.toml.
GROUPS = {
    "demo": (),
    "test": ("test", "docs"),
    "check": ("test", "docs", "check"),
    "bench": ("test", "bench"),
    "docs": ("test", "docs"),
    "coverage": ("test",),
    "mutate": ("test", "mutation"),
}


def main(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0 if words else 2
    command, arguments = words[0], words[1:]
    os.chdir(ROOT)
    prepare(GROUPS.get(command, ()))
    if command == "check":
        return check()
    modules = {
        "demo": ["-m", "growler_ext.demo"],
        "test": ["-m", "pytest"],
        "bench": ["benchmarks"],
        "docs": ["docs"],
        "coverage": ["tools/coverage_report.py"],
        "mutate": ["tools/mutation.py"],
    }
    if command in modules:
        return become([program("python"), *modules[command], *arguments])
    return become([program(command), *arguments])


def check() -> int:
    """Run all three checks, so that one run shows every complaint."""
    commands = (
        [program("ruff"), "format", "--check", "."],
        [program("ruff"), "check", "."],
        [program("mypy"), "-p", "growler", *packages()],
        [program("mypy"), "run.py", *map(str, sorted(Path("tools").glob("*.py")))],
        [program("mypy"), "-p", "_machinery"],
    )
    # Programs of `tools` and `docs` find their parts as they do when they run: from their own folder.
    settings = {**os.environ, "MYPYPATH": os.pathsep.join(("tools", "docs"))}
    return max([subprocess.run(command, env=settings).returncode for command in commands])


def packages() -> list[str]:
    """`-p growler_ext.NAME` for every sub-package of the namespace, as mypy wants them named."""
    names = sorted(init.parent.name for init in ROOT.glob("*/src/growler_ext/*/__init__.py"))
    return [word for name in names for word in ("-p", f"growler_ext.{name}")]


def prepare(groups: tuple[str, ...]) -> None:
    """Bring `.venv` up to date with the pyproject files; a stamp per group says what is there already."""
    projects = [ROOT / "pyproject.toml", *sorted(ROOT.glob("*/pyproject.toml"))]
    seal = hashlib.sha256(sys.version.encode())
    for project in projects:
        seal.update(project.read_bytes())
    wanted = seal.hexdigest()
    missing = [group for group in ("build", *groups) if stamp(group) != wanted]
    if not missing:
        return
    if not (BIN / executable("python")).exists() or not stamp("build"):
        print("Making .venv (once) ...", file=sys.stderr, flush=True)
        venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=os.name != "nt")
    declared = tomllib.loads(projects[0].read_text("utf-8"))["dependency-groups"]
    print(f"Installing {', '.join(missing)} ...", file=sys.stderr, flush=True)
    pip(*[requirement for group in missing for requirement in declared[group]])
    if "build" in missing:
        editable = [word for project in projects[1:] for word in ("-e", str(project.parent))]
        pip("--no-build-isolation", *editable)
    for group in missing:
        (VENV / f"stamp-{group}").write_text(wanted)


def stamp(group: str) -> str:
    path = VENV / f"stamp-{group}"
    return path.read_text() if path.exists() else ""


def pip(*arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([program("python"), "-m", "pip", "install", *quiet, *arguments])
    if done.returncode:
        sys.exit(f"pip could not install what this needs (exit {done.returncode}); is there a network?")


def program(name: str) -> str:
    return str(BIN / executable(name))


def executable(name: str) -> str:
    return name + ".exe" if os.name == "nt" else name


def become(command: list[str]) -> int:
    """Replace this process, so that signals reach the program itself; Windows has no exec of that kind."""
    if os.name == "nt":
        return subprocess.run(command).returncode
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    except FileNotFoundError:
        sys.exit(f"{Path(command[0]).name} is no command of run.py and no program of .venv\n\n{USAGE}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
