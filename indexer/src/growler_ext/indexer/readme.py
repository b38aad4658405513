"""Finds the README of a folder and reads its beginning, as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from growler.paths import OpenedFolder, PathRefused
from growler_ext.indexer.entry import Entry
from growler_ext.indexer.names import text

# In this order, whatever their case.
_NAMES = ("readme.md", "readme.markdown", "readme.rst", "readme.txt", "readme")
LONGEST = 64 * 1024
"""Bytes; more of it is not shown."""


@dataclass(frozen=True, slots=True)
class Readme:
    """A README for reading: its name, its text, and whether that is all of it."""

    name: str
    text: str
    whole: bool


def read_readme(folder: OpenedFolder, entries: Iterable[Entry]) -> Readme | None:
    """The README among the entries of an open folder; None if there is none that can be read."""
    found = {entry.name.lower(): entry.name for entry in entries if entry.kind == "file"}
    name = next((found[name] for name in _NAMES if name in found), None)
    if name is None:
        return None
    try:
        opened = folder.open_file(name)
        with opened.file:
            data = opened.file.read(LONGEST + 1)
    except (OSError, PathRefused):
        return None
    if b"\0" in data:  # no text at all
        return None
    shown = data[:LONGEST].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return Readme(text(name), shown, len(data) <= LONGEST)
