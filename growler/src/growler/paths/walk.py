"""Goes down from a folder part by part, following no link: what it reaches lies below, whatever happens meanwhile.

Each part is opened relative to the descriptor of the one before (openat with O_NOFOLLOW), so that there is no moment
between check and use in which a link could be swapped in. Systems without `dir_fd` (Windows) do as `elsewhere` says.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence

POSSIBLE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether this system can do it."""

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
# O_PATH: a folder that may be entered but not read can still be walked through.
_THROUGH = _DIRECTORY | getattr(os, "O_PATH", os.O_RDONLY)
# O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. O_CLOEXEC is Python's default.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LinkMet(Exception):
    """A part of the way is a symbolic link."""


def enter(root: str, parts: Sequence[str]) -> int:
    """A descriptor of a folder below `root`, to reach things relative to it; not for reading.

    Links on the way to the root itself are the operator's and followed. Raises LinkMet, OSError.
    """
    here = os.open(root, _THROUGH)
    for part in parts:
        try:
            below = os.open(part, _THROUGH | _NOFOLLOW, dir_fd=here)
        except OSError as error:
            # For a link the systems say one or the other; a file in the middle of a path is ENOTDIR as well.
            if error.errno in (errno.ENOTDIR, errno.ELOOP):
                status(here, part)
            raise
        finally:
            os.close(here)
        here = below
    return here


def status(here: int | None, name: str, *, follow: bool = False) -> os.stat_result:
    """What an entry of a folder is. Raises OSError, and LinkMet unless links are to be followed."""
    found = os.stat(name, dir_fd=here, follow_symlinks=follow)
    if stat.S_ISLNK(found.st_mode):
        raise LinkMet
    return found


def read(here: int | None, name: str, *, follow: bool = False) -> int:
    """A descriptor of an entry of a folder, for reading. Raises OSError, and LinkMet unless links may be followed.

    Ask for its status first: to open a device or a pipe can do something.
    """
    try:
        return os.open(name, _READ if follow else _READ | _NOFOLLOW, dir_fd=here)
    except OSError as error:
        if not follow and error.errno in (errno.ELOOP, errno.EMLINK):  # EMLINK: FreeBSD's answer
            raise LinkMet from None
        raise
