"""Runs what a page shows in ```console blocks: commands after `$`, and below each what it prints.

`python -m growler run MODULE:APP` starts a server on a free port, in place of the one before; wherever a command says
127.0.0.1:8000, that port is put in. A line of `...` stands for any number of lines, `...` within a line for any text.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Self

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PAGE_ADDRESS = "127.0.0.1:8000"


class Command(NamedTuple):
    """A command and the text that is to come of it."""

    words: str
    shown: str


def commands(text: str) -> list[Command]:
    found = []
    for block in _BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            words, _, shown = part.partition("\n")
            found.append(Command(words, shown))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether the page tells the truth. The output of a command may end without a line end."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed.splitlines())) is not None


class Console:
    """A terminal in a folder, with a second one in which the server runs. Stops the server at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[str] | None = None
        self._address = _PAGE_ADDRESS
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self._environment = {**os.environ, "PATH": path, "GROWLER_ENV": "production"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, words: str) -> str:
        """What a command prints."""
        if words.startswith("pip install "):
            return ""  # it is there
        if words.startswith("python -m growler run "):
            return self._start(words)
        words = words.replace(_PAGE_ADDRESS, self._address)
        done = subprocess.run(
            ["bash", "-c", words],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=250,
            text=True,
        )
        return done.stdout.replace(self._address, _PAGE_ADDRESS)

    def _start(self, words: str) -> str:
        self._stop()
        self._server = subprocess.Popen(
            [*words.split(), "--port", "0"],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        found = re.search(r"http://(127\.0\.0\.1:\d+)/", line)
        if found is None:
            return line + self._server.stdout.read()
        self._address = found[1]
        return line.replace(self._address, _PAGE_ADDRESS)

    def _stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=60)
            self._server = None
