"""Writes tar archives piece by piece: POSIX.1-2001 (pax), which holds any name and size; gzip around it (RFC 1952)."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Generator, Sequence

from growler.paths import Root
from growler_ext.indexer.archive.plan import Member
from growler_ext.indexer.archive.reading import CHUNK, chunks, open_member

_GZIP = 16 + zlib.MAX_WBITS
# Nearly as small as the default of 6 and twice as quick.
_LEVEL = 4


def tar_pieces(members: Sequence[Member], root: Root) -> Generator[bytes, None, None]:
    """A tar archive. Raises EOFError for a file that becomes shorter while it is read: its length was promised."""
    for member in members:
        if member.is_folder:
            yield _head(member, 0)
            continue
        opened = open_member(member, root)
        if opened is None:
            continue
        with opened.file:
            size = min(member.size, opened.stat.st_size)
            yield _head(member, size, executable=bool(opened.stat.st_mode & 0o100))
            yield from chunks(opened, size)
        yield bytes(-size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def tar_gz_pieces(members: Sequence[Member], root: Root) -> Generator[bytes, None, None]:
    """A tar archive, compressed."""
    pack = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    ready = bytearray()
    for piece in tar_pieces(members, root):
        ready += pack.compress(piece)
        if len(ready) >= CHUNK:
            yield bytes(ready)
            ready.clear()
    yield bytes(ready) + pack.flush()


def _head(member: Member, size: int, *, executable: bool = False) -> bytes:
    """What stands in front of a file. Nothing of the server's users is in it."""
    info = tarfile.TarInfo(member.name)
    info.size = size
    info.mtime = member.mtime or 0
    info.mode = 0o755 if executable or member.is_folder else 0o644
    info.type = tarfile.DIRTYPE if member.is_folder else tarfile.REGTYPE
    # Bytes that are no UTF-8 travel as they are.
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
