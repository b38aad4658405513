"""`python -m growler_ext.renderer check views/`: compiles all templates and lists what is wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from growler_ext.renderer.contract import Place
from growler_ext.renderer.middleware import Renderer


def main(arguments: Sequence[str] | None = None) -> int:
    """0: nothing is wrong; 1: something is, as listed; 2: the arguments are."""
    parser = argparse.ArgumentParser(
        prog="python -m growler_ext.renderer", description="Looks at templates before a visitor does."
    )
    commands = parser.add_subparsers(required=True, metavar="check")
    check = commands.add_parser(
        "check",
        help="compile every template; list all mistakes, and the places where values are not escaped",
        description="Compile every template; list all mistakes, and the places where values are not escaped. "
        "Filters of your own are not known here: call check() of your Renderer in a test.",
    )
    check.add_argument("path", nargs="+", help="the directories of the templates, the first wins")
    check.add_argument(
        "--engine",
        action="append",
        metavar="NAME",
        help="an engine, several times if need be; all that are there",
    )
    options = parser.parse_args(arguments)
    try:
        renderer = Renderer(options.path, options.engine, reload=False)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    mistakes = renderer.check()
    for mistake in mistakes:
        where = _where(mistake.places[-1]) if mistake.places else mistake.name
        print(f"{where}: {mistake.reason}")
    unescaped = renderer.unescaped()
    for place in unescaped:
        print(f"{_where(place)}: shown as it is, not escaped")
    print(f"{_count(len(mistakes), 'mistake')}, {_count(len(unescaped), 'place')} without escaping")
    return 1 if mistakes else 0


def _where(place: Place) -> str:
    path = os.path.relpath(place.source.path)
    return path if place.line is None else f"{path}:{place.line}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
