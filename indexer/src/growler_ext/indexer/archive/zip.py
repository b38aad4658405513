"""Writes zip archives piece by piece: sizes and checksums stand behind each file, names are UTF-8 (APPNOTE 6.3)."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Generator, Sequence
from typing import IO, cast

from growler.paths import Root
from growler_ext.indexer.archive.plan import Member
from growler_ext.indexer.archive.reading import CHUNK, chunks, open_member
from growler_ext.indexer.kinds import file_kind
from growler_ext.indexer.names import text

# Compressed already: another time costs much and gains nothing.
_PACKED = ("archive", "image", "audio", "video")
_UNPACKED = (".svg", ".bmp", ".tar", ".wav")


class _Out(io.RawIOBase):
    """Collects what `zipfile` writes, until it is taken. It cannot seek, so nothing is written into what has left."""

    def __init__(self) -> None:
        super().__init__()
        self._ready = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # zipfile gives bytes
        self._ready += view
        return view.nbytes

    def take(self, at_least: int) -> bytes:
        """What there is, if it is that much; else nothing yet."""
        if len(self._ready) < at_least:
            return b""
        taken = bytes(self._ready)
        self._ready.clear()
        return taken


def zip_pieces(members: Sequence[Member], root: Root) -> Generator[bytes, None, None]:
    """A zip archive. Raises EOFError for a file that becomes shorter while it is read."""
    out = _Out()
    names: set[str] = set()
    with zipfile.ZipFile(cast("IO[bytes]", out), "w") as archive:
        for member in members:
            info = _head(member, names)
            if member.is_folder:
                archive.writestr(info, b"")
                continue
            opened = open_member(member, root)
            if opened is None:
                continue
            with opened.file:
                if opened.stat.st_mode & 0o100:
                    info.external_attr |= 0o111 << 16
                size = min(member.size, opened.stat.st_size)
                # It has to be said in front how large the sizes behind may become.
                with archive.open(info, "w", force_zip64=size >= zipfile.ZIP64_LIMIT // 2) as packed:
                    for chunk in chunks(opened, size):
                        packed.write(chunk)
                        if piece := out.take(CHUNK):
                            yield piece
    yield out.take(0)


def _head(member: Member, names: set[str]) -> zipfile.ZipInfo:
    # Zip has no names but text; two may look alike then.
    name = text(member.name)
    while name in names:
        name += "_"
    names.add(name)
    moment = member.mtime or 0
    info = zipfile.ZipInfo(name + "/" if member.is_folder else name, _local(moment))
    info.create_system = 3  # Unix: the attributes are a mode
    info.external_attr = (0o40755 << 16 | 0x10) if member.is_folder else 0o100644 << 16
    if not member.is_folder and not _is_packed(name):
        info.compress_type = zipfile.ZIP_DEFLATED
    if 0 <= moment < 2**31:
        # Info-ZIP's extended timestamp: in UTC and to the second, where zip's own is neither.
        info.extra = struct.pack("<HHBl", 0x5455, 5, 1, moment)
    return info


def _is_packed(name: str) -> bool:
    return file_kind(name).picture in _PACKED and not name.lower().endswith(_UNPACKED)


def _local(moment: int) -> tuple[int, int, int, int, int, int]:
    """A time in zip's own form: local, from 1980 to 2107."""
    local = time.localtime(max(moment, 0))
    if local.tm_year < 1980:
        return (1980, 1, 1, 0, 0, 0)
    if local.tm_year > 2107:
        return (2107, 12, 31, 23, 59, 58)
    return (local.tm_year, local.tm_mon, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec)
