"""What lies at the top of the folders, so that a path that begins otherwise needs no look at the disk.

`Static` often stands in front of routes, where nearly every path is none of its files. The names at the top are kept
while the folders themselves are as they were, which is one stat for each, and for a second at most. A path that begins
with none of them is nothing; any other, and any that is not plainly written, is looked for in the usual way.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from growler_ext.static.facts import is_settled
from growler_ext.static.hot import LIFETIME
from growler_ext.static.versions import Signature, signature_of

MOST = 1000
"""Entries of all folders together; above that reading them once a second would cost more than it saves."""

# No escapes, no dots, nothing that a file system could take for another name, but for the case of letters.
_plain_beginning = re.compile(rb"/([A-Za-z0-9_-]+)(?![^/])").match


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look into the folders has shown.

    Parameters:
        names: in lower case, as there are file systems where case does not count; b"" if a file stands for the top.
            None if it is not known well enough.
        signatures: of the folders.
        until: when to look again, on the clock of `monotonic`.
    """

    names: frozenset[bytes] | None
    signatures: tuple[Signature, ...]
    until: float


class TopNames:
    """The names at the top of folders.

    Parameters:
        folders: absolute paths.
        index: files that stand for a folder.
        extensions: suffixes that may be left out, with their dots.
    """

    def __init__(self, folders: Sequence[str], index: Sequence[str], extensions: Sequence[str]) -> None:
        self._folders = tuple(folders)
        self._index = {os.fsencode(name).lower() for name in index}
        self._extensions = [os.fsencode(suffix).lower() for suffix in extensions]
        self._seen = _Seen(None, (), 0.0)

    def rule_out(self, raw: bytes) -> bool:
        """Whether there is certainly nothing under a path.

        Parameters:
            raw: the percent-encoded path below the mount point.
        """
        if raw == b"/":
            name = b""
        elif (beginning := _plain_beginning(raw)) is not None:
            name = beginning[1].lower()
        else:
            return False
        seen = self._seen
        if monotonic() >= seen.until:
            seen = self._seen = self._look()
        return seen.names is not None and name not in seen.names and seen.signatures == self._signatures()

    def _signatures(self) -> tuple[Signature, ...] | None:
        try:
            return tuple([signature_of(os.stat(folder)) for folder in self._folders])
        except OSError:
            return None

    def _look(self) -> _Seen:
        until = monotonic() + LIFETIME
        names: set[bytes] = set()
        signatures = []
        try:
            for folder in self._folders:
                # Before the names: what comes to be while they are read changes what the next stat says.
                status = os.stat(folder)
                if not is_settled(status, time.time()):
                    return _Seen(None, (), until)
                signatures.append(signature_of(status))
                with os.scandir(os.fsencode(folder)) as entries:
                    for entry in entries:
                        names.add(entry.name.lower())
                        if len(names) > MOST:
                            return _Seen(None, (), until)
        except OSError:
            return _Seen(None, (), until)
        for suffix in self._extensions:
            names |= {name.removesuffix(suffix) for name in names}
        if not self._index.isdisjoint(names):
            names.add(b"")
        return _Seen(frozenset(names), tuple(signatures), until)
