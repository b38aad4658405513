"""`python -m growler ext` lists the installed extensions; `python -m growler --version` tells the version."""

from __future__ import annotations

import argparse
import sys


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m growler", description="Growler's command line.")
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(dest="command", title="commands")
    commands.add_parser("ext", help="list the installed extensions")
    arguments = parser.parse_args(words)
    if arguments.version:
        from importlib.metadata import version  # slow to import; needed only here

        print(f"growler {version('growler')}, Python {sys.version.split()[0]}")
        return 0
    if arguments.command == "ext":
        from growler._extension_table import table

        print(table())
        return 0
    parser.print_help()
    return 2


if __name__ == "__main__":
    sys.exit(main())
