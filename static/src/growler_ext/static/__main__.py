"""`python -m growler_ext.static`: what can be done to a folder before it is served."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from growler_ext.static.compress.command import add_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m growler_ext.static", description=__doc__)
    add_command(parser.add_subparsers(title="commands", required=True, metavar="COMMAND"))
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
