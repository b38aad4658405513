"""The command `growler-index`, also `python -m growler_ext.indexer`: one folder, or one file, on the network.

`arguments` reads the command line, `site` builds the application it asks for, `serving` listens.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO

from growler_ext.indexer.command.arguments import UsageError, read
from growler_ext.indexer.command.serving import serve
from growler_ext.indexer.command.site import build

__all__ = ["main"]


def main(words: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns 0 after a clean end, 1 if serving failed, 2 if it could not begin."""
    for stream in (sys.stdout, sys.stderr):
        # The name of a file need not be text that the terminal knows.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = read(words)
        return serve(build(arguments), arguments)
    except UsageError as error:
        print(f"growler-index: {error}", file=sys.stderr)  # noqa: T201 - a command-line program
        return 2
    finally:
        _let_go(sys.stdout)


def _let_go(stream: TextIO) -> None:
    """Nobody reading any more is no failure; Python would make one of it when it writes what is left."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
