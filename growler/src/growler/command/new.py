"""`python -m growler new extension NAME` and `... new app NAME`: a small, tested skeleton to begin with.

The files of `skeletons/KIND` are copied into a new folder. In their paths NAME is the module and `dot.` a leading dot;
in their text `$name`, `$module` and `$class_name` are filled in (string.Template), and the suffix `.in` goes.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from growler.aio.listening import reason
from growler.command.usage import UsageError
from growler.http.request import Request

_SKELETONS = Path(__file__).parent.parent / "skeletons"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
# What is there already: classes that an extension's would hide, or be mixed up with, in small letters; and modules and
# programs that an application is installed beside.
_TAKEN = {
    "extension": frozenset(
        {"auth", "cookieparser", "demo", "indexer", "renderer", "session", "static"}
        | {"app", "request", "response", "testclient"}
    ),
    "app": frozenset(
        {"growler", "growler_ext", "tests", *sys.stdlib_module_names}
        | {"hatchling", "mypy", "pip", "pytest", "python", "ruff"}
    ),
}
_NEXT = """\
Wrote {count} files into {folder}/. In an environment of its own (python -m venv .venv):

  cd {folder}
  python -m pip install --upgrade pip    # --group needs 25.1
  python -m pip install -e . --group test
  python -m pytest
"""
_HELP = {"extension": "a distribution growler-ext-NAME", "app": "a web application"}


def add_new_command(commands: Any) -> None:
    """Declare the command and what it can write."""
    new = commands.add_parser("new", help="write a new extension or application", description=__doc__)
    kinds = new.add_subparsers(metavar="{extension,app}", required=True)
    for kind, text in _HELP.items():
        command = kinds.add_parser(kind, help=text, description=f"Write {text}, with its tests.")
        command.add_argument(
            "name", metavar="NAME", help="in small letters, such as rate-limit; also the folder"
        )
        command.set_defaults(start=start, kind=kind)


def start(arguments: argparse.Namespace) -> None:
    """Write the skeleton into a folder of its name in the current one. Raises UsageError."""
    names = names_for(arguments.kind, arguments.name)
    folder = Path(arguments.name)
    try:
        files = write(_SKELETONS / arguments.kind, folder, names)
    except FileExistsError as error:
        raise UsageError(f"{folder}/ is there already: choose another name, or move it away") from error
    except OSError as error:
        raise UsageError(f"cannot write {folder}/: {reason(error)}") from error
    sys.stdout.write(_NEXT.format(count=len(files), folder=folder))


def names_for(kind: str, name: str) -> Mapping[str, str]:
    """The values for a skeleton. Raises UsageError for a name that cannot be used for it."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the name: use small letters, digits and -, such as rate-limit")
    module = name.replace("-", "_")
    class_name = "".join(part.capitalize() for part in module.split("_"))
    if why := _refused(kind, module, class_name):
        raise UsageError(f"{name!r} cannot be the name: {why}")
    return {"name": name.replace("_", "-"), "module": module, "class_name": class_name}


def _refused(kind: str, module: str, class_name: str) -> str | None:
    """Why what would be written could not work."""
    if module.startswith("growler_ext_"):
        return "growler-ext- stands before the name of every extension, and of nothing else: leave it away"
    if keyword.iskeyword(module) or (kind == "extension" and keyword.iskeyword(class_name)):
        return "it is a keyword of Python"
    if (class_name.lower() if kind == "extension" else module) in _TAKEN[kind]:
        return "there is a module, class or program of that name already"
    if kind == "extension" and module in dir(Request):
        return f"a request has req.{module} already"
    return None


def write(skeleton: Path, folder: Path, names: Mapping[str, str]) -> list[Path]:
    """Fill in every file of the skeleton; the folder is new. Returns the files that were written.

    Raises OSError, FileExistsError if the folder is there.
    """
    folder.mkdir()
    written = []
    for source in sorted(skeleton.rglob("*.in")):
        relative = source.relative_to(skeleton).as_posix().removesuffix(".in")
        target = folder / relative.replace("NAME", names["module"]).replace("dot.", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text("utf-8")).substitute(names), "utf-8", newline="\n")
        written.append(target)
    return written
