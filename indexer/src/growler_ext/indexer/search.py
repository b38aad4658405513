"""Which names a search finds: those that contain it, without case; one with `*` or `?` is a pattern for the whole name.

The page's script does the same while somebody types; both have to agree.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable

from growler_ext.indexer.names import text


def finder(search: str) -> Callable[[str], bool]:
    """A function that says of a file-system name whether a search finds it."""
    wanted = _folded(search)
    if "*" not in wanted and "?" not in wanted:
        return lambda name: wanted in _folded(text(name))
    # Only these two are special: square brackets are common in file names. Runs of stars are one, or a pattern of
    # many of them would take a time without end.
    pattern = re.sub(r"\*+", "*", wanted).replace("[", "[[]")
    matches = re.compile(fnmatch.translate(pattern)).match
    return lambda name: matches(_folded(text(name))) is not None


def _folded(shown: str) -> str:
    """Text to be compared: one form of each character (macOS writes accents apart), no case."""
    return shown.lower() if shown.isascii() else unicodedata.normalize("NFC", shown).lower()
