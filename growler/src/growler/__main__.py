"""Growler's command line: `python -m growler run module:app`, `... new app NAME`, `... ext`, `... --version`.

The status is 0 after a clean end, 1 when the application failed, 2 for a command line that asks for what cannot be.
"""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from growler.command.new import add_new_command
from growler.command.run import add_run_command
from growler.command.usage import UsageError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (more by: {self.prog} --help)")


def main(words: list[str] | None = None) -> int:
    parser = _Parser(prog="python -m growler", description="Growler's command line.")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(dest="command", title="commands")
    add_run_command(commands)
    add_new_command(commands)
    commands.add_parser("ext", help="list the installed extensions").set_defaults(start=_list_extensions)
    try:
        arguments = parser.parse_args(words)
        if arguments.version:
            from importlib.metadata import version  # slow to import; needed only here

            print(f"growler {version('growler')}, Python {sys.version.split()[0]}")
            return 0
        if arguments.command is None:
            parser.print_help()
            return 2
        arguments.start(arguments)
    except UsageError as error:
        print(f"growler: {error}", file=sys.stderr)
        return 2
    return 0


def _list_extensions(arguments: argparse.Namespace) -> None:
    from growler.command.extensions import table

    print(table())


if __name__ == "__main__":
    sys.exit(main())
