"""The one place where a path from outside becomes a path on disk.

`split` decodes once, as bytes, and refuses; `resolve_under` compares whole parts, never strings; `open_under`
opens without blocking and then asks the opened descriptor - not the name - where it lies and what it is.
Static, Indexer, archives and template names all come through here.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import unquote_to_bytes

Symlinks = Literal["inside", "follow", "never"]
"""Links whose target lies inside the root are followed; all are; none is."""

_HEX = frozenset(b"0123456789abcdefABCDEF")
# Names that Windows takes for devices wherever they stand, with any suffix.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"}
)


class PathRefused(LookupError):
    """The path leaves the root, is malformed, or its file may not be served. Answer 404 and say no more."""


@dataclass(slots=True)
class OpenedFile:
    """An open regular file and what fstat says of it. Whoever opened it closes it."""

    file: BinaryIO
    stat: os.stat_result
    path: Path


def split(raw: bytes) -> tuple[str, ...]:
    """The parts of a URL path, decoded once; () for the root. A trailing slash is not a part.

    The parts are file-system strings: what is no UTF-8 stands as surrogates (`os.fsdecode`). `.` and `..` are
    resolved; a `..` above the root is refused even if the path comes back.
    Raises PathRefused for a malformed escape, NUL, an empty part (`//`), and what Windows reads as more than a name.
    """
    if not raw.startswith(b"/"):
        raise PathRefused("a path begins with a slash")
    pieces = raw[1:].split(b"/")
    if pieces[-1] == b"":
        pieces.pop()
    parts: list[str] = []
    for piece in pieces:
        name = _unquote(piece) if b"%" in piece else piece
        if name == b"":
            raise PathRefused("an empty part")
        if name == b"..":
            if not parts:
                raise PathRefused("above the root")
            parts.pop()
        elif name != b".":
            if b"/" in name or b"\0" in name:
                raise PathRefused("an encoded slash or NUL")
            parts.append(_checked(os.fsdecode(name)))
    return tuple(parts)


def names_folder(raw: bytes) -> bool:
    """Whether a URL path can only name a folder: it ends in a slash, or in a part that is `.` or `..`."""
    last = raw.rpartition(b"/")[2]
    # What is malformed is not decoded, and not refused here: that is `split`'s.
    return last == b"" or unquote_to_bytes(last) in (b".", b"..")


def resolve_under(root: str | os.PathLike[str], raw: bytes, *, symlinks: Symlinks = "inside") -> Path:
    """The path below `root` that a URL path names; it need not exist.

    Parameters:
        root: a folder.
        raw: the percent-encoded path as it came, such as `req.raw_path`.
        symlinks: which links may be on the way.

    Raises PathRefused. The answer can be outdated by a link made a moment later: to read, use `open_under`.
    """
    parts = split(raw)
    path = Path(root, *parts)
    if symlinks != "follow":
        _check_real(_realpath(path), os.path.realpath(root), parts, symlinks)
    return path


def _check_real(real: str, real_root: str, parts: tuple[str, ...], symlinks: Symlinks) -> None:
    """Refuse a resolved path that links have led where they may not."""
    if symlinks == "never":
        if real != os.path.join(real_root, *parts):
            raise PathRefused("a symbolic link")
    elif not is_inside(real, real_root):
        raise PathRefused("a link out of the root")


def _realpath(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        raise PathRefused("the path cannot be resolved") from None


def open_under(root: str | os.PathLike[str], raw: bytes, *, symlinks: Symlinks = "inside") -> OpenedFile:
    """Open the regular file that a URL path names below `root`.

    Raises PathRefused as `resolve_under`, and for devices, pipes and sockets; FileNotFoundError and its like
    (OSError) for what is not there or cannot be read; IsADirectoryError for a folder.
    """
    return open_parts(root, split(raw), symlinks=symlinks)


def open_parts(
    root: str | os.PathLike[str], parts: tuple[str, ...], *, symlinks: Symlinks = "inside"
) -> OpenedFile:
    """`open_under` for parts that `split` gave."""
    path = Path(root, *parts)
    real_root = ""
    if symlinks != "follow":
        real_root = os.path.realpath(root)
        _check_real(_realpath(path), real_root, parts, symlinks)
    descriptor = _open(path)
    try:
        status = os.fstat(descriptor)
        if symlinks != "follow":
            # A link may have been swapped in between resolving and opening: ask the opened file.
            _check_real(_where_opened(descriptor, status, path), real_root, parts, symlinks)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "a folder", str(path))
        if not stat.S_ISREG(status.st_mode):
            raise PathRefused("not a regular file")
        return OpenedFile(os.fdopen(descriptor, "rb", buffering=0), status, path)
    except BaseException:
        os.close(descriptor)
        raise


def _open(path: Path) -> int:
    # O_NONBLOCK: opening a pipe nobody writes to would wait for ever. O_CLOEXEC is Python's default.
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except PermissionError:
        # Windows opens no folder this way; elsewhere a folder may be entered but not listed.
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder", str(path)) from None
        raise


def is_inside(real: str, real_root: str) -> bool:
    """Whether a resolved path is the resolved root or below it; by parts: /srv/www-private is not in /srv/www."""
    return real == real_root or real.startswith(real_root.rstrip(os.sep) + os.sep)


def _where_opened(descriptor: int, status: os.stat_result, path: Path) -> str:
    """The resolved path of an opened file."""
    if sys.platform == "linux":
        try:
            real = os.readlink(f"/proc/self/fd/{descriptor}")
        except FileNotFoundError:  # /proc is not mounted
            pass
        else:
            # So the kernel marks a name that was replaced since; what was opened under it is still the right file.
            return real if path.name.endswith(" (deleted)") else real.removesuffix(" (deleted)")
    real = _realpath(path)
    if not os.path.samestat(os.stat(real), status):
        raise PathRefused("changed while it was opened")
    return real


def _unquote(piece: bytes) -> bytes:
    """Percent-decoding that refuses what is no escape (RFC 3986 2.1), where the library passes it on."""
    at = piece.find(b"%")
    while at >= 0:
        if len(piece) < at + 3 or piece[at + 1] not in _HEX or piece[at + 2] not in _HEX:
            raise PathRefused("a malformed escape")
        at = piece.find(b"%", at + 3)
    return unquote_to_bytes(piece)


def _checked(name: str) -> str:
    """Refuse what Windows reads as a drive, stream, device, other folder or an alias of another name."""
    if os.name == "nt":
        bad = any(c in '<>:"|?*\\' or c < " " for c in name) or name[-1] in ". "
        if bad or name.partition(".")[0].rstrip().lower() in _DEVICES or "~" in name:
            raise PathRefused("not a file name")
    return name
