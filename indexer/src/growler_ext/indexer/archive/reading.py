"""Reads the files of an archive, one at a time, no more of each than was planned."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from growler.paths import OpenedFile, PathRefused, Root
from growler_ext.indexer.archive.plan import Member

CHUNK = 256 * 1024
"""Bytes that are read at once, and about what a piece of an archive has."""

_log = logging.getLogger(__name__)


def open_member(member: Member, root: Root) -> OpenedFile | None:
    """The file, open; None if it has gone, changed into something else or cannot be read: it is left out then."""
    try:
        return root.open_file(member.parts)
    except (OSError, PathRefused) as error:
        _log.warning("%r was left out of an archive: %s", member.name, error)
        return None


def chunks(opened: OpenedFile, size: int) -> Iterator[bytes]:
    """Exactly `size` bytes from the beginning. Raises EOFError if the file has become shorter meanwhile."""
    left = size
    while left:
        chunk = opened.file.read(min(CHUNK, left))
        if not chunk:
            raise EOFError(f"{opened.path} became shorter while it was packed")
        left -= len(chunk)
        yield chunk
