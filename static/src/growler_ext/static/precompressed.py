"""Files that lie beside a file in compressed form: `app.js.br`, `app.js.zst`, `app.js.gz`.

They go through the same checks as every file. One that is older than its source holds something else by now and counts
as missing. Which one a client gets is its Accept-Encoding's to say (RFC 9110 section 12.5.3).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from growler.middleware.content_coding import choose
from growler.paths import PathRefused
from growler_ext.static.source import Found

SUFFIXES = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
"""By their names in Accept-Encoding, the best first."""


@dataclass(frozen=True, slots=True)
class Form:
    """In which form a file is sent.

    Parameters:
        codings: the encodings in which it is there.
        coding, encoded: the one to send, and its file, opened; None for the file as it is.
    """

    codings: tuple[str, ...]
    coding: str | None = None
    encoded: Found | None = None

    @property
    def vary(self) -> tuple[str, ...]:
        """The request field that has decided, if there was something to decide."""
        return ("Accept-Encoding",) if self.codings else ()


def form_for(
    found: Found,
    accept_encoding: str | None,
    encodings: Sequence[str],
    hides: Callable[[tuple[str, ...]], bool] = lambda _: False,
) -> Form:
    """The form of an open file for a client. Its encoded form is the caller's to close.

    Parameters:
        accept_encoding: the field's value; None if it was not sent.
        encodings: those that may be sent, the best first.
        hides: whether a path is hidden.
    """
    codings = available(found, encodings, hides)
    coding = chosen(accept_encoding, codings)
    encoded = open_encoded(found, coding) if coding is not None else None
    return Form(codings) if encoded is None else Form(codings, coding, encoded)


def available(
    found: Found, encodings: Sequence[str], hides: Callable[[tuple[str, ...]], bool]
) -> tuple[str, ...]:
    """The encodings in which a file is there, and not hidden."""
    return tuple(
        coding for coding in encodings if not hides(beside(found.parts, coding)) and _is_there(found, coding)
    )


def chosen(accept_encoding: str | None, codings: tuple[str, ...]) -> str | None:
    """The encoding for a client; None for the file as it is.

    Parameters:
        accept_encoding: the field's value; None if it was not sent.
        codings: what there is, the best first.
    """
    if not accept_encoding or not codings:
        return None
    coding = choose(accept_encoding, codings).coding
    return None if coding == "identity" else coding


def open_encoded(found: Found, coding: str) -> Found | None:
    """The compressed form of a file, opened; None if it has gone or become too old meanwhile."""
    parts = beside(found.parts, coding)
    try:
        opened = found.root.open_file(parts)
    except (OSError, PathRefused):
        return None
    if is_older(opened.stat, found.opened.stat):
        opened.file.close()
        return None
    return Found(opened, found.root, parts)


def is_older(status: os.stat_result, source: os.stat_result) -> bool:
    """Whether a compressed file is older than its source; in whole seconds, which is all that many copies keep."""
    return int(status.st_mtime) < int(source.st_mtime)


def _is_there(found: Found, coding: str) -> bool:
    try:
        status = found.root.status(beside(found.parts, coding))
    except (OSError, PathRefused):
        return False
    return stat.S_ISREG(status.st_mode) and not is_older(status, found.opened.stat)


def beside(parts: tuple[str, ...], coding: str) -> tuple[str, ...]:
    """The path of a file's compressed form."""
    return (*parts[:-1], parts[-1] + SUFFIXES[coding])
