"""Which names a file server does as if they were not there: those that begin with a dot, and globs of one's own.

Everything is decided on the parts of a path before the disk is asked, and again on the name of the file that a path
stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from typing import Literal

Dotfiles = Literal["ignore", "deny", "allow"]
"""Names that begin with a dot do not exist, are refused, or are like any other."""

WELL_KNOWN = ".well-known"
"""RFC 8615: never hidden at the root, for certificates and passwords are changed by what lies there."""


class Hiding:
    """Globs of what is not to be seen: `Hiding(["*.map", "docs/drafts"])`.

    A glob without a slash is compared with every part of a path; one with a slash with its beginning, part by part.
    What lies below a hidden folder is hidden too. Case does not count, for there are file systems where it does not.
    Raises ValueError for what is no glob.
    """

    def __init__(self, globs: Iterable[object] = ()) -> None:
        self._anywhere: list[re.Pattern[str]] = []
        self._from_the_root: list[list[re.Pattern[str]]] = []
        for glob in globs:
            text = glob if isinstance(glob, str) else ""
            pieces = [piece for piece in text.split("/") if piece]
            if not pieces or any(piece in (".", "..") for piece in pieces) or "\\" in text:
                raise ValueError(
                    f'{glob!r} is no glob: give names such as "*.map" or paths below the root such as "docs/drafts"'
                )
            compiled = [re.compile(translate(piece), re.IGNORECASE) for piece in pieces]
            if "/" in text.rstrip("/"):
                self._from_the_root.append(compiled)
            else:
                self._anywhere += compiled

    def hides(self, parts: tuple[str, ...]) -> bool:
        """Whether a path, given by its parts below the root, is hidden."""
        return any(glob.match(part) for glob in self._anywhere for part in parts) or any(
            len(globs) <= len(parts)
            and all(glob.match(part) for glob, part in zip(globs, parts, strict=False))
            for globs in self._from_the_root
        )


def has_dotfile(parts: tuple[str, ...]) -> bool:
    """Whether a part of a path begins with a dot, `.well-known` at the root aside."""
    visible = parts[1:] if parts[:1] == (WELL_KNOWN,) else parts
    return any(part.startswith(".") for part in visible)
