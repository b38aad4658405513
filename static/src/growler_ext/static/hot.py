"""Small files that are asked for often, in memory, with the head of their answer put together.

Nothing is sent from here that has not been looked at for this very request: the file must still be the one that was
read - the same inode, times and size, which the kernel changes with every write - and every folder on the way to it
below its root still a folder and no link. That takes one lstat per part of the path. Requests that the server answers
in the same turn of its loop share one look: all of them had arrived before it. After a second the way is gone anew from
the beginning, compressed forms beside the file included.
"""

from __future__ import annotations

import os
import stat
from asyncio import AbstractEventLoop
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from time import monotonic

from growler.http.prepared import PreparedFields
from growler.paths import Root
from growler_ext.static.shown import Shown
from growler_ext.static.versions import Signature, signature_of

LARGEST = 256 * 1024
"""Bytes of a file that is kept; above that sendfile costs less than the copy."""

LIFETIME = 1.0
"""Seconds after which a file is looked for anew, from the URL on."""

_NO_TURN = object()

# What a kept file takes beside its contents, about.
_OVERHEAD = 2048


@dataclass(slots=True)
class Witness:
    """What must not have changed for a kept file to be sent.

    Parameters:
        path: where it lies.
        signature: what stat said of it.
        folders: those on the way that must be no links.
        follow: links do not matter.
    """

    path: str
    signature: Signature
    folders: tuple[str, ...]
    follow: bool

    def holds(self) -> bool:
        """Whether it is still so."""
        try:
            if self.follow:
                return signature_of(os.stat(self.path)) == self.signature
            for folder in self.folders:
                if stat.S_ISLNK(os.lstat(folder).st_mode):
                    return False
            return signature_of(os.lstat(self.path)) == self.signature
        except OSError:
            return False


def witness_of(root: Root, parts: tuple[str, ...], status: os.stat_result) -> Witness | None:
    """The witness of an opened file; None if a link led to it, which would have to be resolved each time."""
    paths = [root.path]
    for part in parts:
        paths.append(os.path.join(paths[-1], part))
    witness = Witness(paths[-1], signature_of(status), tuple(paths[1:-1]), root.symlinks == "follow")
    return witness if witness.holds() else None


@dataclass(slots=True)
class Kept:
    """A file in memory.

    Parameters:
        witnesses: of the file, and of its compressed form if that is what is kept.
        codings: the compressed forms that lie beside it.
        shown: how it is presented.
        content: its bytes; None if only `codings` are known.
        whole, unchanged: the heads of its usual answers, 200 and 304.
        etag: its entity tag as it travels.
    """

    witnesses: tuple[Witness, ...]
    codings: tuple[str, ...]
    shown: Shown | None = None
    content: bytes | None = None
    whole: PreparedFields | None = None
    unchanged: PreparedFields | None = None
    etag: bytes | None = None
    until: float = 0.0
    turn: object = None


class HotFiles:
    """The files that are kept, the least used ones given up when they take more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._turn: object = _NO_TURN
        self._loop: AbstractEventLoop | None = None

    def get(self, key: Hashable, loop: AbstractEventLoop | None) -> Kept | None:
        """What is kept, if it is still so.

        Parameters:
            loop: the running loop, if the request was read in its turn of now.
        """
        kept = self._kept.get(key)
        if kept is None:
            return None
        # The loop is given: to ask which one runs is a system call before Python 3.12.
        if kept.turn is self._turn and loop is self._loop:
            return kept
        if monotonic() >= kept.until or not all(witness.holds() for witness in kept.witnesses):
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        if loop is not None:
            kept.turn = self._turn_of(loop)
        return kept

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Keep a file; a larger one than all the room there is is not."""
        if (size := _size(kept)) > self._limit:
            return
        self._drop(key)
        kept.until = monotonic() + LIFETIME
        self._kept[key] = kept
        self._size += size
        while self._size > self._limit:
            self._drop(next(iter(self._kept)))

    def keep_codings(self, key: Hashable, kept: Kept) -> None:
        """Keep what compressed forms a file has, unless more is known."""
        if key not in self._kept:
            self.keep(key, kept)

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._size -= _size(kept)

    def _turn_of(self, loop: AbstractEventLoop) -> object:
        """What stands for this turn of the running loop; None if another loop has one under way."""
        if self._loop is None or self._loop.is_closed():
            self._loop, self._turn = loop, object()
            loop.call_soon(self._end_turn)
        return self._turn if self._loop is loop else None

    def _end_turn(self) -> None:
        self._turn, self._loop = _NO_TURN, None


def _size(kept: Kept) -> int:
    return _OVERHEAD + len(kept.content or b"")
