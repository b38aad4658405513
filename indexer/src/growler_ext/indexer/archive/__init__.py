"""A folder as one file: planned first, then written piece by piece while it is sent.

`plan` decides, before the first byte, what belongs to it and whether it is within the limits; `tar` and `zip` write.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from growler.paths import Root
from growler_ext.indexer.archive.plan import ArchiveTooLarge, Limits, Member, plan
from growler_ext.indexer.archive.tar import tar_gz_pieces, tar_pieces
from growler_ext.indexer.archive.zip import zip_pieces

__all__ = ["KINDS", "ArchiveKind", "ArchiveTooLarge", "Limits", "Member", "plan"]


@dataclass(frozen=True, slots=True)
class ArchiveKind:
    """A kind of archive: its media type, and what writes it."""

    media_type: str
    pieces: Callable[[Sequence[Member], Root], Generator[bytes, None, None]]


KINDS = {
    "zip": ArchiveKind("application/zip", zip_pieces),
    "tar.gz": ArchiveKind("application/gzip", tar_gz_pieces),
    "tar": ArchiveKind("application/x-tar", tar_pieces),
}
"""By the suffix of the file's name, which is also what `?archive=` takes."""
